// SPDX-License-Identifier: MIT
// Sections that occupy memory at run time are gathered in three regions by what may be done with
// them, and in a place in each CPU's area. Within a region they keep their order in the file. The
// linker script of nano_core does the same; it keeps zeroed data apart, and all `.eh_frame`.
//
// Live swap:  nothing is remembered.
// Fault:      see cell_loader.c.
#include "load.h"

#include <cell/checksum.h>
#include <libc/string.h>

enum : uint8_t { BREAKPOINT = 0xCC }; // INT3
enum : uint64_t { PAGE = 4096, CACHE_LINE = 64, LARGEST_REGION = 64 << 20 };

enum cell_region_kind load_region_of(const struct load *load, size_t index,
                                     const Elf64_Shdr *section)
{
    if (!(section->sh_flags & SHF_ALLOC))
        return CELL_REGIONS;
    // What describes another section, such as the list of its checks, is read from the object.
    if ((section->sh_flags & SHF_LINK_ORDER) && !(section->sh_flags & SHF_EXECINSTR))
        return CELL_REGIONS;
    if (load->bounds && section->sh_type == SHT_X86_64_UNWIND)
        return CELL_REGIONS;
    if (section->sh_flags & SHF_EXECINSTR)
        return CELL_TEXT;
    if (!(section->sh_flags & SHF_WRITE))
        return CELL_RODATA;
    if (strcmp(elf_section_name(&load->elf, index), ".bss.per_cpu") == 0)
        return CELL_PER_CPU; // by its name, as in the linker script
    return load->bounds && section->sh_type == SHT_NOBITS ? CELL_ZEROED : CELL_DATA;
}

static bool runs_by_itself(const struct load *load, size_t index, const Elf64_Shdr *section)
{
    if (section->sh_type >= SHT_INIT_ARRAY && section->sh_type <= SHT_PREINIT_ARRAY)
        return true;
    if (!(section->sh_flags & SHF_WRITE))
        return false; // compilers make these writable
    const char *name = elf_section_name(&load->elf, index);
    if (name[0] != '.' || name[1] == '\0' || name[2] != 't') // the others, soon
        return false;
    return text_starts_with(text_of(name), text_of(".ctors")) ||
           text_starts_with(text_of(name), text_of(".dtors"));
}

// Types that are made of bytes for the cell itself, and not for a linker.
static bool has_contents(const Elf64_Shdr *section)
{
    return section->sh_type == SHT_PROGBITS || section->sh_type == SHT_NOBITS ||
           section->sh_type == SHT_NOTE || section->sh_type == SHT_X86_64_UNWIND;
}

static enum status check_section(struct load *load, size_t index, const Elf64_Shdr *section)
{
    const uint64_t both = SHF_WRITE | SHF_EXECINSTR;
    if ((section->sh_flags & both) == both)
        return load_fail(load, STATUS_UNSUPPORTED, index, "it is both writable and executable");
    if (section->sh_flags & SHF_TLS)
        return load_fail(load, STATUS_UNSUPPORTED, index,
                         "thread-local data has no place here: keep it in an object of the task");
    if (runs_by_itself(load, index, section))
        return load_fail(load, STATUS_UNSUPPORTED, index,
                         "constructors and destructors are not run: name START and STOP instead");
    if (!has_contents(section))
        return load_fail(load, STATUS_UNSUPPORTED, index,
                         "a section of the type 0x%x has no place in a cell", section->sh_type);
    if (load_region_of(load, index, section) == CELL_PER_CPU && section->sh_type != SHT_NOBITS)
        return load_fail(load, STATUS_UNSUPPORTED, index, "a CPU's own data begin as zero");
    if (load_region_of(load, index, section) == CELL_PER_CPU && section->sh_addralign > CACHE_LINE)
        return load_fail(load, STATUS_UNSUPPORTED, index,
                         "its alignment is more than a cache line");
    if (section->sh_addralign > PAGE)
        return load_fail(load, STATUS_UNSUPPORTED, index, "its alignment is more than a page");
    return STATUS_OK;
}

// Sets `sections` to places from `next` on, plus one so that 0 means none, and moves `next`.
static enum status place_sections(struct load *load, uint64_t next[CELL_REGIONS])
{
    uint64_t first[CELL_REGIONS];
    for (unsigned kind = 0; kind < CELL_REGIONS; kind++)
        first[kind] = next[kind];
    for (size_t i = 0; elf_nextscn(&load->elf, &i);) {
        Elf64_Shdr section;
        TRY(gelf_getshdr(&load->elf, i, &section));
        const enum cell_region_kind kind = load_region_of(load, i, &section);
        if (kind == CELL_REGIONS)
            continue;
        TRY(check_section(load, i, &section));
        const uint64_t alignment = section.sh_addralign > 1 ? section.sh_addralign : 1;
        const uint64_t place = (next[kind] + alignment - 1) & ~(alignment - 1);
        if (section.sh_size > LARGEST_REGION ||
            place - first[kind] > LARGEST_REGION - section.sh_size)
            return load_fail(load, STATUS_OVERFLOW, i, "the cell's sections are over 64 MiB");
        load->sections[i] = place + 1;
        next[kind] = place + section.sh_size;
    }
    return STATUS_OK;
}

// Turns places into addresses, `base` being the region's, and notes the sections that are not
// empty.
static enum status note_sections(struct load *load, const uint64_t base[CELL_REGIONS])
{
    size_t next[CELL_REGIONS] = {};
    for (unsigned kind = 1; kind < CELL_REGIONS; kind++)
        next[kind] = next[kind - 1] + load->sections_of[kind - 1];
    struct cell *cell = load->cell;
    cell->sections.length = next[CELL_REGIONS - 1] + load->sections_of[CELL_REGIONS - 1];
    for (size_t i = 0; elf_nextscn(&load->elf, &i);) {
        Elf64_Shdr section;
        struct elf_data data;
        if (load->sections[i] == 0)
            continue;
        TRY(gelf_getshdr(&load->elf, i, &section));
        TRY(elf_getdata(&load->elf, i, &data));
        const enum cell_region_kind kind = load_region_of(load, i, &section);
        load->sections[i] += base[kind] - 1;
        if (section.sh_size == 0)
            continue;
        SLICE_AT(cell->sections, next[kind]++) = (struct cell_section){
            .name = elf_section_name(&load->elf, i),
            .address = load->sections[i],
            .size = section.sh_size,
            .index = (uint32_t)i,
            .checksum = data.bytes ? checksum_crc32(data.bytes, data.size) : 0,
            .kind = kind,
        };
    }
    return STATUS_OK;
}

static enum status map_regions(struct load *load, const uint64_t sizes[CELL_REGIONS])
{
    if (sizes[CELL_PER_CPU] != 0 &&
        per_cpu_allocate(sizes[CELL_PER_CPU], CACHE_LINE, &load->parts->per_cpu) != STATUS_OK)
        return load_fail(load, STATUS_EXHAUSTED, 0, "no room for %lu bytes of it for each CPU",
                         sizes[CELL_PER_CPU]);
    for (unsigned i = 0; i < MAPPED_REGIONS; i++) {
        if (sizes[i] == 0)
            continue;
        if (mapped_pages_allocate(MAPPING_CELL, sizes[i], &load->parts->regions[i]) != STATUS_OK)
            return load_fail(load, STATUS_EXHAUSTED, 0, "no memory for %lu bytes of it", sizes[i]);
    }
    return STATUS_OK;
}

// What runs beyond the end of a section must not meet zeros, which are instructions of two bytes
// and could take the first byte of the next section into themselves.
static void fill_gap(struct load *load, uint64_t end, uint64_t next)
{
    if (next == end)
        return;
    const struct mapped_pages_mut *text = &load->parts->regions[CELL_TEXT];
    const struct bytes gap = SLICE_PART(mapped_bytes_mut(text), end - text->address, next - end);
    __builtin_memset(gap.pointer, BREAKPOINT, gap.length);
}

static enum status copy_sections(struct load *load)
{
    uint64_t end = load->parts->regions[CELL_TEXT].address;
    for (size_t i = 0; i < load->cell->sections.length; i++) {
        const struct cell_section *section = &SLICE_AT(load->cell->sections, i);
        struct elf_data data;
        TRY(elf_getdata(&load->elf, section->index, &data));
        if (section->kind == CELL_TEXT) {
            fill_gap(load, end, section->address);
            end = section->address + section->size;
        }
        if (!data.bytes)
            continue;
        const struct mapped_pages_mut *region = &load->parts->regions[section->kind];
        SLICE_COPY(SLICE_FROM(mapped_bytes_mut(region), section->address - region->address),
                   ((struct const_bytes){data.bytes, data.size}));
    }
    return STATUS_OK;
}

enum status load_image(struct load *load)
{
    uint64_t sizes[CELL_REGIONS] = {};
    uint64_t bases[CELL_REGIONS] = {};
    TRY(place_sections(load, sizes));
    TRY(map_regions(load, sizes));
    for (unsigned i = 0; i < MAPPED_REGIONS; i++)
        bases[i] = load->parts->regions[i].address;
    bases[CELL_PER_CPU] = load->parts->per_cpu.offset;
    for (unsigned i = 0; i < CELL_REGIONS; i++)
        load->cell->regions[i] = (struct cell_region){bases[i], sizes[i]};
    TRY(note_sections(load, bases));
    return copy_sections(load);
}

enum status load_find_image(struct load *load, uint64_t ends[CELL_REGIONS])
{
    static const uint64_t no_base[CELL_REGIONS] = {};
    for (unsigned i = 0; i < CELL_REGIONS; i++)
        ends[i] = load->bounds->start[i];
    TRY(place_sections(load, ends));
    return note_sections(load, no_base);
}

enum status load_seal(struct load *load)
{
    OWNED(mapped_pages_exec, text);
    OWNED(mapped_pages, rodata);
    struct load_parts *parts = load->parts;
    mapped_pages_seal(&parts->regions[CELL_TEXT], &text);
    mapped_pages_freeze(&parts->regions[CELL_RODATA], &rodata);
    cell_own_text(&parts->cell, &text);
    cell_own_rodata(&parts->cell, &rodata);
    cell_own_per_cpu(&parts->cell, &parts->per_cpu);
    if (parts->regions[CELL_DATA].size != 0 &&
        cell_own_data(&parts->cell, &parts->regions[CELL_DATA]) != STATUS_OK)
        return load_fail(load, STATUS_EXHAUSTED, 0, "no memory for the owner of its data");
    return STATUS_OK;
}
