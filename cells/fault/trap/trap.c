// SPDX-License-Identifier: MIT
// Sources: Intel SDM volume 2, "UD" (0F B9 /r is UD1, 0F 0B is UD2; 67 makes the address 32 bits
// wide); clang, CodeGenFunction.h, LIST_SANITIZER_CHECKS (the numbers).
//
// Live swap:  nothing is remembered.
// Fault:      nothing is changed.
#include <fault/trap.h>

enum : uint8_t {
    ADDRESS_SIZE_PREFIX = 0x67,
    TWO_BYTE_ESCAPE = 0x0F,
    OPCODE_UD1 = 0xB9,
    OPCODE_UD2 = 0x0B,
    OPERAND_EAX = 0x00,      // ModRM: (%eax), %eax
    OPERAND_EAX_BYTE = 0x40, // ModRM: N(%eax), %eax with N of 8 bits
};

static const struct {
    enum trap_kind kind;
    const char *sentence;
} sentences[] = {
    {TRAP_ADD_OVERFLOW, "overflow of an addition"},
    {TRAP_UNREACHABLE, "code reached that was declared unreachable"},
    {TRAP_DIVISION, "division by zero or overflow"},
    {TRAP_FUNCTION_TYPE, "call of a function of another type"},
    {TRAP_BUILTIN, "bit count of zero"},
    {TRAP_BOOL, "value that its type does not have"},
    {TRAP_MULTIPLY_OVERFLOW, "overflow of a multiplication"},
    {TRAP_NEGATE_OVERFLOW, "overflow of a negation"},
    {TRAP_NULL_ARGUMENT, "null argument where none is allowed"},
    {TRAP_NULL_RETURN, "null result where none is allowed"},
    {TRAP_BOUNDS, "array index out of bounds"},
    {TRAP_POINTER_OVERFLOW, "overflow of a pointer"},
    {TRAP_SHIFT, "shift by more bits than there are"},
    {TRAP_SUBTRACT_OVERFLOW, "overflow of a subtraction"},
    {TRAP_POINTER, "null, misaligned or too short object"},
    {TRAP_ARRAY_SIZE, "array of no size"},
    {TRAP_OVERWRITE, "move onto a slot that owns something"},
    {TRAP_WRONG_TYPE, "box of another type of content"},
    {TRAP_HEAP, "piece of the heap that is none, or that was written past"},
    {TRAP_INTENDED, "trap that the code asked for"},
    {TRAP_CALL, "call through a pointer of another function type"},
};

enum trap_kind trap_decode(const uint8_t *code, size_t size)
{
    if (size >= 2 && code[0] == TWO_BYTE_ESCAPE && code[1] == OPCODE_UD2)
        return TRAP_INTENDED;
    if (size < 4 || code[0] != ADDRESS_SIZE_PREFIX || code[1] != TWO_BYTE_ESCAPE ||
        code[2] != OPCODE_UD1)
        return TRAP_NONE;
    if (code[3] == OPERAND_EAX)
        return (enum trap_kind)0;
    return size >= 5 && code[3] == OPERAND_EAX_BYTE ? (enum trap_kind)code[4] : TRAP_NONE;
}

const char *trap_sentence(enum trap_kind kind)
{
    for (size_t i = 0; i < sizeof sentences / sizeof *sentences; i++)
        if (sentences[i].kind == kind)
            return sentences[i].sentence;
    return "failed check of a kind that this system does not know";
}
