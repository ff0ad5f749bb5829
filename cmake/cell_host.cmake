# SPDX-License-Identifier: MIT
# What cell() means on the host side: a cell with tests becomes a program that runs them under
# sanitizers. A cell that needs the machine is replaced by test/host/NAME.c.

set(HOST_FOLDER ${CMAKE_SOURCE_DIR}/test/host)

# Appends to RESULT the sources that stand for NAME and for all that it needs.
function(host_sources RESULT VISIBLE_RESULT NAME)
    set(SOURCES ${${RESULT}})
    set(VISIBLE ${${VISIBLE_RESULT}})
    if(NOT NAME IN_LIST VISIBLE)
        list(APPEND VISIBLE ${NAME})
        if(EXISTS ${HOST_FOLDER}/${NAME}.c)
            list(APPEND SOURCES ${HOST_FOLDER}/${NAME}.c)
        else()
            cell_field(OWN ${NAME} SOURCES)
            cell_field(NEEDS ${NAME} NEEDS)
            set_source_files_properties(${OWN} PROPERTIES COMPILE_OPTIONS
                                        "-DCELL_NAME=\"${NAME}\"")
            list(APPEND SOURCES ${OWN})
            foreach(NEED IN LISTS NEEDS)
                host_sources(SOURCES VISIBLE ${NEED})
            endforeach()
        endif()
    endif()
    set(${RESULT} "${SOURCES}" PARENT_SCOPE)
    set(${VISIBLE_RESULT} "${VISIBLE}" PARENT_SCOPE)
endfunction()

# host_cell_program(PROGRAM CELLS cell... SOURCES file... [FLAGS flag...])
# A program of SOURCES linked with the cells, sanitizers on. context.c lets it own things.
function(host_cell_program PROGRAM)
    cmake_parse_arguments(HOST "" "" "CELLS;SOURCES;FLAGS" ${ARGN})
    set(SOURCES)
    set(VISIBLE)
    foreach(NAME IN LISTS HOST_CELLS)
        host_sources(SOURCES VISIBLE ${NAME})
    endforeach()
    cell_includes(INCLUDES ${VISIBLE})
    add_executable(${PROGRAM} ${SOURCES} ${HOST_SOURCES} ${HOST_FOLDER}/context.c)
    target_include_directories(${PROGRAM} PRIVATE ${INCLUDES} ${CMAKE_SOURCE_DIR})
    target_compile_options(${PROGRAM} PRIVATE ${THEORIS_HOST_FLAGS} ${THEORIS_SANITIZERS}
                           ${HOST_FLAGS})
    target_link_options(${PROGRAM} PRIVATE ${THEORIS_SANITIZERS} ${HOST_FLAGS})
endfunction()

function(cell_build NAME)
    cell_field(FOLDER ${NAME} FOLDER)
    cell_field(HEADER ${NAME} INTERFACE)
    cell_interface_file(TEST_SOURCE ${NAME} ${HEADER}_test.c)
    if(EXISTS ${TEST_SOURCE})
        cell_test_names(TESTS ${TEST_SOURCE} "TEST|HOST_TEST")
        if(TESTS)
            cell_host_test(${NAME} ${TEST_SOURCE} "${TESTS}")
        endif()
    endif()
endfunction()

function(cell_host_test NAME TEST_SOURCE TESTS)
    cell_field(TEST_NEEDS ${NAME} TEST_NEEDS)
    host_cell_program(${NAME}_test CELLS ${NAME} ${TEST_NEEDS}
                      SOURCES ${TEST_SOURCE} ${HOST_FOLDER}/test_main.c)
    foreach(TEST IN LISTS TESTS)
        add_test(NAME host.${NAME}.${TEST} COMMAND ${NAME}_test ${TEST})
        set_tests_properties(host.${NAME}.${TEST} PROPERTIES LABELS "quick;suite" TIMEOUT 60)
    endforeach()
endfunction()

function(cells_target)
endfunction()
