# SPDX-License-Identifier: MIT
# What stands in the archive besides cells: what was built, the policy, and the signed list of all
# members. nano_core holds the list's digest, so this comes before it, and the archive behind.

# The member `build` says what was built; the command `version` prints it.
set(BUILD_FACTS ${CMAKE_BINARY_DIR}/cells/parts/build)
file(CONFIGURE OUTPUT ${BUILD_FACTS} @ONLY CONTENT
"project: Theoris @PROJECT_VERSION@
commit: @THEORIS_COMMIT@
compiler: @CMAKE_C_COMPILER_ID@ @CMAKE_C_COMPILER_VERSION@
")

get_property(CELL_FILES GLOBAL PROPERTY THEORIS_CELL_FILES)
list(APPEND BUILD_FACTS ${THEORIS_POLICY_FILE})
set(SIGNATURES ${CMAKE_BINARY_DIR}/cells/parts/SIGNATURES)
add_custom_command(
    OUTPUT ${SIGNATURES}
    COMMAND ${cell_sign} list ${THEORIS_SIGNING_KEY_FILE} ${SIGNATURES} ${BUILD_FACTS} ${CELL_FILES}
    DEPENDS ${cell_sign} ${THEORIS_SIGNING_KEY_FILE} ${BUILD_FACTS} ${CELL_FILES}
    COMMENT "Signing the archive of cells"
    VERBATIM)
add_custom_target(signatures ALL DEPENDS ${SIGNATURES})
add_dependencies(signatures cells)
