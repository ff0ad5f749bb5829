# SPDX-License-Identifier: MIT
# What cell() means on the host side: a cell with tests becomes a program that runs them under
# sanitizers. NAME_test.c is built for addresses and undefined behaviour, NAME_threads_test.c for
# races between threads. A cell that needs the machine is replaced by NAME.c in HOST_FOLDER, or in
# HOST_STAND_INS where a program has some of its own.

# Cells that are tested over the real mapped_pages, on simulated page tables (page_window.c); for
# others the C library's memory stands for it.
set(HOST_OVER_PAGE_TABLES mapped_pages dma_buffer text_write)

# Appends to RESULT the sources that stand for NAME and for all that it needs.
function(host_sources RESULT VISIBLE_RESULT NAME)
    set(SOURCES ${${RESULT}})
    set(VISIBLE ${${VISIBLE_RESULT}})
    if(NOT NAME IN_LIST VISIBLE)
        list(APPEND VISIBLE ${NAME})
        if(EXISTS "${HOST_STAND_INS}/${NAME}.c")
            list(APPEND SOURCES ${HOST_STAND_INS}/${NAME}.c)
        elseif(EXISTS ${HOST_FOLDER}/${NAME}.c AND NOT NAME IN_LIST HOST_REAL)
            list(APPEND SOURCES ${HOST_FOLDER}/${NAME}.c)
        else()
            cell_field(OWN ${NAME} SOURCES)
            cell_field(NEEDS ${NAME} NEEDS)
            set_source_files_properties(${OWN} PROPERTIES COMPILE_OPTIONS
                                        "-DCELL_NAME=\"${NAME}\"")
            cell_foreign(FOREIGN FROM ${NAME})
            if(FOREIGN)
                foreign_flags(FLAGS ${FROM})
                set_source_files_properties(${FOREIGN} PROPERTIES COMPILE_OPTIONS "${FLAGS}")
                list(FILTER FLAGS INCLUDE REGEX "^-(isystem|D)")
                set_property(SOURCE ${OWN} APPEND PROPERTY COMPILE_OPTIONS "${FLAGS}")
            endif()
            list(APPEND SOURCES ${OWN} ${FOREIGN})
            foreach(NEED IN LISTS NEEDS)
                host_sources(SOURCES VISIBLE ${NEED})
            endforeach()
        endif()
    endif()
    set(${RESULT} "${SOURCES}" PARENT_SCOPE)
    set(${VISIBLE_RESULT} "${VISIBLE}" PARENT_SCOPE)
endfunction()

# host_cell_program(PROGRAM CELLS cell... SOURCES file... [FLAGS flag...] [SANITIZERS flag...])
# A program of SOURCES linked with the cells, sanitizers on. context.c lets it own things.
function(host_cell_program PROGRAM)
    cmake_parse_arguments(HOST "" "" "CELLS;SOURCES;FLAGS;SANITIZERS" ${ARGN})
    if(NOT HOST_SANITIZERS)
        set(HOST_SANITIZERS ${THEORIS_SANITIZERS})
    endif()
    set(SOURCES)
    set(VISIBLE)
    foreach(NAME IN LISTS HOST_CELLS)
        host_sources(SOURCES VISIBLE ${NAME})
    endforeach()
    cell_includes(INCLUDES ${VISIBLE})
    add_executable(${PROGRAM} ${SOURCES} ${HOST_SOURCES} ${HOST_FOLDER}/context.c)
    target_include_directories(${PROGRAM} PRIVATE ${INCLUDES} ${THEORIS_ROOT})
    target_compile_options(${PROGRAM} PRIVATE ${THEORIS_HOST_FLAGS} ${HOST_SANITIZERS}
                           ${HOST_FLAGS})
    target_link_options(${PROGRAM} PRIVATE ${HOST_SANITIZERS} ${HOST_FLAGS})
endfunction()

function(cell_build NAME)
    cell_field(FOLDER ${NAME} FOLDER)
    cell_field(HEADER ${NAME} INTERFACE)
    cell_interface_file(TEST_SOURCE ${NAME} ${HEADER}_test.c)
    cell_interface_file(THREADS_SOURCE ${NAME} ${HEADER}_threads_test.c)
    cell_host_test(${NAME} ${NAME}_test ${TEST_SOURCE})
    cell_host_test(${NAME} ${NAME}_threads_test ${THREADS_SOURCE}
                   SOURCES ${HOST_FOLDER}/threads.c SANITIZERS ${THEORIS_THREAD_SANITIZER})
endfunction()

# The tests in TEST_SOURCE, if there is such a file with any, become the program PROGRAM and, each,
# host.NAME.TEST. Further arguments are for host_cell_program.
function(cell_host_test NAME PROGRAM TEST_SOURCE)
    if(NOT EXISTS ${TEST_SOURCE})
        return()
    endif()
    cell_test_names(TESTS ${TEST_SOURCE} "TEST|HOST_TEST")
    if(NOT TESTS)
        return()
    endif()
    cmake_parse_arguments(TEST "" "" "SOURCES;SANITIZERS" ${ARGN})
    cell_field(TEST_NEEDS ${NAME} TEST_NEEDS)
    if(NAME IN_LIST HOST_OVER_PAGE_TABLES)
        set(HOST_REAL mapped_pages)
    endif()
    if(NAME STREQUAL mapped_pages)
        list(APPEND TEST_SOURCES ${HOST_FOLDER}/mapping_model.c)
    endif()
    host_cell_program(${PROGRAM} CELLS ${NAME} ${TEST_NEEDS}
                      SOURCES ${TEST_SOURCE} ${HOST_FOLDER}/test_main.c ${TEST_SOURCES}
                      SANITIZERS ${TEST_SANITIZERS})
    foreach(TEST IN LISTS TESTS)
        add_test(NAME host.${NAME}.${TEST} COMMAND ${PROGRAM} ${TEST})
        set_tests_properties(host.${NAME}.${TEST} PROPERTIES LABELS "quick;suite" TIMEOUT 60)
    endforeach()
endfunction()

function(cells_target)
endfunction()
