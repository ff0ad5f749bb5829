# SPDX-License-Identifier: MIT
# Libraries of others, built from the sources of Debian's packages. None of it is committed.

# Sources are kept per user, so that all builds share them and a clean build needs no network.
set(CACHE_HOME $ENV{XDG_CACHE_HOME})
if(NOT CACHE_HOME)
    set(CACHE_HOME $ENV{HOME}/.cache)
endif()
set(THEORIS_SOURCE_CACHE "" CACHE PATH
    "Where the sources of libraries are kept; ${CACHE_HOME}/theoris/sources if empty")

# writable_folder(RESULT CHOSEN PREFERRED OTHERWISE): CHOSEN if given, else PREFERRED if this user
# can make and write it, else OTHERWISE.
function(writable_folder RESULT CHOSEN PREFERRED OTHERWISE)
    set(FOLDER ${OTHERWISE})
    if(CHOSEN)
        set(FOLDER ${CHOSEN})
    else()
        execute_process(COMMAND sh -c "mkdir -p \"$0\" && test -w \"$0\"" ${PREFERRED}
                        RESULT_VARIABLE FAILED ERROR_QUIET)
        if(FAILED)
            message(NOTICE "${PREFERRED} cannot be written: ${OTHERWISE} is used in its place")
        else()
            set(FOLDER ${PREFERRED})
        endif()
    endif()
    set(${RESULT} ${FOLDER} PARENT_SCOPE)
endfunction()

# dependency(NAME PACKAGE package [INCLUDES folder...] [DEFINITIONS word...])
# Sets DEPENDENCY_<NAME>_FOLDER, _INCLUDES and _DEFINITIONS for cell(... FOREIGN NAME file...) and
# host_tool(). -DTHEORIS_<NAME>_SOURCE=DIR gives the sources in place of the package.
function(dependency NAME)
    cmake_parse_arguments(GIVEN "" "PACKAGE" "INCLUDES;DEFINITIONS" ${ARGN})
    string(TOUPPER ${NAME} UPPER)
    set(THEORIS_${UPPER}_SOURCE "" CACHE PATH "Sources of ${NAME}; fetched from Debian if empty")
    set(FOLDER ${THEORIS_${UPPER}_SOURCE})
    if(NOT FOLDER)
        writable_folder(CACHE "${THEORIS_SOURCE_CACHE}" ${CACHE_HOME}/theoris/sources
                        ${CMAKE_BINARY_DIR}/_sources)
        execute_process(
            COMMAND ${PYTHON} -B ${CMAKE_SOURCE_DIR}/tools/fetch_source.py ${GIVEN_PACKAGE} ${CACHE}
            OUTPUT_VARIABLE FOLDER ERROR_VARIABLE REASON RESULT_VARIABLE FAILED
            OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_STRIP_TRAILING_WHITESPACE)
        if(FAILED)
            message(FATAL_ERROR "${REASON}. Unpack it yourself and give the folder: "
                    "-DTHEORIS_${UPPER}_SOURCE=DIR")
        endif()
    endif()
    foreach(INCLUDE IN LISTS GIVEN_INCLUDES)
        if(NOT IS_DIRECTORY ${FOLDER}/${INCLUDE})
            message(FATAL_ERROR "${FOLDER} does not hold the sources of ${NAME}: there is no "
                    "folder ${INCLUDE} in it. Give another by -DTHEORIS_${UPPER}_SOURCE=DIR")
        endif()
    endforeach()
    list(TRANSFORM GIVEN_INCLUDES PREPEND ${FOLDER}/)
    list(TRANSFORM GIVEN_DEFINITIONS PREPEND -D)
    set(DEPENDENCY_${NAME}_FOLDER ${FOLDER} PARENT_SCOPE)
    set(DEPENDENCY_${NAME}_INCLUDES ${GIVEN_INCLUDES} PARENT_SCOPE)
    set(DEPENDENCY_${NAME}_DEFINITIONS ${GIVEN_DEFINITIONS} PARENT_SCOPE)
endfunction()

# What foreign sources expect of a C library, given by our cells.
set(FOREIGN_HEADERS ${CMAKE_BINARY_DIR}/generated/foreign)
file(CONFIGURE OUTPUT ${FOREIGN_HEADERS}/string.h CONTENT "#include <libc/string.h>\n")

# Sets RESULT to the flags with which sources of others are compiled: ours, but for the warnings.
# Symbols are hidden: they are the cell's own, and no other cell can link to them.
function(foreign_flags RESULT NAME)
    set(INCLUDES ${DEPENDENCY_${NAME}_INCLUDES})
    list(TRANSFORM INCLUDES PREPEND -isystem)
    set(${RESULT} ${INCLUDES} ${DEPENDENCY_${NAME}_DEFINITIONS} -w -std=gnu11 -fvisibility=hidden
        "-ffile-prefix-map=${DEPENDENCY_${NAME}_FOLDER}=${NAME}" PARENT_SCOPE)
endfunction()

# BearSSL guesses what processor and system offer; neither vector registers nor a system are here.
dependency(bearssl PACKAGE bearssl INCLUDES inc src
           DEFINITIONS BR_AES_X86NI=0 BR_SSE2=0 BR_RDRAND=0 BR_USE_UNIX_TIME=0 BR_USE_URANDOM=0
                       BR_USE_GETENTROPY=0 BR_LE_UNALIGNED=0 BR_BE_UNALIGNED=0)
