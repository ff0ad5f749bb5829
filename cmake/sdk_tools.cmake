# SPDX-License-Identifier: MIT
# The functions of tools.cmake in the SDK, where the programs lie ready in THEORIS_SDK.
include(${CMAKE_CURRENT_LIST_DIR}/programs.cmake)

function(host_tool NAME)
    set(${NAME} ${THEORIS_SDK}/lib/theoris/${NAME} PARENT_SCOPE)
endfunction()

function(host_plugin NAME)
    add_custom_target(${NAME}_plugin)
    set(${NAME} ${THEORIS_SDK}/lib/theoris/${NAME}.so PARENT_SCOPE)
endfunction()

macro(cell_check_tool)
    host_tool(cell_check)
endmacro()

# Cells are signed if there is a key; others are loaded by `cells load --unsigned`.
set(THEORIS_SIGNING_KEY "" CACHE FILEPATH "The key pair that signs cells; unsigned if empty")
set(THEORIS_SIGNING_KEY_FILE ${THEORIS_SIGNING_KEY})
if(THEORIS_SIGNING_KEY_FILE)
    cmake_path(ABSOLUTE_PATH THEORIS_SIGNING_KEY_FILE BASE_DIRECTORY ${CMAKE_SOURCE_DIR})
    host_tool(cell_sign)
endif()
