// SPDX-License-Identifier: MIT
// What an instruction wants: a table for what its opcode says, functions for what ModRM adds. Where
// an opcode has privileged and harmless forms, the harmless ones are named and the others refused.
//
// Live swap:  there is no state.
// Fault:      nothing to undo.
#include "decode.h"

// In the order of maps and opcodes.
static const struct rule {
    enum opcode_map map;
    uint8_t first, last;
    enum code_class kind;
    const char *name;
} RULES[] = {
    {MAP_ONE_BYTE, 0x6C, 0x6D, CODE_PORT_IO, "ins"},
    {MAP_ONE_BYTE, 0x6E, 0x6F, CODE_PORT_IO, "outs"},
    {MAP_ONE_BYTE, 0x8E, 0x8E, CODE_PROCESSOR_CONTROL, "mov to a segment register"},
    {MAP_ONE_BYTE, 0x9D, 0x9D, CODE_INTERRUPTS, "popf"},
    {MAP_ONE_BYTE, 0xCA, 0xCB, CODE_PROCESSOR_CONTROL, "far ret"},
    {MAP_ONE_BYTE, 0xCD, 0xCD, CODE_INTERRUPTS, "int"},
    {MAP_ONE_BYTE, 0xCF, 0xCF, CODE_INTERRUPTS, "iret"},
    {MAP_ONE_BYTE, 0xE4, 0xE5, CODE_PORT_IO, "in"},
    {MAP_ONE_BYTE, 0xE6, 0xE7, CODE_PORT_IO, "out"},
    {MAP_ONE_BYTE, 0xEC, 0xED, CODE_PORT_IO, "in"},
    {MAP_ONE_BYTE, 0xEE, 0xEF, CODE_PORT_IO, "out"},
    {MAP_ONE_BYTE, 0xF1, 0xF1, CODE_INTERRUPTS, "int1"},
    {MAP_ONE_BYTE, 0xF4, 0xF4, CODE_PROCESSOR_CONTROL, "hlt"},
    {MAP_ONE_BYTE, 0xFA, 0xFA, CODE_INTERRUPTS, "cli"},
    {MAP_ONE_BYTE, 0xFB, 0xFB, CODE_INTERRUPTS, "sti"},
    {MAP_0F, 0x00, 0x00, CODE_PROCESSOR_CONTROL, "lldt, ltr or their kin"},
    {MAP_0F, 0x05, 0x05, CODE_PROCESSOR_CONTROL, "syscall"},
    {MAP_0F, 0x06, 0x06, CODE_PROCESSOR_CONTROL, "clts"},
    {MAP_0F, 0x07, 0x07, CODE_PROCESSOR_CONTROL, "sysret"},
    {MAP_0F, 0x08, 0x08, CODE_PROCESSOR_CONTROL, "invd"},
    {MAP_0F, 0x09, 0x09, CODE_PROCESSOR_CONTROL, "wbinvd"},
    {MAP_0F, 0x20, 0x20, CODE_PROCESSOR_CONTROL, "mov from a control register"},
    {MAP_0F, 0x21, 0x21, CODE_PROCESSOR_CONTROL, "mov from a debug register"},
    {MAP_0F, 0x22, 0x22, CODE_PROCESSOR_CONTROL, "mov to a control register"},
    {MAP_0F, 0x23, 0x23, CODE_PROCESSOR_CONTROL, "mov to a debug register"},
    {MAP_0F, 0x30, 0x30, CODE_MSR, "wrmsr"},
    {MAP_0F, 0x32, 0x32, CODE_MSR, "rdmsr"},
    {MAP_0F, 0x33, 0x33, CODE_PROCESSOR_CONTROL, "rdpmc"},
    {MAP_0F, 0x34, 0x34, CODE_PROCESSOR_CONTROL, "sysenter"},
    {MAP_0F, 0x35, 0x35, CODE_PROCESSOR_CONTROL, "sysexit"},
    {MAP_0F, 0x37, 0x37, CODE_PROCESSOR_CONTROL, "getsec"},
    {MAP_0F, 0x78, 0x78, CODE_PROCESSOR_CONTROL, "vmread"},
    {MAP_0F, 0x79, 0x79, CODE_PROCESSOR_CONTROL, "vmwrite"},
    {MAP_0F, 0xA1, 0xA1, CODE_PROCESSOR_CONTROL, "pop to a segment register"},
    {MAP_0F, 0xA9, 0xA9, CODE_PROCESSOR_CONTROL, "pop to a segment register"},
    {MAP_0F, 0xAA, 0xAA, CODE_PROCESSOR_CONTROL, "rsm"},
    {MAP_0F, 0xB2, 0xB2, CODE_PROCESSOR_CONTROL, "lss"},
    {MAP_0F, 0xB4, 0xB4, CODE_PROCESSOR_CONTROL, "lfs"},
    {MAP_0F, 0xB5, 0xB5, CODE_PROCESSOR_CONTROL, "lgs"},
    {MAP_0F38, 0x80, 0x82, CODE_PROCESSOR_CONTROL, "invept, invvpid or invpcid"},
    {MAP_0F38, 0xF5, 0xF5, CODE_PROCESSOR_CONTROL, "wruss"},
};

static unsigned group_member(const struct pieces *pieces)
{
    return pieces->modrm >> 3 & 7;
}

static bool in_register(const struct pieces *pieces)
{
    return pieces->modrm >> 6 == 3;
}

/// SGDT, LIDT, INVLPG, SWAPGS and many more; XGETBV, XEND, XTEST, RDPKRU and RDTSCP are for all.
static const char *judge_system_group(const struct pieces *pieces)
{
    static const char *const IN_MEMORY[] = {"sgdt", "sidt",     "lgdt", "lidt",
                                            "smsw", "rstorssp", "lmsw", "invlpg"};
    if (!in_register(pieces))
        return IN_MEMORY[group_member(pieces)];
    switch (pieces->modrm) {
    case 0xD0:
    case 0xD5:
    case 0xD6:
    case 0xEE:
    case 0xF9:
        return pieces->repeat == 0 && !pieces->operand_16 ? nullptr : "a system instruction";
    case 0xD1:
        return "xsetbv";
    case 0xF8:
        return "swapgs";
    default:
        return "a system instruction";
    }
}

/// With F3, WRFSBASE, WRGSBASE and those of shadow stacks; RDFSBASE, RDGSBASE, PTWRITE are for all.
static const char *judge_state_group(const struct pieces *pieces)
{
    const unsigned member = group_member(pieces);
    if (pieces->repeat != 0xF3 || member < 2 || member == 4)
        return nullptr;
    if (member == 2)
        return "wrfsbase";
    return member == 3 ? "wrgsbase" : "an instruction of shadow stacks or monitoring";
}

/// CMPXCHG16B, XSAVEC, RDRAND, RDSEED and RDPID are for all.
static const char *judge_exchange_group(const struct pieces *pieces)
{
    const unsigned member = group_member(pieces);
    if (in_register(pieces))
        return member == 7 || (member == 6 && pieces->repeat == 0) ? nullptr : "senduipi";
    if (member == 1 || member == 4)
        return nullptr;
    return member == 3 ? "xrstors" : member == 5 ? "xsaves" : "a virtual machine's instruction";
}

/// ADCX, with 66 alone, and ADOX are for all, without LOCK.
static const char *judge_carry_group(const struct pieces *pieces)
{
    const bool carries = pieces->repeat == 0xF3 || (pieces->repeat == 0 && pieces->operand_16);
    return carries && !pieces->locked ? nullptr : "wrss";
}

/// ENQCMD, MOVDIR64B are for all.
static const char *judge_queue_group(const struct pieces *pieces)
{
    if (pieces->repeat == 0xF3)
        return in_register(pieces) ? "uwrmsr" : "enqcmds";
    return pieces->repeat == 0xF2 && in_register(pieces) ? "urdmsr" : nullptr;
}

static const char *judge_by_modrm(const struct pieces *pieces)
{
    if (pieces->map == MAP_ONE_BYTE && pieces->opcode == 0xFF)
        switch (group_member(pieces)) {
        case 3:
            return "far call";
        case 5:
            return "far jmp";
        default:
            return nullptr;
        }
    if (pieces->map == MAP_0F && pieces->opcode == 0x01)
        return judge_system_group(pieces);
    if (pieces->map == MAP_0F && pieces->opcode == 0xAE)
        return judge_state_group(pieces);
    if (pieces->map == MAP_0F && pieces->opcode == 0xC7)
        return judge_exchange_group(pieces);
    if (pieces->map == MAP_0F38 && pieces->opcode == 0xF6)
        return judge_carry_group(pieces);
    if (pieces->map == MAP_0F38 && pieces->opcode == 0xF8)
        return judge_queue_group(pieces);
    return nullptr;
}

void code_judge(const struct pieces *pieces, struct code_instruction *instruction)
{
    // WBNOINVD is WBINVD with a prefix, and so on: prefixes make nothing in the table harmless, but
    // F3 0F B8 and its like are not in it.
    for (size_t i = 0; i < sizeof RULES / sizeof *RULES; i++) {
        const struct rule *rule = &RULES[i];
        if (rule->map > pieces->map || (rule->map == pieces->map && rule->first > pieces->opcode))
            break;
        if (rule->map != pieces->map || pieces->opcode > rule->last)
            continue;
        instruction->kind = rule->kind;
        instruction->name = rule->name;
        return;
    }
    instruction->name = judge_by_modrm(pieces);
    if (instruction->name)
        instruction->kind = CODE_PROCESSOR_CONTROL;
}

const char *code_capability(enum code_class kind)
{
    static const char *const NAMES[] = {
        [CODE_PLAIN] = nullptr,
        [CODE_PORT_IO] = "port_io",
        [CODE_MSR] = "msr",
        [CODE_INTERRUPTS] = "interrupts",
        [CODE_PROCESSOR_CONTROL] = "processor_control",
    };
    return NAMES[kind];
}
