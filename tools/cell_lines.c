// SPDX-License-Identifier: MIT
/// cell_lines: from a cell's debug information to its line table (docs/reference/cell_lines.md).
///
///     cell_lines NAME.o OUTPUT
///
/// The table depends on nothing but the object: the same object gives the same bytes. libdwfl is
/// used because debug information in a relocatable object is only right after relocation.
#include <dwarf.h>
#include <elfutils/libdwfl.h>
#include <gelf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum : unsigned char { FORMAT_VERSION = 1 };

/// From `offset` in the executable section `section` on, the code is of that line. Line 0: of none.
struct row {
    unsigned section; ///< counts executable sections, in the order of the object
    unsigned line;
    unsigned end; ///< 1: ends a run; the start of another at the same place wins
    unsigned place;
    GElf_Addr offset;
    const char *file; ///< null for line 0
};

struct section {
    GElf_Addr address; ///< as libdwfl placed it
    GElf_Xword size;
};

static struct row *rows;
static size_t row_count;
static struct section *sections;
static unsigned section_count;
static const char **files;
static size_t file_count;
static FILE *output;

[[noreturn]] static void stop(const char *path, const char *reason)
{
    fprintf(stderr, "cell_lines: %s: %s\n", path, reason ? reason : "unknown reason");
    exit(1);
}

/// Makes room for one more element where a power of two is full.
static void *grown(void *array, size_t count, size_t size)
{
    if ((count & (count - 1)) != 0)
        return array;
    void *larger = realloc(array, (count ? 2 * count : 1) * size);
    if (!larger)
        stop("rows", "there is no memory");
    return larger;
}

static void add_row(struct row row)
{
    rows = grown(rows, row_count, sizeof *rows);
    row.place = (unsigned)row_count;
    rows[row_count++] = row;
}

static void find_sections(Elf *elf)
{
    for (Elf_Scn *s = elf_nextscn(elf, nullptr); s; s = elf_nextscn(elf, s)) {
        GElf_Shdr header;
        if (!gelf_getshdr(s, &header) || !(header.sh_flags & SHF_ALLOC) ||
            !(header.sh_flags & SHF_EXECINSTR))
            continue;
        sections = grown(sections, section_count, sizeof *sections);
        sections[section_count++] = (struct section){header.sh_addr, header.sh_size};
    }
}

/// Finds the section that holds `address`; false: none does.
static bool locate(GElf_Addr address, struct row *row)
{
    for (unsigned i = 0; i < section_count; i++) {
        if (address - sections[i].address >= sections[i].size)
            continue;
        row->section = i;
        row->offset = address - sections[i].address;
        return true;
    }
    return false;
}

/// The compiler writes `.` for the source's folder and `build` for the build's (flags.cmake), and
/// libdw puts the folder of compilation before the one or the other: what counts is behind the
/// last.
static const char *relative(const char *file)
{
    for (const char *dot = file; dot && (dot = strstr(dot, "./")); dot += 2)
        if (dot == file || dot[-1] == '/')
            file = dot + 2;
    return file && strncmp(file, "build/build/", 12) == 0 ? file + 6 : file;
}

static void read_line(Dwarf_Line *source, Dwarf_Addr bias)
{
    Dwarf_Addr address;
    int line;
    bool end;
    struct row row = {};
    if (dwarf_lineaddr(source, &address) != 0 || dwarf_lineno(source, &line) != 0 ||
        dwarf_lineendsequence(source, &end) != 0 || !locate(address + bias, &row))
        return;
    row.end = end;
    if (!end && line > 0) {
        row.line = (unsigned)line;
        row.file = relative(dwarf_linesrc(source, nullptr, nullptr));
    }
    if (end && row.offset == 0)
        return; // the end of the section before
    add_row(row);
}

static void read_unit(Dwarf_Die *unit, Dwarf_Addr bias)
{
    Dwarf_Lines *lines;
    size_t count;
    if (dwarf_getsrclines(unit, &lines, &count) != 0)
        return;
    for (size_t i = 0; i < count; i++)
        read_line(dwarf_onesrcline(lines, i), bias);
}

static int compare(const void *left, const void *right)
{
    const struct row *a = left;
    const struct row *b = right;
    if (a->section != b->section)
        return a->section < b->section ? -1 : 1;
    if (a->offset != b->offset)
        return a->offset < b->offset ? -1 : 1;
    if (a->end != b->end)
        return a->end ? -1 : 1;
    return a->place < b->place ? -1 : a->place > b->place;
}

/// Keeps of rows at one place the last, and of equal rows in a row the first.
static void simplify(void)
{
    size_t kept = 0;
    for (size_t i = 0; i < row_count; i++) {
        const struct row *next = i + 1 < row_count ? &rows[i + 1] : nullptr;
        if (next && next->section == rows[i].section && next->offset == rows[i].offset)
            continue;
        const struct row *last = kept > 0 ? &rows[kept - 1] : nullptr;
        if (last && last->section == rows[i].section && last->line == rows[i].line &&
            last->file == rows[i].file)
            continue;
        rows[kept++] = rows[i];
    }
    row_count = kept;
}

static size_t file_index(const char *file)
{
    for (size_t i = 0; i < file_count; i++)
        if (strcmp(files[i], file) == 0)
            return i;
    files = (const char **)grown((void *)files, file_count, sizeof *files);
    files[file_count] = file;
    return file_count++;
}

/// Unsigned LEB128.
static void put(FILE *to, GElf_Xword value)
{
    for (; value >= 0x80; value >>= 7)
        fputc((int)(value & 0x7F) | 0x80, to);
    fputc((int)value, to);
}

static void put_row(FILE *to, const struct row *row, const struct row *before)
{
    const GElf_Xword step = row->offset - before->offset;
    const long line = (long)row->line - (long)before->line;
    const bool other_file = row->file && row->file != before->file;
    put(to, step << 1 | other_file);
    if (other_file)
        put(to, file_index(row->file));
    put(to, line < 0 ? (GElf_Xword)-line * 2 - 1 : (GElf_Xword)line * 2);
}

/// Writes the rows of a section, from `*next` on.
static void put_section(FILE *to, unsigned section, size_t *next)
{
    char *text = nullptr;
    size_t size = 0;
    FILE *own = open_memstream(&text, &size);
    struct row before = {};
    if (!own)
        stop("rows", "there is no memory");
    for (; *next < row_count && rows[*next].section == section; ++*next) {
        const char *file = rows[*next].file ? rows[*next].file : before.file;
        put_row(own, &rows[*next], &before);
        before = rows[*next];
        before.file = file;
    }
    fclose(own);
    put(to, size);
    fwrite(text, 1, size, to);
    free(text);
}

static void write_table(void)
{
    for (size_t i = 0; i < row_count; i++) {
        const size_t index = rows[i].file ? file_index(rows[i].file) : 0;
        rows[i].file = rows[i].file ? files[index] : nullptr; // equal names, equal pointers
    }
    simplify();
    fputc(FORMAT_VERSION, output);
    put(output, file_count);
    for (size_t i = 0; i < file_count; i++) {
        put(output, strlen(files[i]));
        fputs(files[i], output);
    }
    put(output, section_count);
    size_t next = 0;
    for (unsigned i = 0; i < section_count; i++)
        put_section(output, i, &next);
}

static void read_object(const char *path)
{
    static const Dwfl_Callbacks callbacks = {
        .find_debuginfo = dwfl_standard_find_debuginfo,
        .section_address = dwfl_offline_section_address,
    };
    Dwarf_Addr bias;
    GElf_Addr elf_bias;
    Dwfl *dwfl = dwfl_begin(&callbacks);
    Dwfl_Module *module = dwfl ? dwfl_report_offline(dwfl, "", path, -1) : nullptr;
    if (!module || dwfl_report_end(dwfl, nullptr, nullptr) != 0)
        stop(path, dwfl_errmsg(-1));
    if (!dwfl_module_getdwarf(module, &bias))
        return; // a cell without code has no debug information
    find_sections(dwfl_module_getelf(module, &elf_bias));
    for (Dwarf_Die *unit = nullptr; (unit = dwfl_module_nextcu(module, unit, &bias));)
        read_unit(unit, bias);
}

int main(int argc, char *argv[])
{
    if (argc != 3) {
        fprintf(stderr, "usage: cell_lines NAME.o OUTPUT\n");
        return 2;
    }
    read_object(argv[1]);
    qsort(rows, row_count, sizeof *rows, compare);
    output = fopen(argv[2], "wb");
    if (!output)
        stop(argv[2], "it cannot be written");
    write_table();
    if (fclose(output) != 0)
        stop(argv[2], "it cannot be written");
    return 0;
}
