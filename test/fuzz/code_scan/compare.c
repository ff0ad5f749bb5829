// SPDX-License-Identifier: MIT
/// Compares code_scan with LLVM's disassembler, on random bytes, on bytes in the order of an
/// instruction, and on code of files with bits changed:
///
///     compare SEED COUNT SECONDS FILE...
///
/// COUNT comparisons, or as many as there is time for. Status 1: a difference that has no reason
/// below; the first of each kind is shown.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cell/code_scan.h>

#include "judgement.h"
#include "test/fuzz/loader/random.h"
#include "tools/code_check.h"

enum : size_t { LONGEST = 15, TEXT = 128, SHOWN = 12 };

struct comparison {
    uint8_t bytes[LONGEST];
    bool known;
    struct code_instruction instruction;
    size_t length; // LLVM's; 0: it is none
    char text[TEXT];
};

enum difference {
    SAME,
    SAME_NONE,
    ONLY_LLVM, // code_scan refuses more
    NOT_KNOWN, // code_scan accepts what LLVM does not know
    LENGTH,
    NOT_REFUSED, // it wants a capability, or another one
    REFUSED,     // it wants none
    DIFFERENCES,
};

static const char *const NAMES[DIFFERENCES] = {
    [SAME] = "the same instruction",
    [SAME_NONE] = "no instruction for either",
    [ONLY_LLVM] = "no instruction for code_scan only",
    [NOT_KNOWN] = "no instruction for LLVM only",
    [LENGTH] = "different lengths",
    [NOT_REFUSED] = "a capability that code_scan does not ask for",
    [REFUSED] = "a capability that code_scan asks for alone",
};

static enum difference compare(struct comparison *comparison)
{
    const struct code_instruction *instruction = &comparison->instruction;
    comparison->known = code_decode(comparison->bytes, LONGEST, &comparison->instruction);
    comparison->length = code_length(comparison->bytes, LONGEST, comparison->text);
    if (comparison->length == 0)
        return comparison->known ? NOT_KNOWN : SAME_NONE;
    if (!comparison->known)
        return ONLY_LLVM;
    if (instruction->length != comparison->length)
        return LENGTH;
    const enum code_class kind = judgement_of(comparison->text);
    if (instruction->kind == kind)
        return SAME;
    return kind == CODE_PLAIN ? REFUSED : NOT_REFUSED;
}

// What comes before the opcode.
struct front {
    bool useless_rex; // another prefix follows it
    bool operand_16, repeat, locked;
    uint8_t opcode[2];
};

static struct front front_of(const uint8_t *bytes)
{
    static const uint8_t prefixes[] = {0x26, 0x2E, 0x36, 0x3E, 0x64, 0x65,
                                       0x66, 0x67, 0xF0, 0xF2, 0xF3};
    struct front front = {};
    bool rex = false;
    for (size_t i = 0; i + 1 < LONGEST; i++) {
        const bool is_rex = bytes[i] >> 4 == 4;
        if (!is_rex && !memchr(prefixes, bytes[i], sizeof prefixes)) {
            memcpy(front.opcode, bytes + i, sizeof front.opcode);
            break;
        }
        front.useless_rex |= rex;
        front.operand_16 |= bytes[i] == 0x66;
        front.repeat |= bytes[i] == 0xF2 || bytes[i] == 0xF3;
        front.locked |= bytes[i] == 0xF0;
        rex = is_rex;
    }
    return front;
}

enum reason {
    NO_REASON,
    USELESS_REX,
    SPLIT_PREFIXES,
    LOST_PREFIX,
    LOCKED,
    HARMLESS_WITH_PREFIX,
    UNKNOWN_VECTOR,
    RESERVED_FORM,
    REASONS,
};

static const char *const REASON_NAMES[REASONS] = {
    [NO_REASON] = "without a reason",
    [USELESS_REX] = "LLVM: a REX that another prefix follows is an instruction of its own",
    [SPLIT_PREFIXES] = "LLVM: takes XACQUIRE or XRELEASE for an instruction, and 66 with it",
    [LOST_PREFIX] = "LLVM: takes 66 or F3 off ADCX or ADOX where other prefixes stand with it",
    [LOCKED] = "code_scan: ADCX and ADOX with LOCK are none",
    [HARMLESS_WITH_PREFIX] =
        "code_scan: of 0F 01, 0F AE and 0F C7, what is harmless is so without a prefix",
    [UNKNOWN_VECTOR] = "code_scan: looks at no more than the length of vector instructions",
    [RESERVED_FORM] = "code_scan: a form that is reserved has the length of its neighbours",
};

static enum reason reason_of(enum difference difference, const struct comparison *comparison)
{
    const struct front front = front_of(comparison->bytes);
    const uint8_t first = front.opcode[0];
    const uint8_t second = first == 0x0F ? front.opcode[1] : 0;
    const bool prefixed = front.operand_16 || front.repeat;
    if (front.useless_rex)
        return USELESS_REX;
    if (difference == LENGTH && front.operand_16 && front.repeat)
        return SPLIT_PREFIXES;
    if (difference == NOT_REFUSED && prefixed && strstr(comparison->text, "wrss"))
        return LOST_PREFIX;
    if (difference == REFUSED && front.locked && strstr(comparison->text, "ad"))
        return LOCKED;
    if (difference == REFUSED && prefixed && (second == 0x01 || second == 0xAE || second == 0xC7))
        return HARMLESS_WITH_PREFIX;
    if (difference == NOT_KNOWN)
        return first == 0xC4 || first == 0xC5 || first == 0x62 ? UNKNOWN_VECTOR : RESERVED_FORM;
    return NO_REASON;
}

static void fill(uint8_t *bytes, size_t size, struct random *random)
{
    for (size_t i = 0; i < size; i++)
        bytes[i] = (uint8_t)random_next(random);
}

// Prefixes, perhaps REX, an escape, and then anything.
static void make_instruction(uint8_t *bytes, struct random *random)
{
    static const uint8_t prefixes[] = {0x66, 0x67, 0xF0, 0xF2, 0xF3, 0x2E,
                                       0x36, 0x3E, 0x26, 0x64, 0x65};
    static const uint8_t escapes[][2] = {{0x0F}, {0x0F, 0x38}, {0x0F, 0x3A},
                                         {0xC5}, {0xC4},       {0x62}};
    size_t at = 0;
    fill(bytes, LONGEST, random);
    for (size_t count = random_below(random, 4); count > 1; count--)
        bytes[at++] = prefixes[random_below(random, sizeof prefixes)];
    if (random_below(random, 3) == 0)
        bytes[at++] = (uint8_t)(0x40 | random_below(random, 16));
    const size_t escape = random_below(random, 9);
    if (escape < sizeof escapes / sizeof *escapes) {
        bytes[at++] = escapes[escape][0];
        if (escapes[escape][1] != 0)
            bytes[at++] = escapes[escape][1];
    }
}

struct code {
    uint8_t *bytes;
    size_t size;
};

static struct code read_code(const char *path)
{
    FILE *stream = fopen(path, "rb");
    long end = -1;
    if (stream && fseek(stream, 0, SEEK_END) == 0)
        end = ftell(stream);
    if (end < (long)LONGEST || fseek(stream, 0, SEEK_SET) != 0) {
        fprintf(stderr, "%s cannot be read, or is too short\n", path);
        exit(2);
    }
    struct code code = {malloc((size_t)end), (size_t)end};
    if (!code.bytes || fread(code.bytes, 1, code.size, stream) != code.size)
        exit(2);
    (void)fclose(stream);
    return code;
}

static void make_bytes(uint8_t *bytes, const struct code *codes, size_t count,
                       struct random *random)
{
    const size_t way = random_below(random, 4);
    if (way == 0 || count == 0) {
        fill(bytes, LONGEST, random);
    } else if (way < 3) {
        make_instruction(bytes, random);
    } else {
        const struct code *code = &codes[random_below(random, count)];
        memcpy(bytes, code->bytes + random_below(random, code->size - LONGEST + 1), LONGEST);
        for (size_t changes = random_below(random, 4); changes > 0; changes--)
            bytes[random_below(random, LONGEST)] ^= (uint8_t)(1u << random_below(random, 8));
    }
}

static void show(enum difference difference, const struct comparison *comparison)
{
    printf("%s: ", NAMES[difference]);
    for (size_t i = 0; i < LONGEST; i++)
        printf("%02x ", comparison->bytes[i]);
    printf("\n    code_scan: %u %s; LLVM: %zu %s\n",
           comparison->known ? comparison->instruction.length : 0U,
           comparison->known && comparison->instruction.name ? comparison->instruction.name : "",
           comparison->length, comparison->length ? comparison->text : "");
}

int main(int argc, char *argv[])
{
    struct code codes[16];
    size_t code_count = 0;
    uint64_t counts[DIFFERENCES] = {};
    uint64_t reasons[DIFFERENCES][REASONS] = {};
    uint64_t unexplained = 0;
    if (argc < 4) {
        fprintf(stderr, "usage: %s SEED COUNT SECONDS FILE...\n", argv[0]);
        return 2;
    }
    for (int i = 4; i < argc && code_count < sizeof codes / sizeof *codes; i++)
        codes[code_count++] = read_code(argv[i]);
    struct random random = random_from((uint32_t)strtoul(argv[1], nullptr, 10));
    const unsigned long count = strtoul(argv[2], nullptr, 10);
    const time_t end = time(nullptr) + strtol(argv[3], nullptr, 10);
    for (unsigned long i = 0; i < count && (i % 4096 != 0 || time(nullptr) < end); i++) {
        struct comparison comparison = {};
        make_bytes(comparison.bytes, codes, code_count, &random);
        const enum difference difference = compare(&comparison);
        counts[difference]++;
        if (difference < NOT_KNOWN)
            continue;
        const enum reason reason = reason_of(difference, &comparison);
        reasons[difference][reason]++;
        if (reason == NO_REASON && unexplained++ < SHOWN)
            show(difference, &comparison);
    }
    for (enum difference difference = SAME; difference < DIFFERENCES; difference++) {
        printf("%10lu %s\n", counts[difference], NAMES[difference]);
        for (enum reason reason = NO_REASON; reason < REASONS; reason++)
            if (reasons[difference][reason] > 0)
                printf("%14lu %s\n", reasons[difference][reason], REASON_NAMES[reason]);
    }
    for (size_t i = 0; i < code_count; i++)
        free(codes[i].bytes);
    return unexplained > 0;
}
