// SPDX-License-Identifier: MIT
// The reader. Opening checks that the tables and the strings lie in the section and that the last
// string ends; an entry is checked when it is read, so that opening costs the same for any size.
//
// Live swap:  nothing is remembered.
// Fault:      nothing is changed.
#include <cell/cell_abi.h>

enum { MAJOR = 1, HEADER_SIZE = 40, ENTRY_SIZE = 40, PART_SIZE = 4 };

// Offsets within the header and within an entry.
enum {
    HEADER_MAJOR = 4,
    HEADER_COUNT = 8,
    HEADER_ENTRY_SIZE = 12,
    HEADER_ENTRIES = 16,
    HEADER_PARTS = 20,
    HEADER_PART_COUNT = 24,
    HEADER_STRINGS = 28,
    HEADER_STRINGS_SIZE = 32,
};
enum {
    ENTRY_KIND = 0,
    ENTRY_NAME = 4,
    ENTRY_PROVIDER = 8,
    ENTRY_TEXT = 12,
    ENTRY_FIRST_PART = 16,
    ENTRY_PART_COUNT = 20,
    ENTRY_HASH = 24,
};

static uint32_t word_at(struct const_bytes bytes, size_t offset)
{
    return (uint32_t)SLICE_AT(bytes, offset) | (uint32_t)SLICE_AT(bytes, offset + 1) << 8 |
           (uint32_t)SLICE_AT(bytes, offset + 2) << 16 |
           (uint32_t)SLICE_AT(bytes, offset + 3) << 24;
}

static uint16_t half_at(struct const_bytes bytes, size_t offset)
{
    return (uint16_t)(SLICE_AT(bytes, offset) | SLICE_AT(bytes, offset + 1) << 8);
}

static bool starts_with_magic(struct const_bytes section)
{
    static const char magic[] = {'C', 'A', 'B', 'I'};
    for (size_t i = 0; i < sizeof magic; i++)
        if (SLICE_AT(section, i) != (uint8_t)magic[i])
            return false;
    return true;
}

// Sets `part` to `count` elements of `size` bytes from `offset` on, if they lie in the section.
static bool take_table(struct const_bytes section, uint32_t offset, uint64_t count, uint64_t size,
                       struct const_bytes *part)
{
    if (offset > section.length || count * size > section.length - offset)
        return false;
    *part = SLICE_PART(section, (size_t)offset, (size_t)(count * size));
    return true;
}

static bool take_tables(struct const_bytes section, struct cell_abi *abi)
{
    abi->count = word_at(section, HEADER_COUNT);
    abi->entry_size = word_at(section, HEADER_ENTRY_SIZE);
    return abi->entry_size >= ENTRY_SIZE &&
           take_table(section, word_at(section, HEADER_ENTRIES), abi->count, abi->entry_size,
                      &abi->entries) &&
           take_table(section, word_at(section, HEADER_PARTS), word_at(section, HEADER_PART_COUNT),
                      PART_SIZE, &abi->parts) &&
           take_table(section, word_at(section, HEADER_STRINGS),
                      word_at(section, HEADER_STRINGS_SIZE), 1, &abi->strings) &&
           abi->strings.length > 0 && SLICE_AT(abi->strings, abi->strings.length - 1) == '\0';
}

enum status cell_abi_open(struct const_bytes section, struct cell_abi *abi, const char **reason)
{
    *abi = (struct cell_abi){};
    *reason = "it does not begin with the header of its format";
    if (section.length < HEADER_SIZE || !starts_with_magic(section))
        return STATUS_DAMAGED;
    *reason = "it is of a newer major version than 1";
    if (half_at(section, HEADER_MAJOR) > MAJOR)
        return STATUS_UNSUPPORTED;
    struct cell_abi opened = {};
    *reason = "a table in it reaches beyond its end";
    if (!take_tables(section, &opened))
        return STATUS_DAMAGED;
    *abi = opened;
    *reason = nullptr;
    return STATUS_OK;
}

// The string at an offset; the last byte of all is a zero.
static bool take_string(const struct cell_abi *abi, uint32_t offset, struct text *string)
{
    if (offset >= abi->strings.length)
        return false;
    *string = text_of((const char *)SLICE_FROM(abi->strings, (size_t)offset).pointer);
    return true;
}

enum status cell_abi_entry(const struct cell_abi *abi, uint32_t index, struct cell_abi_entry *entry)
{
    if (index >= abi->count)
        return STATUS_NOT_FOUND;
    const struct const_bytes bytes =
        SLICE_PART(abi->entries, (size_t)index * abi->entry_size, ENTRY_SIZE);
    const uint16_t kind = half_at(bytes, ENTRY_KIND);
    const uint64_t part_count = abi->parts.length / PART_SIZE;
    entry->kind = (enum cell_abi_kind)kind;
    entry->first_part = word_at(bytes, ENTRY_FIRST_PART);
    entry->part_count = word_at(bytes, ENTRY_PART_COUNT);
    entry->hash = SLICE_PART(bytes, ENTRY_HASH, CELL_ABI_HASH_SIZE);
    if (kind < CELL_ABI_EXPORT || entry->first_part > part_count ||
        entry->part_count > part_count - entry->first_part ||
        !take_string(abi, word_at(bytes, ENTRY_NAME), &entry->name) ||
        !take_string(abi, word_at(bytes, ENTRY_PROVIDER), &entry->provider) ||
        !take_string(abi, word_at(bytes, ENTRY_TEXT), &entry->text))
        return STATUS_DAMAGED;
    return STATUS_OK;
}

// What entries are sorted by, before the rest of one is looked at.
static enum status sort_key(const struct cell_abi *abi, uint32_t index, uint16_t *kind,
                            struct text *name)
{
    const struct const_bytes bytes =
        SLICE_PART(abi->entries, (size_t)index * abi->entry_size, ENTRY_SIZE);
    *kind = half_at(bytes, ENTRY_KIND);
    return take_string(abi, word_at(bytes, ENTRY_NAME), name) ? STATUS_OK : STATUS_DAMAGED;
}

// Less than, equal to or greater than 0, by bytes.
static int text_order(struct text a, struct text b)
{
    for (size_t i = 0; i < a.length && i < b.length; i++)
        if (a.start[i] != b.start[i])
            return (unsigned char)a.start[i] < (unsigned char)b.start[i] ? -1 : 1;
    return a.length < b.length ? -1 : a.length > b.length;
}

enum status cell_abi_find(const struct cell_abi *abi, enum cell_abi_kind kind, struct text name,
                          struct cell_abi_entry *entry)
{
    uint32_t low = 0;
    uint32_t high = abi->count;
    while (low < high) {
        const uint32_t middle = low + (high - low) / 2;
        uint16_t found;
        struct text its_name;
        TRY(sort_key(abi, middle, &found, &its_name));
        const int order = found != kind ? (found < kind ? -1 : 1) : text_order(its_name, name);
        if (order == 0)
            return cell_abi_entry(abi, middle, entry);
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return STATUS_NOT_FOUND;
}

struct text cell_abi_part(const struct cell_abi *abi, const struct cell_abi_entry *entry,
                          uint32_t index)
{
    struct text part = {};
    if (index >= entry->part_count)
        return part;
    const size_t place = ((size_t)entry->first_part + index) * PART_SIZE;
    return take_string(abi, word_at(abi->parts, place), &part) ? part : (struct text){};
}
