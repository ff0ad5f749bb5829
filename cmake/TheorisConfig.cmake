# SPDX-License-Identifier: MIT
# find_package(Theoris): cell() for a project outside the tree, and the cells that it can need.
#
#     find_package(Theoris 0.1 REQUIRED)
#     add_subdirectory(SUBSYSTEM/CELL)...
#     cells_finish()
#
# with one of the toolchain files beside this one. docs/how-to/write_a_cell_outside.md explains it.
cmake_path(GET CMAKE_CURRENT_LIST_DIR PARENT_PATH THEORIS_SDK)
cmake_path(GET THEORIS_SDK PARENT_PATH THEORIS_SDK)
cmake_path(GET THEORIS_SDK PARENT_PATH THEORIS_SDK)

if(NOT THEORIS_SIDE)
    set(Theoris_FOUND FALSE)
    set(Theoris_NOT_FOUND_MESSAGE
        "Set CMAKE_TOOLCHAIN_FILE to kernel.cmake or host.cmake in \
${CMAKE_CURRENT_LIST_DIR}/toolchains")
    return()
endif()

set(THEORIS_VOCABULARY ${THEORIS_SDK}/include/theoris/vocabulary)
set(THEORIS_ROOT ${THEORIS_SDK}/share/theoris)
set(THEORIS_TREE_POLICY ${THEORIS_SDK}/share/theoris/policy)

include(${CMAKE_CURRENT_LIST_DIR}/flags.cmake)
list(APPEND THEORIS_KERNEL_FLAGS "-ffile-prefix-map=${THEORIS_SDK}/include=.")
include(${CMAKE_CURRENT_LIST_DIR}/sdk_tools.cmake)
include(${CMAKE_CURRENT_LIST_DIR}/cell.cmake)
add_sdk_cells(${THEORIS_SDK} ${Theoris_VERSION})
