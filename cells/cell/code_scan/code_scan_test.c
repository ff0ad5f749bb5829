// SPDX-License-Identifier: MIT
#include <cell/code_scan.h>
#include <cell/test.h>
#include <cell/text.h>

static bool refused(const uint8_t *bytes, size_t size)
{
    struct code_instruction instruction;
    return !code_decode(bytes, size, &instruction);
}

static unsigned length(const uint8_t *bytes, size_t size)
{
    struct code_instruction instruction;
    return code_decode(bytes, size, &instruction) ? instruction.length : 0;
}

static bool wants(const uint8_t *bytes, size_t size, const char *capability)
{
    struct code_instruction instruction;
    if (!code_decode(bytes, size, &instruction) || instruction.length != size)
        return false;
    const char *found = code_capability(instruction.kind);
    return (instruction.kind == CODE_PLAIN) == !instruction.name &&
           text_equal(text_of(found), text_of(capability));
}

#define BYTES(...) ((const uint8_t[]){__VA_ARGS__}), sizeof((const uint8_t[]){__VA_ARGS__})
#define EXPECT_WANTS(capability, ...) EXPECT(wants(BYTES(__VA_ARGS__), capability))
#define EXPECT_PLAIN(...) EXPECT(wants(BYTES(__VA_ARGS__), nullptr))
#define EXPECT_NONE(...) EXPECT(refused(BYTES(__VA_ARGS__)))

TEST(ordinary_instructions_have_their_lengths)
{
    EXPECT_PLAIN(0x90);
    EXPECT_PLAIN(0x48, 0x89, 0xE5);
    EXPECT_PLAIN(0x48, 0x8B, 0x04, 0x25, 0, 0, 0, 0);
    EXPECT_PLAIN(0x48, 0xB8, 1, 2, 3, 4, 5, 6, 7, 8);
    EXPECT_PLAIN(0x66, 0xB8, 1, 2);
    EXPECT_PLAIN(0xF6, 0xC0, 1);
    EXPECT_PLAIN(0xF7, 0xD8);
    EXPECT_PLAIN(0xF3, 0x0F, 0x1E, 0xFA);
    EXPECT_PLAIN(0x0F, 0x0B);
    EXPECT_PLAIN(0xC5, 0xF8, 0x77);
    EXPECT_PLAIN(0x62, 0xF1, 0x7C, 0x48, 0x58, 0xC1);
}

TEST(a_prefix_changes_a_length_only_where_it_counts)
{
    EXPECT(length(BYTES(0x66, 0x05, 1, 2, 3, 4)) == 4);
    EXPECT(length(BYTES(0x66, 0x48, 0x05, 1, 2, 3, 4)) == 7);
    EXPECT(length(BYTES(0x48, 0x66, 0x05, 1, 2, 3, 4)) == 5); // this REX is ignored
    EXPECT(length(BYTES(0x67, 0xA0, 1, 2, 3, 4, 5, 6, 7, 8)) == 6);
}

TEST(each_capability_has_its_instructions)
{
    EXPECT_WANTS("port_io", 0xEC);
    EXPECT_WANTS("port_io", 0xE6, 0x80);
    EXPECT_WANTS("port_io", 0xF3, 0x6E);
    EXPECT_WANTS("msr", 0x0F, 0x30);
    EXPECT_WANTS("msr", 0x0F, 0x32);
    EXPECT_WANTS("interrupts", 0xFA);
    EXPECT_WANTS("interrupts", 0x48, 0xCF);
    EXPECT_WANTS("interrupts", 0xCD, 0x80);
    EXPECT_WANTS("interrupts", 0x9D);
    EXPECT_WANTS("processor_control", 0xF4);
    EXPECT_WANTS("processor_control", 0x0F, 0x22, 0xD8);
    EXPECT_WANTS("processor_control", 0x0F, 0x01, 0x38);
    EXPECT_WANTS("processor_control", 0x0F, 0x01, 0xF8);
    EXPECT_WANTS("processor_control", 0x0F, 0x01, 0xD1);
    EXPECT_WANTS("processor_control", 0xF3, 0x48, 0x0F, 0xAE, 0xD8);
    EXPECT_WANTS("processor_control", 0x48, 0x0F, 0x07);
    EXPECT_WANTS("processor_control", 0x8E, 0xD8);
    EXPECT_WANTS("processor_control", 0x48, 0xCB);
    EXPECT_WANTS("processor_control", 0x66, 0x0F, 0x38, 0x82, 0x00);
}

TEST(a_prefix_hides_nothing)
{
    EXPECT_WANTS("port_io", 0x2E, 0x66, 0x48, 0xED);
    EXPECT_WANTS("msr", 0x66, 0x0F, 0x30);
    EXPECT_WANTS("processor_control", 0xF3, 0x0F, 0x09);
    EXPECT_WANTS("processor_control", 0x0F, 0x38, 0xF6, 0x18);
    EXPECT_WANTS("processor_control", 0xF2, 0x0F, 0x38, 0xF6, 0x18);
    EXPECT_WANTS("processor_control", 0x66, 0xF2, 0x0F, 0x38, 0xF6, 0x18);
    EXPECT_WANTS("processor_control", 0xF3, 0xF0, 0x0F, 0x38, 0xF6, 0x18);
    EXPECT_WANTS("processor_control", 0xF2, 0x0F, 0x38, 0xF8, 0xC8);
    EXPECT_WANTS("processor_control", 0xF3, 0x0F, 0x38, 0xF8, 0xC8);
    // Mode bits of a move to a control register are ignored: there is no displacement.
    EXPECT_WANTS("processor_control", 0x0F, 0x22, 0x05);
}

TEST(harmless_neighbours_are_plain)
{
    EXPECT_PLAIN(0xCC);
    EXPECT_PLAIN(0x0F, 0x01, 0xF9);
    EXPECT_PLAIN(0x0F, 0x01, 0xD0);
    EXPECT_PLAIN(0x0F, 0xAE, 0xF0);
    EXPECT_PLAIN(0x0F, 0xC7, 0xF0);
    EXPECT_PLAIN(0xF0, 0x48, 0x0F, 0xC7, 0x0F);
    EXPECT_PLAIN(0x9C);
    EXPECT_PLAIN(0x66, 0x0F, 0x38, 0xF6, 0xC1); // adcx, adox, enqcmd, movdir64b
    EXPECT_PLAIN(0xF3, 0x0F, 0x38, 0xF6, 0xC1);
    EXPECT_PLAIN(0xF2, 0x0F, 0x38, 0xF8, 0x08);
    EXPECT_PLAIN(0x66, 0x0F, 0x38, 0xF8, 0x08);
}

TEST(what_is_no_instruction_everywhere_is_none)
{
    EXPECT_NONE(0x06);
    EXPECT_NONE(0x0F, 0xFF, 0xC0);
    EXPECT_NONE(0x66, 0xE8, 1, 2, 3, 4);
    EXPECT_NONE(0x66, 0x0F, 0x78, 0xC0, 1, 2);
    EXPECT_NONE(0x8F, 0xE8, 0x78, 0xC0, 0xC0, 1);
    EXPECT_NONE(0x48, 0xC5, 0xF8, 0x77);
    EXPECT_NONE(0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66,
                0x66, 0x90);
    EXPECT_NONE(0x48, 0xB8, 1, 2, 3);
    EXPECT_NONE(0xC7, 0xF8, 1, 2, 3, 4); // XBEGIN goes where its distance says
    EXPECT_NONE(0xC6, 0xF8, 1);
    EXPECT(refused(nullptr, 0));
}

TEST(a_branch_has_its_distance)
{
    struct code_instruction instruction;
    EXPECT(code_decode(BYTES(0xEB, 0xFE), &instruction));
    EXPECT(instruction.branches && instruction.distance == -2);
    EXPECT(code_decode(BYTES(0x0F, 0x84, 0x00, 0x01, 0x00, 0x80), &instruction));
    EXPECT(instruction.branches && instruction.distance == INT32_MIN + 256);
    EXPECT(code_decode(BYTES(0xFF, 0xE0), &instruction) && !instruction.branches);
}

static bool equal(const struct code_instruction *a, const struct code_instruction *b)
{
    return a->length == b->length && a->operands == b->operands && a->branches == b->branches &&
           a->distance == b->distance && a->kind == b->kind && a->name == b->name;
}

// Where there are fewer than 15 bytes, an instruction is taken byte by byte.
TEST(what_lies_behind_an_instruction_changes_nothing)
{
    uint8_t bytes[15 + 15];
    uint64_t random = 1;
    size_t decoded = 0;
    for (size_t round = 0; round < 200000; round++) {
        for (size_t i = 0; i < sizeof bytes; i++) {
            random = random * 6364136223846793005 + 1442695040888963407;
            bytes[i] = (uint8_t)(random >> 56);
        }
        if (round % 2)
            bytes[0] = 0x48;
        if (round % 4 == 3)
            bytes[1] = 0x0F;
        struct code_instruction all = {};
        struct code_instruction few = {};
        const bool known = code_decode(bytes, sizeof bytes, &all);
        if (known && all.length == 15)
            continue;
        EXPECT(code_decode(bytes, 14, &few) == known && equal(&all, &few));
        decoded += known;
    }
    EXPECT(decoded > 100000);
}

static unsigned operands_of(const uint8_t *bytes, size_t size)
{
    struct code_instruction instruction;
    return code_decode(bytes, size, &instruction) ? instruction.operands : 0;
}

TEST(operands_lie_behind_what_decides)
{
    EXPECT(operands_of(BYTES(0x90)) == 1);
    EXPECT(operands_of(BYTES(0xE8, 1, 2, 3, 4)) == 1);
    EXPECT(operands_of(BYTES(0x48, 0xB8, 1, 2, 3, 4, 5, 6, 7, 8)) == 2);
    EXPECT(operands_of(BYTES(0x48, 0x8B, 0x05, 1, 2, 3, 4)) == 3);
    EXPECT(operands_of(BYTES(0x48, 0x8B, 0x04, 0x25, 1, 2, 3, 4)) == 4);
    EXPECT(operands_of(BYTES(0xC7, 0x45, 0x10, 1, 2, 3, 4)) == 2);
    EXPECT(operands_of(BYTES(0x62, 0xF1, 0x7C, 0x48, 0x58, 0x05, 1, 2, 3, 4)) == 6);
}

// What is decoded is the same whatever the operands are, but for the distance.
TEST(operands_decide_nothing)
{
    uint64_t random = 7;
    for (size_t round = 0; round < 100000; round++) {
        uint8_t bytes[15];
        for (size_t i = 0; i < sizeof bytes; i++) {
            random = random * 6364136223846793005 + 1442695040888963407;
            bytes[i] = (uint8_t)(random >> 56);
        }
        struct code_instruction one = {};
        struct code_instruction other = {};
        if (!code_decode(bytes, sizeof bytes, &one))
            continue;
        for (size_t i = one.operands; i < sizeof bytes; i++)
            bytes[i] ^= 0xA5;
        EXPECT(code_decode(bytes, sizeof bytes, &other));
        other.distance = one.distance;
        EXPECT(equal(&one, &other));
    }
}
