// SPDX-License-Identifier: MIT
/// Whatever the bytes are, code_decode() reads none beyond the end, and what it accepts has a
/// length that more bytes behind it do not change.
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cell/code_scan.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static void check(const uint8_t *bytes, size_t size)
{
    struct code_instruction instruction;
    struct code_instruction again;
    if (!code_decode(bytes, size, &instruction))
        return;
    if (instruction.length == 0 || instruction.length > 15 || instruction.length > size)
        abort();
    if ((instruction.kind == CODE_PLAIN) != !instruction.name)
        abort();
    uint8_t *exact = malloc(instruction.length);
    if (!exact)
        return;
    memcpy(exact, bytes, instruction.length);
    if (!code_decode(exact, instruction.length, &again) || again.length != instruction.length ||
        again.kind != instruction.kind || again.operands != instruction.operands ||
        again.branches != instruction.branches || again.distance != instruction.distance ||
        code_decode(exact, instruction.length - 1u, &again))
        abort();
    free(exact);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    for (size_t at = 0; at < size; at++)
        check(bytes + at, size - at);
    return 0;
}
