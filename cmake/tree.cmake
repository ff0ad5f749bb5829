# SPDX-License-Identifier: MIT
# Where cell() finds in this tree what it works with. TheorisConfig.cmake says it for the SDK.
set(THEORIS_VOCABULARY ${CMAKE_SOURCE_DIR}/cells/vocabulary)
set(THEORIS_ROOT ${CMAKE_SOURCE_DIR}) # of test/host
set(THEORIS_TREE_POLICY ${CMAKE_SOURCE_DIR}/cells/policy)
