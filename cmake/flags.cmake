# SPDX-License-Identifier: MIT
# Compiler flags, one list a purpose.
set(CMAKE_C_STANDARD 23)
set(CMAKE_C_STANDARD_REQUIRED ON)
set(CMAKE_C_EXTENSIONS ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

set(THEORIS_WARNINGS
    -Wall -Wextra -Wpedantic -Werror -Wshadow -Wconversion -Wmissing-prototypes
    -Wstrict-prototypes -Wvla -Wundef -Wimplicit-fallthrough -Wcast-qual -Wwrite-strings
    -Wthread-safety -Wthread-safety-beta -fexperimental-late-parse-attributes
    -Wno-language-extension-token -Wno-gnu-statement-expression
    -Wno-gnu-zero-variadic-macro-arguments -Wno-c++-compat)

# Paths in debug information and __FILE__ are relative to the source or to the build folder, so that
# two builds in different folders are the same to the bit.
set(THEORIS_REPRODUCIBLE
    "-ffile-prefix-map=${CMAKE_BINARY_DIR}=build" "-ffile-prefix-map=${CMAKE_SOURCE_DIR}=.")

# What every cell and nano_core are compiled with (DESIGN, "The cell object and the loader"). Frame
# pointers serve the backtrace of an exception report. THEORIS_DEBUG: checks that cost.
set(THEORIS_KERNEL_FLAGS
    ${THEORIS_WARNINGS} ${THEORIS_REPRODUCIBLE}
    -ffreestanding -nostdlibinc -fno-pic -mcmodel=kernel -mno-red-zone -mgeneral-regs-only
    -ffunction-sections -fdata-sections -fno-common -fno-exceptions
    -fasynchronous-unwind-tables -fno-omit-frame-pointer -fno-stack-protector
    -fstrict-flex-arrays=3 -g $<$<CONFIG:Debug>:-DTHEORIS_DEBUG>)

# What C leaves undefined ends in a trap (docs/reference/traps.md). Left out: `return`, which is for
# C++ (-Werror=return-type is C's), and `pointer-overflow`, which costs as much text as all others.
# Tail merging is off because it would merge the traps of two checks, and with them their lines.
set(THEORIS_TRAPS
    -fsanitize=array-bounds,null,alignment,object-size,integer-divide-by-zero
    -fsanitize=unreachable,shift,vla-bound,bool
    -fsanitize=builtin,nonnull-attribute,returns-nonnull-attribute,signed-integer-overflow
    -fsanitize-trap=all -fsanitize=kcfi -mllvm -enable-tail-merge=false)

set(THEORIS_HOST_FLAGS ${THEORIS_WARNINGS} -g -fno-omit-frame-pointer)
set(THEORIS_SANITIZERS -fsanitize=address,undefined -fno-sanitize-recover=all)
set(THEORIS_THREAD_SANITIZER -fsanitize=thread -fno-sanitize-recover=all)
