# SPDX-License-Identifier: MIT
# cell(): from a folder with a manifest to one relocatable object that the system loads and links.
#
# Manifests are collected first and built by cells_finish(), when all are known: only then can it be
# said whether a needed cell exists and whether NEEDS is free of cycles.

set(HOST_FOLDER ${THEORIS_ROOT}/test/host) # what tests on the host are linked with
set(CELL_KINDS kernel driver application)
set(CELL_KNOWN_CAPABILITIES
    port_io msr physical_memory interrupts cell_management runtime_services processor_control)
set(CELL_SINGLE SUBSYSTEM FOLDER PURPOSE KIND INTERFACE VERSION LICENSE START EVOLVED_FROM STOP)
set(CELL_LISTS NEEDS CAPABILITIES SOURCES GENERATED FOREIGN GUARDS RENAMES TEST_NEEDS
    TEST_CAPABILITIES)

# cell(NAME PURPOSE "..." KIND kernel|driver|application [VERSION x.y.z] [LICENSE spdx]
#      [NEEDS cell...] [CAPABILITIES ...] [SOURCES file...] [SIMD] [START function]
#      [EVOLVED_FROM function] [STOP function] [RENAMES OLD=NEW...] [GENERATED NAME.c...]
#      [FOREIGN dependency file...] [GUARDS CAPABILITY[=SYMBOL]...] [TEST_NEEDS cell...]
#      [TEST_CAPABILITIES ...] [INTERFACE name])
# INTERFACE: the folder beside the cell's that holds its public header, <subsystem/name.h>, and its
# tests, name_test.c: for cells that offer the same interface, from one source.
# GENERATED: sources that are made by the build, each by the program NAME.py in the cell's folder,
# which gets the path to write as its argument; signing_key.c, by tools/cell_sign.
# GUARDS: what others must hold to use this cell's symbols, all of them or one.
# FOREIGN: sources of a library (dependencies.cmake), by their paths within it.
# TEST_NEEDS, TEST_CAPABILITIES: what the cell's tests need besides the cell and what it needs.
function(cell NAME)
    cmake_parse_arguments(CELL SIMD "${CELL_SINGLE}" "${CELL_LISTS}" ${ARGN})

    set(CELL_FOLDER ${CMAKE_CURRENT_LIST_DIR})
    set(WHERE "cell(${NAME}) in ${CELL_FOLDER}")
    if(CELL_UNPARSED_ARGUMENTS)
        message(FATAL_ERROR "${WHERE}: unknown words: ${CELL_UNPARSED_ARGUMENTS}")
    elseif(NOT NAME MATCHES "^[a-z][a-z0-9_]*$")
        message(FATAL_ERROR "${WHERE}: a name is lower-case letters, digits and _")
    elseif(NOT CELL_PURPOSE)
        message(FATAL_ERROR "${WHERE}: PURPOSE is missing: say in a sentence what the cell is for")
    elseif(NOT CELL_KIND IN_LIST CELL_KINDS)
        message(FATAL_ERROR "${WHERE}: KIND must be one of: ${CELL_KINDS}")
    endif()
    foreach(CAPABILITY IN LISTS CELL_CAPABILITIES CELL_TEST_CAPABILITIES)
        if(NOT CAPABILITY IN_LIST CELL_KNOWN_CAPABILITIES)
            message(FATAL_ERROR "${WHERE}: ${CAPABILITY} is not a capability")
        endif()
    endforeach()
    foreach(GUARD IN LISTS CELL_GUARDS)
        string(REGEX REPLACE "=.*" "" CAPABILITY ${GUARD})
        if(NOT CAPABILITY IN_LIST CELL_KNOWN_CAPABILITIES)
            message(FATAL_ERROR "${WHERE}: ${CAPABILITY} is not a capability")
        endif()
    endforeach()
    get_property(KNOWN GLOBAL PROPERTY THEORIS_CELLS)
    if(NAME IN_LIST KNOWN)
        message(FATAL_ERROR "${WHERE}: there is another cell of this name")
    endif()

    cmake_path(GET CELL_FOLDER PARENT_PATH PARENT)
    cmake_path(GET PARENT FILENAME CELL_SUBSYSTEM)
    if(NOT CELL_INTERFACE)
        set(CELL_INTERFACE ${NAME})
    endif()
    if(NOT CELL_VERSION)
        set(CELL_VERSION ${PROJECT_VERSION})
    endif()
    if(NOT CELL_LICENSE)
        set(CELL_LICENSE MIT)
    endif()
    if(NOT CELL_SOURCES)
        file(GLOB CELL_SOURCES CONFIGURE_DEPENDS ${CELL_FOLDER}/*.c ${CELL_FOLDER}/*.S)
        list(FILTER CELL_SOURCES EXCLUDE REGEX "_test\\.c$")
    else()
        list(TRANSFORM CELL_SOURCES PREPEND ${CELL_FOLDER}/)
    endif()

    foreach(FILE IN LISTS CELL_GENERATED)
        if(EXISTS ${CELL_FOLDER}/${FILE}) # in the SDK, which has it ready
            list(APPEND CELL_SOURCES ${CELL_FOLDER}/${FILE})
        else()
            list(APPEND CELL_SOURCES ${CMAKE_BINARY_DIR}/generated/${NAME}/${FILE})
        endif()
    endforeach()

    set_property(GLOBAL APPEND PROPERTY THEORIS_CELLS ${NAME})
    foreach(FIELD IN LISTS CELL_SINGLE CELL_LISTS ITEMS SIMD)
        set_property(GLOBAL PROPERTY CELL_${NAME}_${FIELD} "${CELL_${FIELD}}")
    endforeach()
endfunction()

# Folders outside the tree: each is a cell's folder or holds such folders.
function(add_extra_cells)
    foreach(FOLDER IN LISTS ARGN)
        get_filename_component(FOLDER ${FOLDER} ABSOLUTE BASE_DIR ${CMAKE_SOURCE_DIR})
        file(GLOB MANIFESTS CONFIGURE_DEPENDS ${FOLDER}/CMakeLists.txt ${FOLDER}/*/CMakeLists.txt)
        if(NOT MANIFESTS)
            message(FATAL_ERROR "THEORIS_EXTRA_CELLS: no cell in ${FOLDER}")
        endif()
        foreach(MANIFEST IN LISTS MANIFESTS)
            cmake_path(GET MANIFEST PARENT_PATH CELL)
            cmake_path(GET CELL FILENAME LEAF)
            add_subdirectory(${CELL} ${CMAKE_BINARY_DIR}/extra_cells/${LEAF})
        endforeach()
    endforeach()
endfunction()

# The cells of the SDK in the folder SDK: known by the same manifests, but compiled already.
function(add_sdk_cells SDK VERSION)
    set(PROJECT_VERSION ${VERSION})
    file(GLOB MANIFESTS ${SDK}/share/theoris/cells/*/*/CMakeLists.txt)
    foreach(MANIFEST IN LISTS MANIFESTS)
        include(${MANIFEST})
        cmake_path(GET MANIFEST PARENT_PATH NAME)
        cmake_path(GET NAME FILENAME NAME)
        set_property(GLOBAL PROPERTY CELL_${NAME}_SDK ${SDK})
    endforeach()
endfunction()

# Sets RESULT to the value of FIELD in the manifest of cell NAME.
macro(cell_field RESULT NAME FIELD)
    get_property(${RESULT} GLOBAL PROPERTY CELL_${NAME}_${FIELD})
endmacro()

# Sets RESULT to all that NAME needs, directly or not. PATH: how we came here, for the cycle's text.
function(cell_closure RESULT NAME PATH)
    if(NAME IN_LIST PATH)
        list(APPEND PATH ${NAME})
        list(JOIN PATH " -> " CYCLE)
        message(FATAL_ERROR "NEEDS has a cycle: ${CYCLE}. Make one of these calls a binding.")
    endif()
    get_property(KNOWN GLOBAL PROPERTY CELL_${NAME}_CLOSURE SET)
    if(NOT KNOWN)
        list(APPEND PATH ${NAME})
        cell_field(NEEDS ${NAME} NEEDS)
        get_property(CELLS GLOBAL PROPERTY THEORIS_CELLS)
        set(ALL)
        foreach(NEED IN LISTS NEEDS)
            if(NOT NEED IN_LIST CELLS)
                message(FATAL_ERROR "cell(${NAME}): NEEDS ${NEED}, but there is no such cell")
            endif()
            cell_closure(BELOW ${NEED} "${PATH}")
            list(APPEND ALL ${BELOW} ${NEED})
        endforeach()
        list(REMOVE_DUPLICATES ALL)
        set_property(GLOBAL PROPERTY CELL_${NAME}_CLOSURE "${ALL}")
    endif()
    get_property(ALL GLOBAL PROPERTY CELL_${NAME}_CLOSURE)
    set(${RESULT} "${ALL}" PARENT_SCOPE)
endfunction()

# Sets RESULT to the path of FILE in the folder of the interface of the cell NAME.
function(cell_interface_file RESULT NAME FILE)
    cell_field(FOLDER ${NAME} FOLDER)
    cell_field(HEADER ${NAME} INTERFACE)
    cmake_path(GET FOLDER PARENT_PATH SUBSYSTEM_FOLDER)
    set(${RESULT} ${SUBSYSTEM_FOLDER}/${HEADER}/${FILE} PARENT_SCOPE)
endfunction()

# The include path through which <subsystem/NAME.h>, or the header of the cell's INTERFACE, and
# nothing else, is found.
function(cell_interface RESULT NAME)
    cell_field(SUBSYSTEM ${NAME} SUBSYSTEM)
    cell_field(SDK ${NAME} SDK)
    if(SDK)
        set(INTERFACE ${SDK}/include/theoris/${NAME})
    else()
        cell_field(HEADER ${NAME} INTERFACE)
        cell_interface_file(FILE ${NAME} ${HEADER}.h)
        set(INTERFACE ${CMAKE_BINARY_DIR}/interfaces/${NAME})
        file(MAKE_DIRECTORY ${INTERFACE}/${SUBSYSTEM})
        file(CREATE_LINK ${FILE} ${INTERFACE}/${SUBSYSTEM}/${HEADER}.h SYMBOLIC)
    endif()
    set(${RESULT} ${INTERFACE} PARENT_SCOPE)
endfunction()

# Sets RESULT to the include path of a cell: the vocabulary, its own header, those that it declares.
function(cell_includes RESULT)
    set(INCLUDES ${THEORIS_VOCABULARY})
    foreach(VISIBLE IN LISTS ARGN)
        cell_interface(INTERFACE ${VISIBLE})
        list(APPEND INCLUDES ${INTERFACE})
    endforeach()
    set(${RESULT} ${INCLUDES} PARENT_SCOPE)
endfunction()

# Sets RESULT to the names of the tests in FILE whose macro is one of KINDS: TEST(name), and
# SYSTEM_TEST(name) or HOST_TEST(name) for those that need the machine or the host.
function(cell_test_names RESULT FILE KINDS)
    file(STRINGS ${FILE} LINES REGEX "^(${KINDS})\\([a-z0-9_]+\\)")
    list(TRANSFORM LINES REPLACE "^[A-Z_]+\\(([a-z0-9_]+)\\).*$" "\\1")
    set(${RESULT} ${LINES} PARENT_SCOPE)
    set_property(DIRECTORY ${CMAKE_SOURCE_DIR} APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${FILE})
endfunction()

# The rules that make the generated sources of NAME. Links beside such a source let it include the
# cell's private headers.
function(cell_generate NAME)
    cell_field(FOLDER ${NAME} FOLDER)
    cell_field(GENERATED ${NAME} GENERATED)
    if(GENERATED)
        file(MAKE_DIRECTORY ${CMAKE_BINARY_DIR}/generated/${NAME})
        file(GLOB HEADERS RELATIVE ${FOLDER} CONFIGURE_DEPENDS ${FOLDER}/*.h)
        foreach(HEADER IN LISTS HEADERS)
            file(CREATE_LINK ${FOLDER}/${HEADER} ${CMAKE_BINARY_DIR}/generated/${NAME}/${HEADER}
                 SYMBOLIC)
        endforeach()
    endif()
    foreach(FILE IN LISTS GENERATED)
        set(OUTPUT ${CMAKE_BINARY_DIR}/generated/${NAME}/${FILE})
        if(FILE STREQUAL "signing_key.c")
            signing_key_source(${OUTPUT})
            continue()
        endif()
        cmake_path(REPLACE_EXTENSION FILE LAST_ONLY py OUTPUT_VARIABLE PROGRAM)
        add_custom_command(
            OUTPUT ${OUTPUT}
            COMMAND ${PYTHON} ${FOLDER}/${PROGRAM} ${OUTPUT}
            DEPENDS ${FOLDER}/${PROGRAM}
            COMMENT "Generating ${FILE}"
            VERBATIM)
    endforeach()
endfunction()

# Sets RESULT to the paths of the foreign sources of NAME, and FROM_RESULT to whose they are.
function(cell_foreign RESULT FROM_RESULT NAME)
    cell_field(FOREIGN ${NAME} FOREIGN)
    list(POP_FRONT FOREIGN FROM)
    if(FROM AND NOT DEPENDENCY_${FROM}_FOLDER)
        message(FATAL_ERROR "cell(${NAME}): FOREIGN ${FROM}, but there is no such dependency")
    endif()
    list(TRANSFORM FOREIGN PREPEND "${DEPENDENCY_${FROM}_FOLDER}/")
    foreach(FILE IN LISTS FOREIGN)
        if(NOT EXISTS ${FILE})
            message(FATAL_ERROR "cell(${NAME}): there is no ${FILE} among the sources of ${FROM}")
        endif()
    endforeach()
    set(${RESULT} "${FOREIGN}" PARENT_SCOPE)
    set(${FROM_RESULT} "${FROM}" PARENT_SCOPE)
endfunction()

function(cells_finish)
    get_property(CELLS GLOBAL PROPERTY THEORIS_CELLS)
    set(OWN)
    foreach(NAME IN LISTS CELLS)
        cell_closure(ALL ${NAME} "")
        cell_field(SDK ${NAME} SDK)
        if(NOT SDK)
            list(APPEND OWN ${NAME})
            cell_generate(${NAME})
        endif()
    endforeach()
    policy_write(${OWN})
    foreach(NAME IN LISTS OWN)
        cell_build(${NAME})
    endforeach()
    cells_target()
endfunction()

include(${CMAKE_CURRENT_LIST_DIR}/policy.cmake)
include(${CMAKE_CURRENT_LIST_DIR}/cell_${THEORIS_SIDE}.cmake)
