// SPDX-License-Identifier: MIT
/// abi_join: from what the compiler plugin wrote beside each object to the section `.cell.abi`
/// (docs/reference/cell_abi.md).
///
///     abi_join NAME.o OUTPUT OBJECT...
///
/// NAME.o is the OBJECTs linked into one; its symbol table says which symbols the cell exports and
/// imports. Beside each OBJECT lies OBJECT.abi, but not beside those of assembly. What several of
/// them say of the same thing is kept once; if they disagree, both texts are printed and the status
/// is 1.
#include <errno.h>
#include <fcntl.h>
#include <gelf.h>
#include <libelf.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAJOR = 1, MINOR = 0, HEADER_SIZE = 40, ENTRY_SIZE = 40, HASH_SIZE = 16, FIELDS = 256 };

static const char *const kinds[] = {"", "export", "import", "state", "offered", "used"};
enum { EXPORT = 1, IMPORT, STATE, OFFERED, USED, KINDS };

struct entry {
    const char *name;
    const char *provider;
    const char *text;
    const char *file; ///< that said so
    size_t first_part;
    size_t part_count;
    unsigned kind;
    uint8_t hash[HASH_SIZE];
};

struct list {
    void *items;
    size_t count;
};

static struct list entries; ///< of struct entry
static struct list parts;   ///< of const char *, the lists of all entries, one after the other
static struct list strings; ///< of const char *, the different ones
static size_t string_size;  ///< of all of them
static int problems;

[[noreturn, gnu::format(printf, 2, 3)]] static void stop(const char *path, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    fprintf(stderr, "abi_join: %s: ", path);
    vfprintf(stderr, format, arguments);
    fputc('\n', stderr);
    va_end(arguments);
    exit(1);
}

/// Adds an item of `size` bytes; gives its index.
static size_t append(struct list *list, const void *item, size_t size)
{
    if ((list->count & (list->count - 1)) == 0) {
        void *larger = realloc(list->items, (list->count ? 2 * list->count : 1) * size);
        if (!larger)
            stop("lists", "there is no memory");
        list->items = larger;
    }
    memcpy((char *)list->items + list->count * size, item, size);
    return list->count++;
}

static struct entry *entry_at(size_t index)
{
    return (struct entry *)entries.items + index;
}

static const char *string_at(const struct list *list, size_t index)
{
    return ((const char **)list->items)[index];
}

/// What is left of a file that is read.
struct source {
    const char *path;
    char *next;
    char *end;
};

static struct source read_source(const char *path)
{
    FILE *file = fopen(path, "rb");
    if (!file || fseek(file, 0, SEEK_END) != 0)
        stop(path, "it cannot be opened: %s", strerror(errno));
    const long end = ftell(file);
    if (end < 0)
        stop(path, "its size is unknown");
    const size_t size = (size_t)end;
    char *bytes = malloc(size + 1);
    if (!bytes || fseek(file, 0, SEEK_SET) != 0 || fread(bytes, 1, size, file) != size)
        stop(path, "it cannot be read");
    fclose(file);
    bytes[size] = '\0';
    return (struct source){path, bytes, bytes + size};
}

/// The next line, its end a zero; null: there is none.
static char *take_line(struct source *source)
{
    char *line = source->next;
    char *end = memchr(line, '\n', (size_t)(source->end - line));
    if (!end)
        return nullptr;
    *end = '\0';
    source->next = end + 1;
    return line;
}

/// A copy of the next bytes, with a zero behind.
static const char *take_bytes(struct source *source, size_t size)
{
    if (size > (size_t)(source->end - source->next))
        stop(source->path, "it ends too early");
    char *copy = strndup(source->next, size);
    if (!copy)
        stop(source->path, "there is no memory");
    source->next += size;
    return copy;
}

static size_t split(char *line, char *fields[FIELDS])
{
    size_t count = 0;
    for (char *field; count < FIELDS && (field = strsep(&line, "\t"));)
        fields[count++] = field;
    return count;
}

static void parse_hash(const char *path, const char *text, uint8_t hash[HASH_SIZE])
{
    for (size_t i = 0; i < HASH_SIZE; i++) {
        unsigned byte;
        if (sscanf(text + 2 * i, "%2x", &byte) != 1)
            stop(path, "a hash in it is no hash");
        hash[i] = (uint8_t)byte;
    }
}

static unsigned kind_of(const struct source *source, const char *word)
{
    for (unsigned kind = EXPORT; kind < KINDS; kind++)
        if (strcmp(kinds[kind], word) == 0)
            return kind;
    stop(source->path, "%s is no kind of entry", word);
}

/// An entry's line: kind, name, provider, hash, size of its text, numbers of its parts.
static void read_entry(struct source *source, char *line, const struct list *own_parts)
{
    enum { WORD, KIND, NAME, PROVIDER, HASH, SIZE, FIRST_PART };
    char *fields[FIELDS];
    const size_t count = split(line, fields);
    if (count < FIRST_PART || count == FIELDS || strlen(fields[HASH]) != 2 * (size_t)HASH_SIZE)
        stop(source->path, "an entry of it is cut");
    struct entry entry = {
        .name = fields[NAME],
        .provider = fields[PROVIDER],
        .file = source->path,
        .first_part = parts.count,
        .part_count = count - FIRST_PART,
        .kind = kind_of(source, fields[KIND]),
    };
    parse_hash(source->path, fields[HASH], entry.hash);
    entry.text = take_bytes(source, strtoul(fields[SIZE], nullptr, 10));
    for (size_t i = FIRST_PART; i < count; i++) {
        const size_t number = strtoul(fields[i], nullptr, 10);
        if (number >= own_parts->count)
            stop(source->path, "an entry of it names a part that is not there");
        const char *part = string_at(own_parts, number);
        append(&parts, (const void *)&part, sizeof part);
    }
    append(&entries, &entry, sizeof entry);
}

static void read_file(const char *path)
{
    struct source source = read_source(path);
    struct list own_parts = {};
    char *line = take_line(&source);
    if (!line || strcmp(line, "abi 1") != 0)
        stop(path, "it was written by another plugin: build it anew");
    while ((line = take_line(&source))) {
        if (strncmp(line, "part ", 5) == 0) {
            const char *part = take_bytes(&source, strtoul(line + 5, nullptr, 10));
            append(&own_parts, (const void *)&part, sizeof part);
        } else if (strncmp(line, "entry\t", 6) == 0) {
            read_entry(&source, line, &own_parts);
        }
    }
    free(own_parts.items);
}

/// The symbols of NAME.o.
static struct list defined;
static struct list undefined;

/// The names lie in the object, which stays open.
static void note_symbol(const char *name, const GElf_Sym *symbol)
{
    const int visibility = GELF_ST_VISIBILITY(symbol->st_other);
    if (!name || *name == '\0' || GELF_ST_BIND(symbol->st_info) == STB_LOCAL)
        return;
    if (symbol->st_shndx == SHN_UNDEF)
        append(&undefined, (const void *)&name, sizeof name);
    else if (visibility == STV_DEFAULT || visibility == STV_PROTECTED)
        append(&defined, (const void *)&name, sizeof name);
}

static void read_symbols(const char *path)
{
    elf_version(EV_CURRENT);
    const int file = open(path, O_RDONLY);
    Elf *elf = file < 0 ? nullptr : elf_begin(file, ELF_C_READ, nullptr);
    if (!elf || elf_kind(elf) != ELF_K_ELF)
        stop(path, "it cannot be read as an object");
    for (Elf_Scn *s = elf_nextscn(elf, nullptr); s; s = elf_nextscn(elf, s)) {
        GElf_Shdr header;
        GElf_Sym symbol;
        Elf_Data *data = elf_getdata(s, nullptr);
        if (!gelf_getshdr(s, &header) || header.sh_type != SHT_SYMTAB || !data)
            continue;
        for (int i = 1; gelf_getsym(data, i, &symbol); i++)
            note_symbol(elf_strptr(elf, header.sh_link, symbol.st_name), &symbol);
    }
}

static bool lists(const struct list *list, const char *string)
{
    for (size_t i = 0; i < list->count; i++)
        if (strcmp(string_at(list, i), string) == 0)
            return true;
    return false;
}

static bool is_wanted(const struct entry *entry)
{
    if (entry->kind == EXPORT)
        return lists(&defined, entry->name);
    return entry->kind != IMPORT || lists(&undefined, entry->name);
}

static int compare_entries(const void *left, const void *right)
{
    const struct entry *a = left;
    const struct entry *b = right;
    if (a->kind != b->kind)
        return a->kind < b->kind ? -1 : 1;
    const int order = strcmp(a->name, b->name);
    return order ? order : -strcmp(a->provider, b->provider); // an empty one comes last
}

static void print_entry(const struct entry *entry)
{
    fprintf(stderr, "%s says:\n%s", entry->file, entry->text);
    for (size_t i = 0; i < entry->part_count; i++)
        fputs(string_at(&parts, entry->first_part + i), stderr);
}

static void complain(const struct entry *first, const struct entry *second)
{
    fprintf(stderr, "abi_join: the sources of a cell disagree about %s (%s)\n", first->name,
            kinds[first->kind]);
    print_entry(first);
    print_entry(second);
    problems++;
}

/// Drops what is not wanted and what is said twice.
static void merge(void)
{
    size_t kept = 0;
    if (entries.count > 0)
        qsort(entries.items, entries.count, sizeof(struct entry), compare_entries);
    for (size_t i = 0; i < entries.count; i++) {
        const struct entry *entry = entry_at(i);
        const struct entry *last = kept > 0 ? entry_at(kept - 1) : nullptr;
        if (!is_wanted(entry))
            continue;
        if (!last || last->kind != entry->kind || strcmp(last->name, entry->name) != 0) {
            *entry_at(kept++) = *entry;
            continue;
        }
        if (memcmp(last->hash, entry->hash, HASH_SIZE) != 0) {
            complain(last, entry);
        } else if (entry->kind == STATE) {
            fprintf(stderr, "abi_join: %s is STATE in %s and in %s: give each a name of its own\n",
                    entry->name, last->file, entry->file);
            problems++;
        }
    }
    entries.count = kept;
}

static size_t string_offset(const char *string)
{
    size_t offset = 0;
    for (size_t i = 0; i < strings.count; i++) {
        if (strcmp(string_at(&strings, i), string) == 0)
            return offset;
        offset += strlen(string_at(&strings, i)) + 1;
    }
    append(&strings, (const void *)&string, sizeof string);
    string_size += strlen(string) + 1;
    return offset;
}

static void put(FILE *to, size_t value, unsigned size)
{
    for (unsigned i = 0; i < size; i++, value >>= 8)
        fputc((int)(value & 0xFF), to);
}

/// The place of an entry's parts in the table; equal lists share it.
static size_t place_parts(struct list *table, const struct entry *entry)
{
    const size_t count = entry->part_count;
    uint32_t *wanted = calloc(count + 1, sizeof *wanted);
    if (!wanted)
        stop("parts", "there is no memory");
    for (size_t i = 0; i < count; i++)
        wanted[i] = (uint32_t)string_offset(string_at(&parts, entry->first_part + i));
    size_t place = 0;
    while (count > 0 && place + count <= table->count &&
           memcmp((uint32_t *)table->items + place, wanted, count * sizeof *wanted) != 0)
        place++;
    if (place + count > table->count) {
        place = table->count;
        for (size_t i = 0; i < count; i++)
            append(table, &wanted[i], sizeof *wanted);
    }
    free(wanted);
    return count == 0 ? 0 : place;
}

static void write_entry(FILE *to, const struct entry *entry, struct list *table)
{
    put(to, entry->kind, 2);
    put(to, 0, 2);
    put(to, string_offset(entry->name), 4);
    put(to, string_offset(entry->provider), 4);
    put(to, string_offset(entry->text), 4);
    put(to, place_parts(table, entry), 4);
    put(to, entry->part_count, 4);
    fwrite(entry->hash, 1, HASH_SIZE, to);
}

static void write_section(FILE *output)
{
    char *text = nullptr;
    size_t size = 0;
    struct list table = {};
    FILE *rows = open_memstream(&text, &size);
    if (!rows)
        stop("entries", "there is no memory");
    (void)string_offset("");
    for (size_t i = 0; i < entries.count; i++)
        write_entry(rows, entry_at(i), &table);
    fclose(rows);
    const size_t table_offset = HEADER_SIZE + size;
    const size_t string_place = table_offset + table.count * sizeof(uint32_t);
    fputs("CABI", output);
    put(output, MAJOR, 2);
    put(output, MINOR, 2);
    const size_t fields[] = {entries.count, ENTRY_SIZE,   HEADER_SIZE, table_offset,
                             table.count,   string_place, string_size, 0};
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
        put(output, fields[i], 4);
    fwrite(text, 1, size, output);
    for (size_t i = 0; i < table.count; i++)
        put(output, ((const uint32_t *)table.items)[i], 4);
    for (size_t i = 0; i < strings.count; i++)
        fwrite(string_at(&strings, i), 1, strlen(string_at(&strings, i)) + 1, output);
    free(text);
    free(table.items);
}

static bool ends_with(const char *text, const char *end)
{
    const size_t length = strlen(text);
    return length >= strlen(end) && strcmp(text + length - strlen(end), end) == 0;
}

int main(int argc, char *argv[])
{
    if (argc < 3) {
        fprintf(stderr, "usage: abi_join NAME.o OUTPUT OBJECT...\n");
        return 2;
    }
    read_symbols(argv[1]);
    for (int i = 3; i < argc; i++) {
        char *path = nullptr;
        if (ends_with(argv[i], ".S.o") || ends_with(argv[i], ".S.obj"))
            continue;
        if (asprintf(&path, "%s.abi", argv[i]) < 0)
            stop(argv[i], "there is no memory");
        read_file(path); // its path stays, for messages
    }
    merge();
    if (problems)
        return 1;
    FILE *output = fopen(argv[2], "wb");
    if (output)
        write_section(output);
    if (!output || fclose(output) != 0)
        stop(argv[2], "it cannot be written: %s", strerror(errno));
    return 0;
}
