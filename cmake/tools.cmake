# SPDX-License-Identifier: MIT
# Programs of this project that the build itself runs. In the SDK they are ready (sdk_tools.cmake).
include(programs)
find_program(HOST_CC clang-19 REQUIRED)
find_program(HOST_CXX clang++-19 REQUIRED)
set(LLVM_FOLDER /usr/lib/llvm-19)

# host_tool(NAME SOURCES file... [OBJECTS file...] [INCLUDES folder...] [LIBRARIES name...]
#           [FLAGS flag...] [LLVM])
# A program for the developer's machine, compiled in one step even where the project's compiler is
# the kernel's. LLVM: it uses LLVM's C interface. Sets NAME to its path in the caller's scope.
function(host_tool NAME)
    cmake_parse_arguments(TOOL "LLVM" "" "SOURCES;OBJECTS;INCLUDES;LIBRARIES;FLAGS" ${ARGN})
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
        COMMAND ${HOST_CC} -std=gnu23 -D_GNU_SOURCE -O2 ${THEORIS_WARNINGS} ${THEORIS_REPRODUCIBLE}
                ${TOOL_INCLUDES} ${TOOL_FLAGS} ${TOOL_SOURCES} ${TOOL_OBJECTS} -fuse-ld=lld-19
                ${TOOL_LIBRARIES} ${LLVM_FLAGS} -o ${PROGRAM}
        DEPENDS ${TOOL_SOURCES} ${TOOL_OBJECTS} ${HEADERS}
        COMMENT "Building the tool ${NAME}"
        VERBATIM)
    set_property(GLOBAL APPEND PROPERTY THEORIS_PROGRAMS ${PROGRAM})
    set(${NAME} ${PROGRAM} PARENT_SCOPE)
endfunction()

# host_foreign_object(NAME FROM FILES file...)
# One object for the developer's machine of sources of a library (dependencies.cmake). Sets NAME to
# its path in the caller's scope.
function(host_foreign_object NAME FROM)
    cmake_parse_arguments(GIVEN "" "" "FILES" ${ARGN})
    list(TRANSFORM GIVEN_FILES PREPEND ${DEPENDENCY_${FROM}_FOLDER}/)
    foreign_flags(FLAGS ${FROM})
    set(OBJECT ${CMAKE_BINARY_DIR}/tools/${NAME}.o)
    file(MAKE_DIRECTORY ${CMAKE_BINARY_DIR}/tools)
    add_custom_command(
        OUTPUT ${OBJECT}
        COMMAND ${HOST_CC} -O2 ${FLAGS} ${GIVEN_FILES} -fuse-ld=lld-19 -r -o ${OBJECT}
        DEPENDS ${GIVEN_FILES}
        COMMENT "Building ${NAME} of ${FROM}"
        VERBATIM)
    set(${NAME} ${OBJECT} PARENT_SCOPE)
endfunction()

# cell_check, which judges by the very sources that the loader judges by. Sets `cell_check` to its
# path in the caller's scope.
function(cell_check_tool)
    set(INTERFACES ${CMAKE_BINARY_DIR}/interfaces/tools)
    file(MAKE_DIRECTORY ${INTERFACES}/cell)
    set(SOURCES cell_check code_check abi_check)
    list(TRANSFORM SOURCES PREPEND ${CMAKE_SOURCE_DIR}/tools/)
    list(TRANSFORM SOURCES APPEND .c)
    foreach(CELL code_scan policy cell_abi)
        set(FOLDER ${CMAKE_SOURCE_DIR}/cells/cell/${CELL})
        file(CREATE_LINK ${FOLDER}/${CELL}.h ${INTERFACES}/cell/${CELL}.h SYMBOLIC)
        list(APPEND SOURCES ${FOLDER}/${CELL}.c)
    endforeach()
    list(APPEND SOURCES ${CMAKE_SOURCE_DIR}/cells/cell/code_scan/judge.c
         ${CMAKE_SOURCE_DIR}/cells/cell/cell_abi/compare.c)
    host_tool(cell_check SOURCES ${SOURCES} LIBRARIES elf LLVM
              INCLUDES ${INTERFACES} ${CMAKE_SOURCE_DIR}/cells/vocabulary)
    set(cell_check ${cell_check} PARENT_SCOPE)
endfunction()

# host_plugin(NAME FOLDER)
# A plugin for the compiler of the same LLVM version, from the C++ sources in FOLDER. LLVM's headers
# take most of the time, so that all sources are compiled as one. Sets NAME to its path in the
# caller's scope and makes the target NAME_plugin.
function(host_plugin NAME FOLDER)
    find_program(HOST_CXX clang++-19 REQUIRED)
    find_program(LLVM_CONFIG llvm-config-19 REQUIRED)
    execute_process(COMMAND ${LLVM_CONFIG} --cxxflags OUTPUT_VARIABLE FLAGS
                    OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)
    string(REGEX REPLACE "(^| )-I" "\\1-isystem " FLAGS "${FLAGS}")
    separate_arguments(FLAGS UNIX_COMMAND "${FLAGS}")

    file(GLOB SOURCES CONFIGURE_DEPENDS ${FOLDER}/*.cpp)
    file(GLOB HEADERS CONFIGURE_DEPENDS ${FOLDER}/*.h)
    list(TRANSFORM SOURCES REPLACE "(.+)" "#include \"\\1\"\n" OUTPUT_VARIABLE INCLUDES)
    list(JOIN INCLUDES "" INCLUDES)
    set(ALL ${CMAKE_BINARY_DIR}/generated/${NAME}.cpp)
    file(CONFIGURE OUTPUT ${ALL} CONTENT "${INCLUDES}" @ONLY)

    set(PLUGIN ${CMAKE_BINARY_DIR}/tools/${NAME}.so)
    file(MAKE_DIRECTORY ${CMAKE_BINARY_DIR}/tools)
    add_custom_command(
        OUTPUT ${PLUGIN}
        COMMAND ${HOST_CXX} ${FLAGS} -O2 -Wall -Wextra -Werror -fno-rtti -fPIC -shared
                ${THEORIS_REPRODUCIBLE} ${ALL} -fuse-ld=lld-19 -o ${PLUGIN}
        DEPENDS ${SOURCES} ${HEADERS} ${ALL}
        COMMENT "Building the compiler plugin ${NAME}"
        VERBATIM)
    add_custom_target(${NAME}_plugin DEPENDS ${PLUGIN})
    set_property(GLOBAL APPEND PROPERTY THEORIS_PROGRAMS ${PLUGIN})
    set(${NAME} ${PLUGIN} PARENT_SCOPE)
endfunction()
