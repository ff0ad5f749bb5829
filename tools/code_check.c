// SPDX-License-Identifier: MIT
/// The judgement is by the text of LLVM's disassembler: a register is named there as nowhere else,
/// and every mnemonic of x87 begins with f, and no other does (Intel SDM volume 1, 5.2; volume 2).
#include "code_check.h"

#include <ctype.h>
#include <llvm-c/Disassembler.h>
#include <llvm-c/Target.h>
#include <stdlib.h>
#include <string.h>

static bool begins_with_any(const char *text, const char *const starts[])
{
    for (; *starts; starts++)
        if (strncmp(text, *starts, strlen(*starts)) == 0)
            return true;
    return false;
}

/// Whether the text after a `%` names a vector, mask, tile, MMX or x87 register.
static bool is_vector_register(const char *name)
{
    static const char *const starts[] = {"xmm", "ymm", "zmm", "tmm", "mm", "st", nullptr};
    return begins_with_any(name, starts) || (name[0] == 'k' && isdigit((unsigned char)name[1]));
}

static bool moves_vector_state(const char *mnemonic)
{
    static const char *const starts[] = {"fxsave", "fxrstor", "xsave", "xrstor", nullptr};
    return begins_with_any(mnemonic, starts);
}

static bool is_forbidden(const char *text, const struct code_rules *rules)
{
    static const char *const starts[] = {"f",         "wait",      "emms",        "ldmxcsr",
                                         "stmxcsr",   "vldmxcsr",  "vstmxcsr",    "vzero",
                                         "ldtilecfg", "sttilecfg", "tilerelease", nullptr};
    if (moves_vector_state(text))
        return !rules->vector_state;
    if (begins_with_any(text, starts))
        return true;
    for (const char *at = strchr(text, '%'); at; at = strchr(at + 1, '%'))
        if (is_vector_register(at + 1))
            return true;
    return false;
}

static LLVMDisasmContextRef disassembler(void)
{
    static LLVMDisasmContextRef context;
    if (context)
        return context;
    LLVMInitializeX86TargetInfo();
    LLVMInitializeX86TargetMC();
    LLVMInitializeX86Disassembler();
    context = LLVMCreateDisasm("x86_64-unknown-none-elf", nullptr, 0, nullptr, nullptr);
    if (!context)
        abort();
    return context;
}

/// Blanks at the start go, others become one space.
static void tidy(char *text)
{
    char *to = text;
    for (const char *from = text; *from != '\0'; from++)
        if (!isspace((unsigned char)*from))
            *to++ = *from;
        else if (to > text && to[-1] != ' ')
            *to++ = ' ';
    *to = '\0';
}

/// Whether the text names prefixes only.
static bool is_prefix(const char *text)
{
    static const char *const prefixes[] = {"lock", "rep",      "repne",    "data16", "addr32",
                                           "cs",   "ds",       "es",       "ss",     "fs",
                                           "gs",   "xacquire", "xrelease", "rex64",  nullptr};
    while (*text != '\0') {
        const size_t length = strcspn(text, " ");
        const char *const *prefix = prefixes;
        while (*prefix && (strlen(*prefix) != length || memcmp(*prefix, text, length) != 0))
            prefix++;
        if (!*prefix)
            return false;
        text += length + strspn(text + length, " ");
    }
    return true;
}

// NOLINTNEXTLINE(misc-no-recursion): each call has fewer bytes
size_t code_length(const uint8_t *code, size_t size, char text[static 128])
{
    uint8_t bytes[16] = {};
    const size_t left = size < sizeof bytes - 1 ? size : sizeof bytes - 1;
    memcpy(bytes, code, left);
    const size_t length = LLVMDisasmInstruction(disassembler(), bytes, left, 0, text, 128);
    if (length == 0)
        return 0;
    tidy(text);
    // LLVM takes some prefixes for instructions of their own.
    if (is_prefix(text) && length < left) {
        const size_t rest = code_length(code + length, left - length, text);
        return rest == 0 ? 0 : length + rest;
    }
    return length;
}

void code_check(const uint8_t *code, size_t size, const struct code_rules *rules, void *context,
                void (*report)(void *context, size_t offset, const char *text))
{
    char text[128];
    for (size_t at = 0; at < size;) {
        const size_t length = code_length(code + at, size - at, text);
        if (length == 0) {
            report(context, at, nullptr);
            return;
        }
        if (is_forbidden(text, rules))
            report(context, at, text);
        at += length;
    }
}

bool code_is_soft_float(const char *symbol)
{
    static const char *const operations[] = {"__add",  "__sub",   "__mul",   "__div",    "__neg",
                                             "__powi", "__fix",   "__float", "__extend", "__trunc",
                                             "__eq",   "__ne",    "__lt",    "__le",     "__gt",
                                             "__ge",   "__unord", "__cmp",   nullptr};
    static const char *const types[] = {"hf",  "bf",  "sf",  "df",  "xf",   "tf",
                                        "sc3", "dc3", "xc3", "tc3", nullptr};
    if (!begins_with_any(symbol, operations))
        return false;
    for (const char *const *type = types; *type; type++)
        if (strstr(symbol + strlen("__eq"), *type))
            return true;
    return false;
}
