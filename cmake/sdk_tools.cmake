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
