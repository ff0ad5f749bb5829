# SPDX-License-Identifier: MIT
# Programs of this project that the build itself runs, and those of the distribution.
find_program(LLD ld.lld-19 REQUIRED)
find_program(OBJCOPY llvm-objcopy-19 REQUIRED)
find_program(HOST_CC clang-19 REQUIRED)
find_program(HOST_CXX clang++-19 REQUIRED)
set(LLVM_FOLDER /usr/lib/llvm-19)
set(PYTHON /usr/bin/python3)

# host_tool(NAME SOURCES file... [INCLUDES folder...] [LIBRARIES name...] [LLVM])
# A program for the developer's machine, compiled in one step even where the project's compiler is
# the kernel's. LLVM: it uses LLVM's C interface. Sets NAME to its path in the caller's scope.
function(host_tool NAME)
    cmake_parse_arguments(TOOL "LLVM" "" "SOURCES;INCLUDES;LIBRARIES" ${ARGN})
    set(PROGRAM ${CMAKE_BINARY_DIR}/tools/${NAME})
    list(TRANSFORM TOOL_INCLUDES PREPEND -I)
    list(TRANSFORM TOOL_LIBRARIES PREPEND -l)
    file(MAKE_DIRECTORY ${CMAKE_BINARY_DIR}/tools)
    set(HEADERS)
    foreach(FOLDER IN LISTS TOOL_INCLUDES)
        string(SUBSTRING ${FOLDER} 2 -1 FOLDER)
        file(GLOB_RECURSE FOUND ${FOLDER}/*.h ${FOLDER}/*.def)
        list(APPEND HEADERS ${FOUND})
    endforeach()
    set(LLVM_FLAGS)
    if(TOOL_LLVM)
        set(LLVM_FLAGS -isystem ${LLVM_FOLDER}/include -L${LLVM_FOLDER}/lib -lLLVM-19)
    endif()
    foreach(SOURCE IN LISTS TOOL_SOURCES)
        cmake_path(GET SOURCE PARENT_PATH FOLDER)
        file(GLOB FOUND ${FOLDER}/*.h)
        list(APPEND HEADERS ${FOUND})
    endforeach()
    add_custom_command(
        OUTPUT ${PROGRAM}
        COMMAND ${HOST_CC} -std=c23 -D_GNU_SOURCE -O2 ${THEORIS_WARNINGS} ${THEORIS_REPRODUCIBLE}
                ${TOOL_INCLUDES} ${TOOL_SOURCES} -fuse-ld=lld-19 ${TOOL_LIBRARIES}
                ${LLVM_FLAGS} -o ${PROGRAM}
        DEPENDS ${TOOL_SOURCES} ${HEADERS}
        COMMENT "Building the tool ${NAME}"
        VERBATIM)
    set(${NAME} ${PROGRAM} PARENT_SCOPE)
endfunction()

# compiler_plugin(NAME SOURCES file...)
# A plugin of the kernel's compiler, in C++ because that is what LLVM speaks. Sets NAME to its path in
# the caller's scope.
function(compiler_plugin NAME)
    cmake_parse_arguments(TOOL "" "" "SOURCES" ${ARGN})
    set(PLUGIN ${CMAKE_BINARY_DIR}/tools/${NAME}.so)
    file(MAKE_DIRECTORY ${CMAKE_BINARY_DIR}/tools)
    add_custom_command(
        OUTPUT ${PLUGIN}
        COMMAND ${HOST_CXX} -std=c++17 -O1 -fno-rtti -fno-exceptions -fPIC -shared -Wall -Wextra -Werror
                ${THEORIS_REPRODUCIBLE} -isystem ${LLVM_FOLDER}/include ${TOOL_SOURCES}
                -fuse-ld=lld-19 -o ${PLUGIN}
        DEPENDS ${TOOL_SOURCES}
        COMMENT "Building the compiler plugin ${NAME}"
        VERBATIM)
    set(${NAME} ${PLUGIN} PARENT_SCOPE)
endfunction()
