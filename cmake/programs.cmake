# SPDX-License-Identifier: MIT
# The distribution's programs that a build runs, in this tree and outside it.
find_program(LLD ld.lld-19 REQUIRED)
find_program(OBJCOPY llvm-objcopy-19 REQUIRED)
set(PYTHON /usr/bin/python3)
