# SPDX-License-Identifier: MIT
# The host side: portable cells and tools, built and tested on the developer's machine.
set(THEORIS_SIDE host)
set(CMAKE_C_COMPILER clang-19)
set(CMAKE_ASM_COMPILER clang-19)
set(CMAKE_C_FLAGS_RELEASE "-O1" CACHE STRING "")
set(CMAKE_EXE_LINKER_FLAGS_INIT "-fuse-ld=lld-19")
