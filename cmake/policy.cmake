# SPDX-License-Identifier: MIT
# What cells are granted (docs/reference/authority.md), and the room for their signatures.
#
# THEORIS_TREE_POLICY is the policy of the tree; in the SDK, that of the system it was made with.
set(THEORIS_POLICY "" CACHE STRING "Files with further lines for the boot policy")
set(THEORIS_POLICY_FILE ${CMAKE_BINARY_DIR}/cells/parts/policy)

# policy_write(CELL...): writes the policy for these cells, which are built here.
function(policy_write)
    set(FILES ${THEORIS_TREE_POLICY})
    foreach(FILE IN LISTS THEORIS_POLICY)
        cmake_path(ABSOLUTE_PATH FILE BASE_DIRECTORY ${CMAKE_SOURCE_DIR})
        list(APPEND FILES ${FILE})
    endforeach()
    set(POLICY)
    foreach(FILE IN LISTS FILES)
        file(READ ${FILE} MORE)
        string(APPEND POLICY "${MORE}")
    endforeach()
    set_property(DIRECTORY ${CMAKE_SOURCE_DIR} APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${FILES})
    # A cell outside the tree is no interface of the kernel. Others may use it, unless it holds a
    # capability that they would use through it.
    cmake_path(GET THEORIS_TREE_POLICY PARENT_PATH TREE)
    foreach(NAME IN LISTS ARGN)
        cell_field(FOLDER ${NAME} FOLDER)
        cell_field(CAPABILITIES ${NAME} CAPABILITIES)
        cmake_path(GET TREE PARENT_PATH ROOT)
        cmake_path(IS_PREFIX ROOT ${FOLDER} INSIDE)
        if(NOT INSIDE AND NOT CAPABILITIES)
            string(APPEND POLICY "allow kind application needs ${NAME}\n")
        endif()
    endforeach()
    file(CONFIGURE OUTPUT ${THEORIS_POLICY_FILE} CONTENT "${POLICY}" @ONLY)
endfunction()

# The section .cell.signature before it is signed.
set(SIGNATURE_ROOM ${CMAKE_BINARY_DIR}/generated/signature_room)
string(REPEAT "-" 64 ROOM)
file(CONFIGURE OUTPUT ${SIGNATURE_ROOM} CONTENT "theoris-sig 1.0\n${ROOM}" @ONLY)
