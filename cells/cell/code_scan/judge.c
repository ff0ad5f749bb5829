// SPDX-License-Identifier: MIT
// What an instruction wants: a table for what its opcode says, functions for what ModRM adds. Where
// an opcode has privileged and harmless forms, the harmless ones are named and the others refused.
//
// Live swap:  there is no state.
// Fault:      nothing to undo.
#include "decode.h"

// A character an opcode: `.` is for all, `?` depends on ModRM, what else there is has a rule.
static const char ONE_BYTE_RULES[] = "................"
                                     "................"
                                     "................"
                                     "................"
                                     "................"
                                     "................"
                                     "............iioo"
                                     "................"
                                     "..............S?"
                                     ".............f.."
                                     "................"
                                     "................"
                                     "......??..RR.n.t"
                                     "................"
                                     "....IIOO....IIOO"
                                     ".N..H.....cs...?";

static const char MAP_TWO_RULES[] = "L?...yTYvw......"
                                    "................"
                                    "0123............"
                                    "W.rPeE.g........"
                                    "................"
                                    "................"
                                    "................"
                                    "........mM......"
                                    "................"
                                    "................"
                                    ".p.......px...?."
                                    "..4.56.........."
                                    ".......?........"
                                    "................"
                                    "................"
                                    "................";

static_assert(sizeof ONE_BYTE_RULES == 257 && sizeof MAP_TWO_RULES == 257);

static const struct rule {
    enum code_class kind;
    const char *name;
} RULES[] = {
    ['i'] = {CODE_PORT_IO, "ins"},
    ['o'] = {CODE_PORT_IO, "outs"},
    ['I'] = {CODE_PORT_IO, "in"},
    ['O'] = {CODE_PORT_IO, "out"},
    ['f'] = {CODE_INTERRUPTS, "popf"},
    ['n'] = {CODE_INTERRUPTS, "int"},
    ['t'] = {CODE_INTERRUPTS, "iret"},
    ['N'] = {CODE_INTERRUPTS, "int1"},
    ['c'] = {CODE_INTERRUPTS, "cli"},
    ['s'] = {CODE_INTERRUPTS, "sti"},
    ['S'] = {CODE_PROCESSOR_CONTROL, "mov to a segment register"},
    ['R'] = {CODE_PROCESSOR_CONTROL, "far ret"},
    ['H'] = {CODE_PROCESSOR_CONTROL, "hlt"},
    ['W'] = {CODE_MSR, "wrmsr"},
    ['r'] = {CODE_MSR, "rdmsr"},
    ['L'] = {CODE_PROCESSOR_CONTROL, "lldt, ltr or their kin"},
    ['y'] = {CODE_PROCESSOR_CONTROL, "syscall"},
    ['T'] = {CODE_PROCESSOR_CONTROL, "clts"},
    ['Y'] = {CODE_PROCESSOR_CONTROL, "sysret"},
    ['v'] = {CODE_PROCESSOR_CONTROL, "invd"},
    ['w'] = {CODE_PROCESSOR_CONTROL, "wbinvd"},
    ['0'] = {CODE_PROCESSOR_CONTROL, "mov from a control register"},
    ['1'] = {CODE_PROCESSOR_CONTROL, "mov from a debug register"},
    ['2'] = {CODE_PROCESSOR_CONTROL, "mov to a control register"},
    ['3'] = {CODE_PROCESSOR_CONTROL, "mov to a debug register"},
    ['P'] = {CODE_PROCESSOR_CONTROL, "rdpmc"},
    ['e'] = {CODE_PROCESSOR_CONTROL, "sysenter"},
    ['E'] = {CODE_PROCESSOR_CONTROL, "sysexit"},
    ['g'] = {CODE_PROCESSOR_CONTROL, "getsec"},
    ['m'] = {CODE_PROCESSOR_CONTROL, "vmread"},
    ['M'] = {CODE_PROCESSOR_CONTROL, "vmwrite"},
    ['p'] = {CODE_PROCESSOR_CONTROL, "pop to a segment register"},
    ['x'] = {CODE_PROCESSOR_CONTROL, "rsm"},
    ['4'] = {CODE_PROCESSOR_CONTROL, "lss"},
    ['5'] = {CODE_PROCESSOR_CONTROL, "lfs"},
    ['6'] = {CODE_PROCESSOR_CONTROL, "lgs"},
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

static const char *judge_third_map(const struct pieces *pieces)
{
    const uint8_t opcode = pieces->opcode;
    if (opcode >= 0x80 && opcode <= 0x82)
        return "invept, invvpid or invpcid";
    if (opcode == 0xF5)
        return "wruss";
    if (opcode == 0xF6)
        return judge_carry_group(pieces);
    return opcode == 0xF8 ? judge_queue_group(pieces) : nullptr;
}

static const char *judge_by_modrm(const struct pieces *pieces)
{
    if (pieces->map == MAP_ONE_BYTE) {
        const unsigned member = group_member(pieces);
        if (pieces->opcode != 0xFF || (member != 3 && member != 5))
            return nullptr;
        return member == 3 ? "far call" : "far jmp";
    }
    if (pieces->opcode == 0x01)
        return judge_system_group(pieces);
    return pieces->opcode == 0xAE ? judge_state_group(pieces) : judge_exchange_group(pieces);
}

bool code_is_plain(enum opcode_map map, uint8_t opcode)
{
    return (map == MAP_ONE_BYTE ? ONE_BYTE_RULES : MAP_TWO_RULES)[opcode] == '.';
}

// WBNOINVD is WBINVD with a prefix, and so on: prefixes make nothing that has a rule harmless, but
// F3 0F B8 and its like have none.
void code_judge(const struct pieces *pieces, struct code_instruction *instruction)
{
    const char *name = nullptr;
    if (pieces->map <= MAP_0F) {
        const char *rules = pieces->map == MAP_ONE_BYTE ? ONE_BYTE_RULES : MAP_TWO_RULES;
        const char letter = rules[pieces->opcode];
        if (letter == '.')
            return;
        if (letter != '?') {
            instruction->kind = RULES[(unsigned char)letter].kind;
            instruction->name = RULES[(unsigned char)letter].name;
            return;
        }
        name = judge_by_modrm(pieces);
    } else if (pieces->map == MAP_0F38) {
        name = judge_third_map(pieces);
    }
    instruction->name = name;
    if (name)
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
