// SPDX-License-Identifier: MIT
#include <cell/signature.h>
#include <cell/test.h>

// RFC 6979, A.2.5: P-256, SHA-256, the message "sample".
static const uint8_t key[SIGNATURE_KEY_SIZE] = {
    0x04, 0x60, 0xFE, 0xD4, 0xBA, 0x25, 0x5A, 0x9D, 0x31, 0xC9, 0x61, 0xEB, 0x74,
    0xC6, 0x35, 0x6D, 0x68, 0xC0, 0x49, 0xB8, 0x92, 0x3B, 0x61, 0xFA, 0x6C, 0xE6,
    0x69, 0x62, 0x2E, 0x60, 0xF2, 0x9F, 0xB6, 0x79, 0x03, 0xFE, 0x10, 0x08, 0xB8,
    0xBC, 0x99, 0xA4, 0x1A, 0xE9, 0xE9, 0x56, 0x28, 0xBC, 0x64, 0xF2, 0xF1, 0xB2,
    0x0C, 0x2D, 0x7E, 0x9F, 0x51, 0x77, 0xA3, 0xC2, 0x94, 0xD4, 0x46, 0x22, 0x99};
static const uint8_t good[SIGNATURE_SIZE] = {
    0xEF, 0xD4, 0x8B, 0x2A, 0xAC, 0xB6, 0xA8, 0xFD, 0x11, 0x40, 0xDD, 0x9C, 0xD4, 0x5E, 0x81, 0xD6,
    0x9D, 0x2C, 0x87, 0x7B, 0x56, 0xAA, 0xF9, 0x91, 0xC3, 0x4D, 0x0E, 0xA8, 0x4E, 0xAF, 0x37, 0x16,
    0xF7, 0xCB, 0x1C, 0x94, 0x2D, 0x65, 0x7C, 0x41, 0xD4, 0x36, 0xC7, 0xA1, 0xB6, 0xE2, 0x9F, 0x65,
    0xF3, 0xE9, 0x00, 0xDB, 0xB9, 0xAF, 0xF4, 0x06, 0x4D, 0xC4, 0xAB, 0x2F, 0x84, 0x3A, 0xCD, 0xA8};
static const uint8_t sample[] = {'s', 'a', 'm', 'p', 'l', 'e'};

TEST(the_signature_of_the_standard_is_good)
{
    const struct signed_digest digest = signed_digest_of(sample, sizeof sample);
    EXPECT(signature_is_good(key, &digest, good));
}

TEST(a_signature_with_a_changed_bit_is_bad)
{
    const struct signed_digest digest = signed_digest_of(sample, sizeof sample);
    for (size_t i = 0; i < sizeof good; i += 21) {
        uint8_t changed[sizeof good];
        for (size_t k = 0; k < sizeof good; k++)
            changed[k] = good[k];
        changed[i] ^= 1;
        EXPECT(!signature_is_good(key, &digest, changed));
    }
}

TEST(zeros_are_no_signature)
{
    static const uint8_t zeros[SIGNATURE_SIZE] = {};
    const struct signed_digest digest = signed_digest_of(sample, sizeof sample);
    EXPECT(!signature_is_good(key, &digest, zeros));
}

TEST(other_bytes_have_another_signature)
{
    const struct signed_digest digest = signed_digest_of(sample, sizeof sample - 1);
    EXPECT(!signature_is_good(key, &digest, good));
}

TEST(a_digest_leaves_the_signature_out)
{
    uint8_t bytes[SIGNATURE_SIZE + 2] = {1};
    const struct signed_digest zeros = signed_digest_of(bytes, sizeof bytes);
    bytes[1] = 7;
    bytes[SIGNATURE_SIZE] = 9;
    const struct signed_digest hole = signed_digest_without(bytes, sizeof bytes, 1);
    bytes[SIGNATURE_SIZE + 1] = 1;
    const struct signed_digest other = signed_digest_without(bytes, sizeof bytes, 1);
    bool equal = true;
    bool differs = false;
    for (size_t i = 0; i < sizeof zeros.bytes; i++) {
        equal = equal && zeros.bytes[i] == hole.bytes[i];
        differs = differs || zeros.bytes[i] != other.bytes[i];
    }
    EXPECT(equal && differs);
}

TEST(a_list_without_a_last_line_is_damaged)
{
    EXPECT_STATUS(STATUS_UNSUPPORTED, signature_check_list(key, text_of("")));
    EXPECT_STATUS(STATUS_UNSUPPORTED,
                  signature_check_list(key, text_of("theoris-signatures 1.0\n")));
    EXPECT_STATUS(STATUS_DAMAGED, signature_check_list(key, text_of("theoris-signatures 2.0\n")));
}

// Of bytes 0, 7, 14 and so on, by another implementation: Python's hashlib.
TEST(a_digest_is_the_one_of_the_standard)
{
    static const struct {
        size_t size;
        const char *digits;
    } VECTORS[] = {
        {0, "0e5751c026e543b2e8ab2eb06099daa1d1e5df47778f7787faab45cdf12fe3a8"},
        {1, "03170a2e7597b7b7e3d84c05391d139a62b157e78786d8c082f29dcf4c111314"},
        {127, "4ff62e7c4c43fe101a078479c48836be4907d9d498dcc577ca89d694b2c11f9b"},
        {128, "14696d2a98d9f8a280da8b132b1045b345e1033759c6b02fcc4ee885c8ae7c37"},
        {129, "3934215260b1039be9d9d2b073b059bcd50120c327a22af93eb4d98cf821c14c"},
        {256, "3d0cb2693dfbac42af5a6cc960953fea8714aa39c4bcd054ef61d6b5e98ade4a"},
        {300, "91ccce0ba9e15867934e70e07d8d4af1270ec75748be56a3f48f5bc8b6c3967d"},
    };
    uint8_t bytes[300];
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (uint8_t)(7 * i);
    for (size_t i = 0; i < sizeof VECTORS / sizeof *VECTORS; i++) {
        const struct digest digest = digest_of(bytes, VECTORS[i].size);
        char digits[2 * sizeof digest.bytes + 1] = {};
        for (size_t k = 0; k < 2 * sizeof digest.bytes; k++)
            digits[k] = "0123456789abcdef"[digest.bytes[k / 2] >> (k % 2 ? 0 : 4) & 15];
        EXPECT(text_equal(text_of(digits), text_of(VECTORS[i].digits)));
    }
}

#define DIGITS "bddd813c634239723171ef3fee98579b94964e3bb1cb3e427262c8c068d52319"
#define ZERO64 "0000000000000000000000000000000000000000000000000000000000000000"

TEST(a_list_by_another_key_is_denied)
{
    EXPECT_STATUS(STATUS_DENIED,
                  signature_check_list(
                      key, text_of("theoris-signatures 2.0\nsignature " ZERO64 ZERO64 "\n")));
}

TEST(a_list_has_a_file_by_its_whole_name_and_digest)
{
    static const uint8_t abc[] = {'a', 'b', 'c'};
    const struct digest digest = digest_of(abc, sizeof abc);
    const struct digest other = digest_of(abc, 2);
    const struct text list = text_of("theoris-signatures 2.0\n" ZERO64 " b\n" DIGITS " a.cell\n");
    EXPECT(signature_list_has(list, text_of("a.cell"), &digest));
    EXPECT(!signature_list_has(list, text_of("a.cell"), &other));
    EXPECT(!signature_list_has(list, text_of(".cell"), &digest));
    EXPECT(!signature_list_has(list, text_of("b.cell"), &digest));
    EXPECT(!signature_list_has(list, text_of("b"), &digest));
    EXPECT(!signature_list_has(list, text_of(""), &digest));
}
