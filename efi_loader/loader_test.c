// SPDX-License-Identifier: MIT
/// loader_test: what of the loader needs no firmware, run on the host.
///
/// Files under test lie in heap blocks of exactly their size, so that the address sanitizer sees
/// every read beyond them. Random input comes from a fixed seed: a failure can be repeated.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <kernel/boot_info.h>

#include "archive_seal.h"
#include "crc32.h"
#include "elf_image.h"
#include "options.h"
#include "page_tables.h"
#include "sentence.h"

static unsigned failures;

#define CHECK(condition)                                                                           \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            fprintf(stderr, "%s:%d: %s: not so: %s\n", __FILE__, __LINE__, __func__, #condition);  \
            failures++;                                                                            \
        }                                                                                          \
    } while (0)

/// The sentence contains the words.
#define CHECK_SAYS(sentence, words)                                                                \
    do {                                                                                           \
        if (!strstr((sentence).text, words)) {                                                     \
            fprintf(stderr, "%s:%d: %s: \"%s\" does not say \"%s\"\n", __FILE__, __LINE__,         \
                    __func__, (sentence).text, words);                                             \
            failures++;                                                                            \
        }                                                                                          \
    } while (0)

static uint64_t random_number(void)
{
    static uint64_t state = 88172645463325252;
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return state;
}

static void *allocate(size_t size)
{
    void *memory = calloc(1, size ? size : 1);
    if (!memory) {
        abort();
    }
    return memory;
}

static uint8_t *copy_of(const void *bytes, size_t size)
{
    return memcpy(allocate(size), bytes, size);
}

static void a_sentence_takes_texts_and_numbers(void)
{
    struct sentence sentence;
    sentence_write(&sentence, "%s: %llu of 0x%llx, 100 %%", "x", 18446744073709551615ull,
                   0xbeefull);
    CHECK(strcmp(sentence.text, "x: 18446744073709551615 of 0xbeef, 100 %") == 0);
}

static void a_sentence_that_is_too_long_is_cut(void)
{
    struct sentence sentence;
    char text[2 * sizeof sentence.text];
    memset(text, 'a', sizeof text);
    text[sizeof text - 1] = '\0';
    sentence_write(&sentence, "%s", text);
    CHECK(strlen(sentence.text) == sizeof sentence.text - 1);
}

/// The definition, bit by bit.
static uint32_t crc32_by_definition(const uint8_t *bytes, size_t size)
{
    uint32_t remainder = UINT32_MAX;
    for (size_t i = 0; i < size; i++) {
        remainder ^= bytes[i];
        for (int bit = 0; bit < 8; bit++) {
            remainder = remainder >> 1 ^ ((remainder & 1) ? 0xEDB88320 : 0);
        }
    }
    return ~remainder;
}

static void both_ways_to_a_checksum_agree_with_its_definition(void)
{
    CHECK(crc32(0, "123456789", 9) == 0xCBF43926);
    for (size_t size = 0; size < 1200; size++) {
        uint8_t *bytes = allocate(size);
        for (size_t i = 0; i < size; i++) {
            bytes[i] = (uint8_t)random_number();
        }
        uint32_t expected = crc32_by_definition(bytes, size);
        size_t half = size == 0 ? 0 : random_number() % size;
        CHECK(crc32_in_way(CRC32_TABLES, 0, bytes, size) == expected);
        CHECK(crc32_in_way(CRC32_BEST_WAY, 0, bytes, size) == expected);
        CHECK(crc32(crc32(0, bytes, half), bytes + half, size - half) == expected);
        free(bytes);
    }
}

static void check_options(const char *text, size_t text_size, const void *load_options,
                          size_t load_options_size, const char *expected)
{
    size_t room = options_room(text_size, load_options_size);
    char *out = allocate(room);
    size_t size = options_join(out, text, text_size, load_options, load_options_size);
    CHECK(size <= room);
    CHECK(size == strlen(expected) + 1);
    CHECK(strcmp(out, expected) == 0);
    free(out);
}

static void options_are_joined_in_ascii(void)
{
    static const uint16_t words[] = u"a=b c=d";
    check_options("log=debug\n", 10, words, sizeof words, "log=debug\n\na=b c=d");
    check_options(nullptr, 0, words, sizeof words - 2, "\na=b c=d");
    check_options("x", 1, nullptr, 0, "x\n");
    check_options("x\0y", 3, nullptr, 0, "x\n");
    check_options("x", 1, words, 1, "x\n");
}

static void load_options_that_are_no_text_are_left_out(void)
{
    static const uint8_t identifier[16] = {0x1C, 0xAC, 0xF6, 0x4E, 0x63, 0x11, 0xA7, 0x40};
    check_options("x", 1, identifier, sizeof identifier, "x\n");
    check_options("x", 1, u"a=ä", 6, "x\n");
}

/// The header of a cpio member (newc): magic, then thirteen fields of eight digits.
static void put_member_header(char *archive, unsigned name_size, unsigned size)
{
    unsigned fields[13] = {1, 0100644, 0, 0, 1, 0, size, 0, 0, 0, 0, name_size, 0};
    int length = snprintf(archive, 7, "070701");
    for (size_t i = 0; i < 13; i++) {
        length += snprintf(archive + length, 9, "%08X", fields[i]);
    }
}

/// An archive of a seal and `content` random bytes.
static uint8_t *archive_make(const char *version, size_t content, size_t *size)
{
    static const char form[] = "theoris-archive %s\nsize %010zu\ncrc32 %08x\n";
    size_t seal_size = (size_t)snprintf(nullptr, 0, form, version, (size_t)0, 0u);
    *size = 116 + seal_size + content;
    char *archive = allocate(*size);
    put_member_header(archive, sizeof "SEAL", (unsigned)seal_size);
    memcpy(archive + 110, "SEAL\0", 6);
    for (size_t i = 116 + seal_size; i < *size; i++) {
        archive[i] = (char)random_number();
    }
    char seal[100];
    snprintf(seal, sizeof seal, form, version, *size, 0u);
    memcpy(archive + 116, seal, seal_size);
    uint32_t checksum = crc32_by_definition((uint8_t *)archive, *size);
    snprintf(seal, sizeof seal, form, version, *size, (unsigned)checksum);
    memcpy(archive + 116, seal, seal_size);
    return (uint8_t *)archive;
}

static void a_sound_archive_is_accepted(void)
{
    struct sentence why;
    size_t size;
    uint8_t *archive = archive_make("1.0", 5000, &size);
    CHECK(archive_seal_check(archive, size, &why));
    free(archive);
    archive = archive_make("1.12", 0, &size);
    CHECK(archive_seal_check(archive, size, &why));
    free(archive);
}

static void an_archive_of_another_major_version_is_refused(void)
{
    static const char *const versions[] = {"2.0", "10.3", "0.9"};
    for (size_t i = 0; i < sizeof versions / sizeof versions[0]; i++) {
        struct sentence why;
        size_t size;
        uint8_t *archive = archive_make(versions[i], 100, &size);
        CHECK(!archive_seal_check(archive, size, &why));
        CHECK_SAYS(why, "version");
        CHECK_SAYS(why, versions[i]);
        free(archive);
    }
}

static void a_truncated_archive_is_called_truncated(void)
{
    struct sentence why;
    size_t size;
    uint8_t *archive = archive_make("1.0", 300, &size);
    for (size_t length = 0; length < size; length++) {
        uint8_t *part = copy_of(archive, length);
        CHECK(!archive_seal_check(part, length, &why));
        CHECK_SAYS(why, length < 6 ? "is not a Theoris archive" : "is truncated");
        free(part);
    }
    CHECK_SAYS(why, "it has 466 bytes and should have 467");
    uint8_t *longer = memcpy(allocate(size + 1), archive, size);
    CHECK(!archive_seal_check(longer, size + 1, &why));
    CHECK_SAYS(why, "too long");
    free(longer);
    free(archive);
}

static void every_flipped_bit_of_an_archive_is_seen(void)
{
    struct sentence why;
    size_t size;
    uint8_t *archive = archive_make("1.0", 300, &size);
    for (size_t bit = 0; bit < 8 * size; bit++) {
        archive[bit / 8] ^= (uint8_t)(1 << bit % 8);
        CHECK(!archive_seal_check(archive, size, &why));
        if (bit / 8 >= 116 + 51) {
            CHECK_SAYS(why, "is damaged");
        }
        archive[bit / 8] ^= (uint8_t)(1 << bit % 8);
    }
    free(archive);
}

static void another_file_is_no_archive(void)
{
    struct sentence why;
    for (size_t size = 0; size < 400; size++) {
        uint8_t *file = allocate(size);
        CHECK(!archive_seal_check(file, size, &why));
        CHECK_SAYS(why, "is not a Theoris archive");
        free(file);
    }
}

// A small executable, by offsets of its fields.
enum : size_t {
    ELF_SIZE = 0x3000,
    ELF_TYPE = 16,
    ELF_MACHINE = 18,
    ELF_VERSION = 20,
    ELF_ENTRY = 24,
    ELF_HEADERS = 32,
    ELF_HEADER_SIZE = 54,
    ELF_HEADER_COUNT = 56,
    ELF_FIRST = 64, // program header of the text
    ELF_SECOND = 64 + 56,
    SEGMENT_FLAGS = 4,
    SEGMENT_OFFSET = 8,
    SEGMENT_ADDRESS = 16,
    SEGMENT_FILE_SIZE = 32,
    SEGMENT_MEMORY_SIZE = 40,
};

static void put(uint8_t *file, size_t at, size_t bytes, uint64_t value)
{
    memcpy(file + at, &value, bytes);
}

static void put_segment(uint8_t *file, size_t at, uint32_t flags, uint64_t offset, uint64_t address,
                        uint64_t file_size, uint64_t memory_size)
{
    put(file, at, 4, 1);
    put(file, at + SEGMENT_FLAGS, 4, flags);
    put(file, at + SEGMENT_OFFSET, 8, offset);
    put(file, at + SEGMENT_ADDRESS, 8, address);
    put(file, at + SEGMENT_FILE_SIZE, 8, file_size);
    put(file, at + SEGMENT_MEMORY_SIZE, 8, memory_size);
}

static uint8_t *elf_make(void)
{
    uint8_t *file = allocate(ELF_SIZE);
    memcpy(file, "\177ELF\2\1\1", 7);
    put(file, ELF_TYPE, 2, 2);
    put(file, ELF_MACHINE, 2, 62);
    put(file, ELF_VERSION, 4, 1);
    put(file, ELF_ENTRY, 8, CODE_BASE + 0x10);
    put(file, ELF_HEADERS, 8, 64);
    put(file, ELF_HEADER_SIZE, 2, 56);
    put(file, ELF_HEADER_COUNT, 2, 2);
    put_segment(file, ELF_FIRST, 5, 0x1000, CODE_BASE, 0x1001, 0x1001);
    put_segment(file, ELF_SECOND, 6, 0x2800, CODE_BASE + 0x2000, 0x800, 0x5000);
    return file;
}

static void a_sound_executable_is_read(void)
{
    struct sentence why;
    struct elf_image image;
    uint8_t *file = elf_make();
    CHECK(elf_image_read(file, ELF_SIZE, &image, &why));
    CHECK(image.entry == CODE_BASE + 0x10);
    CHECK(image.segment_count == 2);
    CHECK(image.segments[0].protection == BOOT_EXECUTABLE);
    CHECK(image.segments[1].protection == BOOT_WRITABLE);
    CHECK(image.segments[1].address == CODE_BASE + 0x2000);
    CHECK(image.segments[1].file_offset == 0x2800);
    CHECK(image.segments[1].file_size == 0x800);
    CHECK(image.segments[1].memory_size == 0x5000);
    free(file);
}

static void each_fault_of_an_executable_has_its_sentence(void)
{
    static const struct {
        size_t at, bytes;
        uint64_t value;
        const char *words;
    } faults[] = {
        {0, 1, 0, "is not an ELF file"},
        {4, 1, 1, "is not a 64-bit"},
        {5, 1, 2, "is not a little-endian"},
        {6, 1, 0, "unknown ELF version"},
        {ELF_VERSION, 4, 2, "unknown ELF version"},
        {ELF_TYPE, 2, 3, "is not a static executable"},
        {ELF_MACHINE, 2, 183, "is not for x86-64"},
        {ELF_HEADER_SIZE, 2, 32, "program headers of an unknown size"},
        {ELF_HEADER_COUNT, 2, 0xFFFF, "program headers lie beyond its end"},
        {ELF_HEADERS, 8, ELF_SIZE - 111, "program headers lie beyond its end"},
        {ELF_HEADERS, 8, UINT64_MAX, "program headers lie beyond its end"},
        {ELF_HEADER_COUNT, 2, 0, "lies in no executable segment"},
        {ELF_ENTRY, 8, CODE_BASE + 0x1001, "lies in no executable segment"},
        {ELF_ENTRY, 8, CODE_BASE + 0x2000, "lies in no executable segment"},
        {ELF_FIRST + SEGMENT_ADDRESS, 8, CODE_BASE + 8, "does not begin on a page"},
        {ELF_FIRST + SEGMENT_ADDRESS, 8, 0x100000, "outside of the addresses for code"},
        {ELF_SECOND + SEGMENT_ADDRESS, 8, CODE_LIMIT - 0x4000, "outside of the addresses for code"},
        {ELF_SECOND + SEGMENT_MEMORY_SIZE, 8, UINT64_MAX, "outside of the addresses for code"},
        {ELF_SECOND + SEGMENT_ADDRESS, 8, CODE_BASE + 0x1000, "overlaps another segment"},
        {ELF_SECOND + SEGMENT_ADDRESS, 8, CODE_BASE, "overlaps another segment"},
        {ELF_SECOND + SEGMENT_MEMORY_SIZE, 8, 0x7FF, "larger in the file than in memory"},
        {ELF_SECOND + SEGMENT_OFFSET, 8, 0x2801, "beyond the end of the file"},
        {ELF_SECOND + SEGMENT_OFFSET, 8, UINT64_MAX, "beyond the end of the file"},
        {ELF_SECOND + SEGMENT_FLAGS, 4, 7, "both writable and executable"},
    };
    for (size_t i = 0; i < sizeof faults / sizeof faults[0]; i++) {
        struct sentence why;
        struct elf_image image;
        uint8_t *file = elf_make();
        put(file, faults[i].at, faults[i].bytes, faults[i].value);
        CHECK(!elf_image_read(file, ELF_SIZE, &image, &why));
        CHECK_SAYS(why, faults[i].words);
        free(file);
    }
}

static void an_executable_with_too_many_segments_is_refused(void)
{
    struct sentence why;
    struct elf_image image;
    uint8_t *file = elf_make();
    for (size_t i = 0; i <= ELF_IMAGE_SEGMENTS; i++) {
        put_segment(file, ELF_FIRST + 56 * i, 5, 0x1000, CODE_BASE + 0x1000 * i, 0x1000, 0x1000);
    }
    put(file, ELF_HEADER_COUNT, 2, ELF_IMAGE_SEGMENTS);
    CHECK(elf_image_read(file, ELF_SIZE, &image, &why));
    CHECK(image.segment_count == ELF_IMAGE_SEGMENTS);
    put(file, ELF_HEADER_COUNT, 2, ELF_IMAGE_SEGMENTS + 1);
    CHECK(!elf_image_read(file, ELF_SIZE, &image, &why));
    CHECK_SAYS(why, "more than 16 segments");
    free(file);
}

static void a_truncated_executable_is_refused_at_every_length(void)
{
    struct sentence why;
    struct elf_image image;
    uint8_t *file = elf_make();
    for (size_t length = 0; length < ELF_SIZE; length += length < 300 ? 1 : 97) {
        uint8_t *part = copy_of(file, length);
        CHECK(!elf_image_read(part, length, &image, &why));
        free(part);
    }
    free(file);
}

/// What the rest of the loader relies on.
static void check_image(const struct elf_image *image, size_t size)
{
    uint64_t end = CODE_BASE;
    bool entry_found = false;
    CHECK(image->segment_count <= ELF_IMAGE_SEGMENTS);
    for (size_t i = 0; i < image->segment_count; i++) {
        const struct elf_segment *segment = &image->segments[i];
        CHECK(segment->address >= end && segment->address % PAGE_SIZE == 0);
        CHECK(segment->memory_size > 0 && segment->file_size <= segment->memory_size);
        CHECK(segment->file_offset <= size && segment->file_size <= size - segment->file_offset);
        CHECK(segment->protection != (BOOT_WRITABLE | BOOT_EXECUTABLE));
        end = segment->address + segment->memory_size;
        CHECK(end > segment->address && end <= CODE_LIMIT);
        entry_found |= segment->protection == BOOT_EXECUTABLE && image->entry >= segment->address &&
                       image->entry < end;
    }
    CHECK(entry_found);
}

static void mutated_executables_are_refused_or_sound(void)
{
    static const uint64_t interesting[] = {0,         1,          7,         0x1000,
                                           CODE_BASE, CODE_LIMIT, INT64_MAX, UINT64_MAX};
    unsigned accepted = 0;
    for (unsigned round = 0; round < 20'000; round++) {
        struct sentence why = {};
        struct elf_image image;
        uint8_t *file = elf_make();
        for (uint64_t n = random_number() % 3 + 1; n > 0; n--) {
            uint64_t value =
                random_number() % 2 ? random_number() : interesting[random_number() % 8];
            size_t bytes = (size_t)1 << random_number() % 4;
            put(file, random_number() % (64 + 2 * 56 - bytes), bytes, value);
        }
        size_t size = random_number() % 4 ? ELF_SIZE : random_number() % ELF_SIZE;
        uint8_t *part = copy_of(file, size);
        if (elf_image_read(part, size, &image, &why)) {
            check_image(&image, size);
            accepted++;
        } else {
            CHECK_SAYS(why, "nano_core.elf");
        }
        free(part);
        free(file);
    }
    CHECK(accepted > 100); // else the mutations are too wild to tell
}

static void mutated_seals_are_refused(void)
{
    for (unsigned round = 0; round < 20'000; round++) {
        struct sentence why = {};
        size_t size;
        uint8_t *archive = archive_make("1.0", random_number() % 64, &size);
        size_t at = random_number() % (116 + 51);
        uint8_t value = (uint8_t)random_number();
        bool is_changed = archive[at] != value;
        archive[at] = value;
        CHECK(archive_seal_check(archive, size, &why) == !is_changed);
        CHECK(!is_changed || why.text[0] != '\0');
        free(archive);
    }
}

static void page_tables_need_as_many_as_were_counted(void)
{
    static const struct {
        uint64_t address, pages;
    } ranges[] = {
        {0x7000000, 1},
        {SLOT_BASE(BOOT_AREA_SLOT) + 0x1000, 511},
        {SLOT_BASE(BOOT_AREA_SLOT) + 0x200000, 513},
        {SLOT_BASE(BOOT_AREA_SLOT) + 0x3FFFF000, 2},
        {CODE_BASE, 3},
        {CODE_BASE + 0x3000, 1},
        {CODE_BASE + 0x40000000, 1},
    };
    enum : size_t { RANGES = sizeof ranges / sizeof ranges[0] };
    struct page_table_count count = {};
    for (size_t i = 0; i < RANGES; i++) {
        page_table_count_range(&count, ranges[i].address, ranges[i].pages);
    }
    uint64_t capacity = 1 + count.tables;
    uint64_t *pool = aligned_alloc(PAGE_SIZE, capacity * PAGE_SIZE);
    memset(pool, 0, capacity * PAGE_SIZE);
    struct page_tables tables = {.pool = pool, .capacity = capacity, .used = 1};
    for (size_t i = 0; i < RANGES; i++) {
        CHECK(page_tables_map(&tables, ranges[i].address, (i + 1) << 24, ranges[i].pages, PAGE_NX));
    }
    CHECK(tables.used == capacity);
    for (size_t i = 0; i < RANGES; i++) {
        for (uint64_t page = 0; page < ranges[i].pages; page++) {
            uint64_t *entry = page_tables_entry(&tables, ranges[i].address + page * PAGE_SIZE);
            CHECK(entry && *entry == (((i + 1) << 24) + page * PAGE_SIZE) + PAGE_NX + PAGE_PRESENT);
        }
    }
    CHECK(!page_tables_entry(&tables, SLOT_BASE(BOOT_AREA_SLOT)));
    CHECK(!page_tables_entry(&tables, 0x123456000));
    CHECK(!page_tables_map(&tables, 0x123456000, 0, 1, 0)); // the pool is exhausted
    free(pool);
}

int main(void)
{
    a_sentence_takes_texts_and_numbers();
    a_sentence_that_is_too_long_is_cut();
    both_ways_to_a_checksum_agree_with_its_definition();
    options_are_joined_in_ascii();
    load_options_that_are_no_text_are_left_out();
    a_sound_archive_is_accepted();
    an_archive_of_another_major_version_is_refused();
    a_truncated_archive_is_called_truncated();
    every_flipped_bit_of_an_archive_is_seen();
    another_file_is_no_archive();
    a_sound_executable_is_read();
    each_fault_of_an_executable_has_its_sentence();
    an_executable_with_too_many_segments_is_refused();
    a_truncated_executable_is_refused_at_every_length();
    mutated_executables_are_refused_or_sound();
    mutated_seals_are_refused();
    page_tables_need_as_many_as_were_counted();
    if (failures > 0) {
        fprintf(stderr, "%u checks failed\n", failures);
    }
    return failures > 0;
}
