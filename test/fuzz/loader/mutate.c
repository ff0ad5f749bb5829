// SPDX-License-Identifier: MIT
// An object is changed where it lies. What grows is appended to the file, and its section header
// led there, so that nothing else moves. An object whose section table cannot be read any more is
// changed like any bytes.
#include <stdlib.h>
#include <string.h>

#include <cell/elf_object.h>

#include "mutate.h"
#include "mutate_text.h"
#include "random.h"
#include "world.h"

enum : size_t { ALIGNMENT = 8, LONGEST_NEW = 4096, LONGEST_SPLICED = 64 << 10 };

struct object {
    uint8_t *bytes;
    size_t size;
    size_t most;
    size_t table; // offset of the section headers
    size_t count;
    struct random random;
};

static bool open_object(struct object *object)
{
    Elf64_Ehdr header;
    if (object->size < sizeof header)
        return false;
    memcpy(&header, object->bytes, sizeof header);
    object->table = header.e_shoff;
    object->count = header.e_shnum;
    return header.e_shoff <= object->size && object->count > 1 &&
           object->count * sizeof(Elf64_Shdr) <= object->size - header.e_shoff;
}

static Elf64_Shdr section_at(const struct object *object, size_t index)
{
    Elf64_Shdr section;
    memcpy(&section, object->bytes + object->table + index * sizeof section, sizeof section);
    return section;
}

static void set_section(struct object *object, size_t index, const Elf64_Shdr *section)
{
    memcpy(object->bytes + object->table + index * sizeof *section, section, sizeof *section);
}

static size_t any_section(struct object *object)
{
    return 1 + random_below(&object->random, object->count - 1);
}

static bool has_bytes(const struct object *object, const Elf64_Shdr *section)
{
    return section->sh_type != SHT_NOBITS && section->sh_size > 0 &&
           section->sh_offset <= object->size &&
           section->sh_size <= object->size - section->sh_offset;
}

// A section with bytes that `is_meant`, or 0.
static size_t find_section(struct object *object, bool (*is_meant)(const Elf64_Shdr *section))
{
    const size_t start = random_below(&object->random, object->count);
    for (size_t i = 0; i < object->count; i++) {
        const size_t index = (start + i) % object->count;
        const Elf64_Shdr section = section_at(object, index);
        if (index != 0 && has_bytes(object, &section) && is_meant(&section))
            return index;
    }
    return 0;
}

static size_t find_named(const struct object *object, const char *name)
{
    Elf64_Ehdr header;
    memcpy(&header, object->bytes, sizeof header);
    if (header.e_shstrndx >= object->count)
        return 0;
    const Elf64_Shdr names = section_at(object, header.e_shstrndx);
    if (!has_bytes(object, &names))
        return 0;
    for (size_t i = 1; i < object->count; i++) {
        const Elf64_Shdr section = section_at(object, i);
        const size_t left = section.sh_name < names.sh_size ? names.sh_size - section.sh_name : 0;
        if (left > strlen(name) && has_bytes(object, &section) &&
            memcmp(object->bytes + names.sh_offset + section.sh_name, name, strlen(name) + 1) == 0)
            return i;
    }
    return 0;
}

// A field of 1, 2, 4 or 8 bytes gets a value that may matter.
static void change_field(struct object *object, uint8_t *field, size_t width)
{
    uint64_t value = 0;
    memcpy(&value, field, width);
    value = random_value(&object->random, value, object->size, object->count);
    memcpy(field, &value, width);
}

#define FIELD(type, member) {offsetof(type, member), sizeof((type){}.member)}

struct field {
    size_t offset;
    size_t width;
};

static void change_entry(struct object *object, uint8_t *entry, const struct field *fields,
                         size_t count)
{
    const struct field *field = &fields[random_below(&object->random, count)];
    change_field(object, entry + field->offset, field->width);
}

static void change_section_field(struct object *object)
{
    static const struct field fields[] = {
        FIELD(Elf64_Shdr, sh_name),   FIELD(Elf64_Shdr, sh_type), FIELD(Elf64_Shdr, sh_flags),
        FIELD(Elf64_Shdr, sh_addr),   FIELD(Elf64_Shdr, sh_size), FIELD(Elf64_Shdr, sh_link),
        FIELD(Elf64_Shdr, sh_offset), FIELD(Elf64_Shdr, sh_info), FIELD(Elf64_Shdr, sh_addralign),
        FIELD(Elf64_Shdr, sh_entsize)};
    uint8_t *entry = object->bytes + object->table + any_section(object) * sizeof(Elf64_Shdr);
    change_entry(object, entry, fields, sizeof fields / sizeof *fields);
}

// A flag, a type or a link that means something.
static void change_section_meaning(struct object *object)
{
    static const uint64_t flags[] = {SHF_WRITE,      SHF_ALLOC, SHF_EXECINSTR, SHF_INFO_LINK,
                                     SHF_LINK_ORDER, SHF_GROUP, SHF_TLS,       SHF_COMPRESSED};
    static const uint32_t types[] = {SHT_NULL, SHT_PROGBITS, SHT_SYMTAB,       SHT_STRTAB,
                                     SHT_RELA, SHT_NOBITS,   SHT_REL,          SHT_DYNSYM,
                                     SHT_NOTE, SHT_GROUP,    SHT_X86_64_UNWIND};
    const size_t index = any_section(object);
    const Elf64_Shdr other = section_at(object, any_section(object));
    Elf64_Shdr section = section_at(object, index);
    switch (random_below(&object->random, 6)) {
    case 0:
        section.sh_flags ^= flags[random_below(&object->random, sizeof flags / sizeof *flags)];
        break;
    case 1:
        section.sh_type = types[random_below(&object->random, sizeof types / sizeof *types)];
        break;
    case 2:
        section.sh_link = (uint32_t)any_section(object);
        break;
    case 3:
        section.sh_info = (uint32_t)any_section(object);
        break;
    case 4:
        section.sh_name = other.sh_name;
        break;
    default: // they overlap
        section.sh_offset = other.sh_offset + random_below(&object->random, 2) * ALIGNMENT;
    }
    set_section(object, index, &section);
}

static void change_size(struct object *object)
{
    static const uint64_t sizes[] = {0,        1,         4096, 1 << 20, 64 << 20, (64 << 20) + 1,
                                     1u << 31, UINT64_MAX};
    const size_t index = any_section(object);
    Elf64_Shdr section = section_at(object, index);
    if (random_below(&object->random, 2))
        section.sh_size = sizes[random_below(&object->random, sizeof sizes / sizeof *sizes)];
    else
        section.sh_addralign = UINT64_C(1) << random_below(&object->random, 33);
    if (random_below(&object->random, 3) == 0)
        section.sh_type = SHT_NOBITS;
    set_section(object, index, &section);
}

static void exchange_sections(struct object *object)
{
    const size_t a = any_section(object);
    const size_t b = any_section(object);
    const Elf64_Shdr first = section_at(object, a);
    const Elf64_Shdr second = section_at(object, b);
    set_section(object, a, &second);
    set_section(object, b, &first);
    // Half of the time those that name the two follow.
    for (size_t i = 1; random_below(&object->random, 2) && i < object->count; i++) {
        Elf64_Shdr section = section_at(object, i);
        section.sh_link = section.sh_link == a   ? (uint32_t)b
                          : section.sh_link == b ? (uint32_t)a
                                                 : section.sh_link;
        section.sh_info = section.sh_info == a   ? (uint32_t)b
                          : section.sh_info == b ? (uint32_t)a
                                                 : section.sh_info;
        set_section(object, i, &section);
    }
}

static bool is_symbols(const Elf64_Shdr *section)
{
    return section->sh_type == SHT_SYMTAB && section->sh_size >= sizeof(Elf64_Sym);
}

static bool is_relocations(const Elf64_Shdr *section)
{
    return section->sh_type == SHT_RELA && section->sh_size >= sizeof(Elf64_Rela);
}

static bool is_strings(const Elf64_Shdr *section)
{
    return section->sh_type == SHT_STRTAB;
}

static bool is_text(const Elf64_Shdr *section)
{
    return section->sh_flags & SHF_EXECINSTR;
}

static bool is_any(const Elf64_Shdr *section)
{
    return section->sh_type != SHT_NULL;
}

static uint8_t *any_entry(struct object *object, const Elf64_Shdr *section, size_t size)
{
    return object->bytes + section->sh_offset +
           random_below(&object->random, section->sh_size / size) * size;
}

static void change_symbol(struct object *object)
{
    static const struct field fields[] = {FIELD(Elf64_Sym, st_name),  FIELD(Elf64_Sym, st_info),
                                          FIELD(Elf64_Sym, st_other), FIELD(Elf64_Sym, st_shndx),
                                          FIELD(Elf64_Sym, st_value), FIELD(Elf64_Sym, st_size)};
    const size_t index = find_section(object, is_symbols);
    if (index == 0)
        return;
    const Elf64_Shdr section = section_at(object, index);
    uint8_t *entry = any_entry(object, &section, sizeof(Elf64_Sym));
    Elf64_Sym symbol;
    memcpy(&symbol, entry, sizeof symbol);
    switch (random_below(&object->random, 4)) {
    case 0:
        symbol.st_shndx = (Elf64_Half)random_below(&object->random, object->count);
        break;
    case 1: // another type, the same binding
        symbol.st_info =
            (unsigned char)((symbol.st_info & 0xF0) | random_below(&object->random, 5));
        break;
    default:
        change_entry(object, entry, fields, sizeof fields / sizeof *fields);
        return;
    }
    memcpy(entry, &symbol, sizeof symbol);
}

static void change_relocation(struct object *object)
{
    static const struct field fields[] = {FIELD(Elf64_Rela, r_offset),
                                          FIELD(Elf64_Rela, r_addend),
                                          {offsetof(Elf64_Rela, r_info), 4},
                                          {offsetof(Elf64_Rela, r_info) + 4, 4}};
    static const uint32_t types[] = {R_X86_64_NONE, R_X86_64_64, R_X86_64_PC32, R_X86_64_PLT32,
                                     R_X86_64_32S,  R_X86_64_32, R_X86_64_PC64, R_X86_64_GOTPCREL};
    const size_t index = find_section(object, is_relocations);
    if (index == 0)
        return;
    const Elf64_Shdr section = section_at(object, index);
    uint8_t *entry = any_entry(object, &section, sizeof(Elf64_Rela));
    if (random_below(&object->random, 3) == 0)
        memcpy(entry + offsetof(Elf64_Rela, r_info),
               &types[random_below(&object->random, sizeof types / sizeof *types)], 4);
    else
        change_entry(object, entry, fields, sizeof fields / sizeof *fields);
}

static void change_header(struct object *object)
{
    static const struct field fields[] = {
        FIELD(Elf64_Ehdr, e_type),      FIELD(Elf64_Ehdr, e_machine),
        FIELD(Elf64_Ehdr, e_version),   FIELD(Elf64_Ehdr, e_phoff),
        FIELD(Elf64_Ehdr, e_shoff),     FIELD(Elf64_Ehdr, e_ehsize),
        FIELD(Elf64_Ehdr, e_phentsize), FIELD(Elf64_Ehdr, e_phnum),
        FIELD(Elf64_Ehdr, e_shentsize), FIELD(Elf64_Ehdr, e_shnum),
        FIELD(Elf64_Ehdr, e_shstrndx)};
    const Elf64_Half executable = ET_EXEC;
    if (random_below(&object->random, 3) == 0)
        memcpy(object->bytes + offsetof(Elf64_Ehdr, e_type), &executable, sizeof executable);
    else
        change_entry(object, object->bytes, fields, sizeof fields / sizeof *fields);
}

static void change_bytes_of(struct object *object, size_t index)
{
    if (index == 0)
        return;
    const Elf64_Shdr section = section_at(object, index);
    uint8_t *bytes = object->bytes + section.sh_offset;
    const size_t at = random_below(&object->random, section.sh_size);
    switch (random_below(&object->random, 4)) {
    case 0:
        bytes[at] ^= (uint8_t)(1u << random_below(&object->random, 8));
        break;
    case 1:
        bytes[at] = (uint8_t)random_next(&object->random);
        break;
    case 2:
        bytes[at] = 0;
        break;
    default:
        (void)mutate_bytes(bytes, section.sh_size, section.sh_size);
    }
}

static void change_text(struct object *object)
{
    static const uint8_t code[][5] = {{0xE8, 0, 0, 0, 0},
                                      {0xE9, 1, 0, 0, 0},
                                      {0xEB, 0xFE, 0x90},
                                      {0x0F, 0x01, 0xF8},
                                      {0xF4},
                                      {0xFA},
                                      {0x0F, 0x30},
                                      {0xCD, 0x80},
                                      {0x66, 0xE8, 0, 0, 0},
                                      {0x0F, 0x22, 0xD8}};
    const size_t index = find_section(object, is_text);
    if (index == 0)
        return;
    const Elf64_Shdr section = section_at(object, index);
    if (section.sh_size < sizeof *code || random_below(&object->random, 2)) {
        change_bytes_of(object, index);
        return;
    }
    const size_t at = random_below(&object->random, section.sh_size - sizeof *code + 1);
    memcpy(object->bytes + section.sh_offset + at,
           code[random_below(&object->random, sizeof code / sizeof *code)],
           1 + random_below(&object->random, sizeof *code));
}

// Words of the header or of the entries: the section is a table of words but for its strings.
static void change_abi(struct object *object)
{
    const size_t index = find_named(object, ".cell.abi");
    if (index == 0)
        return;
    const Elf64_Shdr section = section_at(object, index);
    const size_t words = section.sh_size / sizeof(uint32_t);
    if (words == 0 || random_below(&object->random, 4) == 0) {
        change_bytes_of(object, index);
        return;
    }
    const size_t first = random_below(&object->random, 2) && words > 10 ? 10 : words;
    change_field(object,
                 object->bytes + section.sh_offset +
                     random_below(&object->random, first) * sizeof(uint32_t),
                 random_below(&object->random, 4) ? sizeof(uint32_t) : sizeof(uint16_t));
}

// Leads the section to `size` bytes behind the file.
static void append(struct object *object, size_t index, const uint8_t *bytes, size_t size)
{
    const size_t at = (object->size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    if (at > object->most || size > object->most - at)
        return;
    Elf64_Shdr section = section_at(object, index);
    memset(object->bytes + object->size, 0, at - object->size);
    memcpy(object->bytes + at, bytes, size);
    section.sh_offset = at;
    section.sh_size = size;
    set_section(object, index, &section);
    object->size = at + size;
}

static void change_manifest(struct object *object)
{
    uint8_t text[LONGEST_NEW];
    const size_t index = find_named(object, ".cell.manifest");
    if (index == 0)
        return;
    const Elf64_Shdr section = section_at(object, index);
    if (section.sh_size > sizeof text)
        return;
    memcpy(text, object->bytes + section.sh_offset, section.sh_size);
    const size_t size = mutate_manifest(text, section.sh_size, sizeof text, &object->random);
    append(object, index, text, size);
}

// One entry more, or twice what there is.
static void grow_section(struct object *object)
{
    uint8_t bytes[LONGEST_NEW];
    const size_t index = find_section(object, is_any);
    if (index == 0)
        return;
    const Elf64_Shdr section = section_at(object, index);
    const size_t entry = section.sh_entsize > 0 && section.sh_entsize <= section.sh_size &&
                                 random_below(&object->random, 2)
                             ? section.sh_entsize
                             : section.sh_size;
    if (section.sh_size + entry > sizeof bytes)
        return;
    memcpy(bytes, object->bytes + section.sh_offset, section.sh_size);
    memcpy(bytes + section.sh_size, object->bytes + section.sh_offset, entry);
    append(object, index, bytes, section.sh_size + entry);
}

// One section more: a copy of one that is there.
static void add_section(struct object *object)
{
    const size_t at = (object->size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    const size_t size = object->count * sizeof(Elf64_Shdr);
    if (at > object->most || size + sizeof(Elf64_Shdr) > object->most - at)
        return;
    const Elf64_Shdr copied = section_at(object, any_section(object));
    Elf64_Ehdr header;
    memset(object->bytes + object->size, 0, at - object->size);
    memmove(object->bytes + at, object->bytes + object->table, size);
    memcpy(object->bytes + at + size, &copied, sizeof copied);
    memcpy(&header, object->bytes, sizeof header);
    header.e_shoff = object->table = at;
    header.e_shnum++;
    object->count++;
    memcpy(object->bytes, &header, sizeof header);
    object->size = at + size + sizeof copied;
}

static void truncate_file(struct object *object)
{
    if (random_below(&object->random, 8) == 0)
        object->size = random_below(&object->random, object->size + 1);
}

// Replaces a section by one of a cell of the build, or of `other`.
static void splice(struct object *object, uint8_t *bytes, size_t size)
{
    struct object other = {.bytes = bytes, .size = size, .random = object->random};
    if (!open_object(&other))
        return;
    const size_t from = find_section(&other, is_any);
    const Elf64_Shdr section = section_at(&other, from);
    const size_t to = any_section(object);
    if (from == 0 || section.sh_size > LONGEST_NEW)
        return;
    Elf64_Shdr target = section_at(object, to);
    target.sh_type = section.sh_type;
    target.sh_flags = section.sh_flags;
    target.sh_entsize = section.sh_entsize;
    target.sh_addralign = section.sh_addralign;
    set_section(object, to, &target);
    append(object, to, other.bytes + section.sh_offset, section.sh_size);
    object->random = other.random;
}

static void splice_file(struct object *object)
{
    size_t count;
    const struct world_file *files = world_files(&count);
    const struct world_file *file = &files[random_below(&object->random, count)];
    splice(object, file->bytes, file->size);
}

static void change_strings(struct object *object)
{
    change_bytes_of(object, find_section(object, is_strings));
}

static void change_anything(struct object *object)
{
    change_bytes_of(object, find_section(object, is_any));
}

static void mutate_object(struct object *object)
{
    static void (*const CHANGES[])(struct object *object) = {change_section_field,
                                                             change_section_field,
                                                             change_section_meaning,
                                                             change_section_meaning,
                                                             change_size,
                                                             exchange_sections,
                                                             change_symbol,
                                                             change_symbol,
                                                             change_symbol,
                                                             change_relocation,
                                                             change_relocation,
                                                             change_relocation,
                                                             change_header,
                                                             change_text,
                                                             change_text,
                                                             change_abi,
                                                             change_abi,
                                                             change_manifest,
                                                             change_manifest,
                                                             change_strings,
                                                             change_anything,
                                                             grow_section,
                                                             add_section,
                                                             splice_file,
                                                             truncate_file};
    static const size_t count = sizeof CHANGES / sizeof *CHANGES;
    size_t changes = 1 + random_below(&object->random, 2);
    if (random_below(&object->random, 4) == 0)
        changes += random_below(&object->random, 4);
    for (; changes > 0; changes--) {
        if (open_object(object))
            CHANGES[random_below(&object->random, count)](object);
        else
            object->size = mutate_bytes(object->bytes, object->size, object->most);
    }
}

static void change_setting(uint8_t *input, struct random *random)
{
    if (random_below(random, 4) == 0)
        input[0] = (uint8_t)random_below(random, INPUTS);
    else if (random_below(random, 2) == 0)
        input[1] ^= (uint8_t)(1u << random_below(random, 5));
    else {
        input[1] |= INPUT_EXHAUSTS;
        input[2] = (uint8_t)random_below(random, 24);
    }
}

// A signature costs as much as ten loads: few inputs have one that must be verified.
static void spare_signature(uint8_t *input, struct random *random)
{
    if (random_below(random, 32) == 0)
        return;
    if (input[0] % INPUTS == INPUT_SIGNED)
        input[0] = INPUT_VOUCHED;
    if (input[0] % INPUTS == INPUT_LIST)
        input[1] |= INPUT_LIST_KNOWN;
}

size_t mutate(uint8_t *input, size_t size, size_t most, uint32_t seed)
{
    struct random random = random_from(seed);
    if (size < INPUT_HEADER || most <= INPUT_HEADER)
        return mutate_bytes(input, size, most);
    struct object object = {
        .bytes = input + INPUT_HEADER,
        .size = size - INPUT_HEADER,
        .most = most - INPUT_HEADER,
        .random = random,
    };
    const enum input_kind kind = input[0] % INPUTS;
    if (random_below(&random, 8) == 0) {
        change_setting(input, &random);
        spare_signature(input, &random);
        return size;
    }
    spare_signature(input, &random);
    if (kind == INPUT_POLICY || kind == INPUT_LIST)
        object.size = mutate_lines(object.bytes, object.size, object.most, &random);
    else if (random_below(&random, 32) == 0)
        object.size = mutate_bytes(object.bytes, object.size, object.most);
    else
        mutate_object(&object);
    return INPUT_HEADER + object.size;
}

size_t mutate_splice(uint8_t *input, const uint8_t *first, size_t size, const uint8_t *second,
                     size_t second_size, size_t most, uint32_t seed)
{
    static uint8_t copy[LONGEST_SPLICED];
    size = size < most ? size : most;
    memcpy(input, first, size);
    if (size < INPUT_HEADER || second_size < INPUT_HEADER || second_size > sizeof copy)
        return size;
    memcpy(copy, second, second_size);
    struct object object = {
        .bytes = input + INPUT_HEADER,
        .size = size - INPUT_HEADER,
        .most = most - INPUT_HEADER,
        .random = random_from(seed),
    };
    if (open_object(&object))
        splice(&object, copy + INPUT_HEADER, second_size - INPUT_HEADER);
    return INPUT_HEADER + object.size;
}
