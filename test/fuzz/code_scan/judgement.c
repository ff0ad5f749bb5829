// SPDX-License-Identifier: MIT
// The table is by names and not by encodings, so that it repeats nothing of what it checks: Intel
// SDM volume 2 and AMD APM volume 3, whatever is privileged, sensitive to IOPL or changes what
// other code relies on (docs/reference/authority.md, "Instructions").
#include <ctype.h>
#include <stddef.h>
#include <string.h>

#include "judgement.h"

// Each is the start of a mnemonic; a size may follow.
static const char *const PORT_IO[] = {"in",    "insb", "insw", "insl",  "out",
                                      "outb",  "outw", "outl", "outsb", "outsw",
                                      "outsl", "inb",  "inw",  "inl",   nullptr};
static const char *const MSR[] = {"rdmsr", "wrmsr", nullptr};
static const char *const INTERRUPTS[] = {"cli",  "sti",  "popf",  "popfw", "popfq", "int",
                                         "int1", "iret", "iretw", "iretl", "iretq", nullptr};
static const char *const CONTROL[] = {
    "hlt",       "lldt",      "lldtw",       "ltr",       "ltrw",      "sldt",      "sldtw",
    "sldtl",     "sldtq",     "str",         "strw",      "strl",      "strq",      "verr",
    "verw",      "lkgs",      "jmpe",        "sgdt",      "sgdtw",     "sgdtq",     "sidt",
    "sidtw",     "sidtq",     "lgdt",        "lgdtw",     "lgdtq",     "lidt",      "lidtw",
    "lidtq",     "smsw",      "smsww",       "smswl",     "smswq",     "lmsw",      "lmsww",
    "invlpg",    "swapgs",    "xsetbv",      "syscall",   "sysret",    "sysretl",   "sysretq",
    "sysexit",   "sysexitl",  "sysexitq",    "sysenter",  "clts",      "invd",      "wbinvd",
    "wbnoinvd",  "rdpmc",     "getsec",      "rsm",       "vmread",    "vmreadq",   "vmwrite",
    "vmwriteq",  "vmcall",    "vmlaunch",    "vmresume",  "vmxoff",    "vmxon",     "vmclear",
    "vmptrld",   "vmptrst",   "vmfunc",      "vmrun",     "vmmcall",   "vmgexit",   "vmload",
    "vmsave",    "stgi",      "clgi",        "skinit",    "invlpga",   "invlpgb",   "tlbsync",
    "psmash",    "pvalidate", "rmpupdate",   "rmpadjust", "rmpquery",  "invept",    "invvpid",
    "invpcid",   "wrssd",     "wrssq",       "wrussd",    "wrussq",    "wrfsbase",  "wrfsbasel",
    "wrfsbaseq", "wrgsbase",  "wrgsbasel",   "wrgsbaseq", "incsspd",   "incsspq",   "rstorssp",
    "setssbsy",  "clrssbsy",  "saveprevssp", "xsaves",    "xsaves64",  "xrstors",   "xrstors64",
    "umonitor",  "senduipi",  "clui",        "stui",      "testui",    "uiret",     "enqcmds",
    "monitor",   "mwait",     "monitorx",    "mwaitx",    "clac",      "stac",      "encls",
    "enclu",     "enclv",     "pconfig",     "wrmsrns",   "wrmsrlist", "rdmsrlist", "eretu",
    "erets",     "seamcall",  "seamret",     "seamops",   "tdcall",    "rdpru",     "mcommit",
    "clzero",    "wrpkru",    "serialize",   "xsusldtrk", "xresldtrk", "hreset",    "lss",
    "lssw",      "lssl",      "lssq",        "lfs",       "lfsw",      "lfsl",      "lfsq",
    "lgs",       "lgsw",      "lgsl",        "lgsq",      "lret",      "lretw",     "lretl",
    "lretq",     "lcall",     "lcallw",      "lcalll",    "lcallq",    "ljmp",      "ljmpw",
    "ljmpl",     "ljmpq",     "pbndkb",      "urdmsr",    "uwrmsr",    nullptr};

static bool is_among(const char *name, size_t length, const char *const names[])
{
    for (; *names; names++)
        if (strlen(*names) == length && memcmp(*names, name, length) == 0)
            return true;
    return false;
}

// The last operand, which an instruction writes to in this syntax.
static const char *last_operand(const char *text)
{
    const char *operand = strchr(text, ' ');
    int depth = 0;
    if (!operand)
        return "";
    for (const char *at = operand; *at != '\0'; at++) {
        depth += (*at == '(') - (*at == ')');
        if (*at == ',' && depth == 0)
            operand = at + 1;
    }
    return operand + strspn(operand, " ");
}

static bool is_segment(const char *operand)
{
    static const char *const segments[] = {"%es", "%cs", "%ss", "%ds", "%fs", "%gs", nullptr};
    return is_among(operand, strlen(operand), segments);
}

// Moves by what they move: registers that control the processor, and segments.
static bool is_control_move(const char *text, const char *last)
{
    if (strstr(text, "%cr") || strstr(text, "%dr") || strstr(text, "%db"))
        return true;
    return is_segment(last) && (strncmp(text, "mov", 3) == 0 || strncmp(text, "pop", 3) == 0);
}

enum code_class judgement_of(const char *text)
{
    static const char *const prefixes[] = {
        "lock", "rep", "repne", "data16",  "addr32",   "cs",       "ds",    "es",
        "ss",   "fs",  "gs",    "notrack", "xacquire", "xrelease", "rex64", nullptr};
    size_t length = strcspn(text, " ");
    while (is_among(text, length, prefixes) && text[length] == ' ') {
        text += length + 1;
        length = strcspn(text, " ");
    }
    if (is_among(text, length, PORT_IO))
        return CODE_PORT_IO;
    if (is_among(text, length, MSR))
        return CODE_MSR;
    if (is_among(text, length, INTERRUPTS))
        return CODE_INTERRUPTS;
    if (is_among(text, length, CONTROL) || is_control_move(text, last_operand(text)))
        return CODE_PROCESSOR_CONTROL;
    return CODE_PLAIN;
}
