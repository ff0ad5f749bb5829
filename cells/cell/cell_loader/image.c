// SPDX-License-Identifier: MIT
// Sections that occupy memory at run time are gathered in three regions by what may be done with
// them, and in a place in each CPU's area. Within a region they keep their order in the file. The
// linker script of nano_core does the same; it keeps zeroed data apart, and all `.eh_frame`: that
// is why it comes last in the read-only data here. A cell that nano_core was linked from gets new
// text and read-only data, while the linker's places for its data stay.
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

// Sets the section's place to the next one of its region, plus one so that 0 means none.
static enum status place_section(struct load *load, size_t index, const Elf64_Shdr *section,
                                 uint64_t first, uint64_t *next)
{
    const uint64_t alignment = section->sh_addralign > 1 ? section->sh_addralign : 1;
    const uint64_t place = (*next + alignment - 1) & ~(alignment - 1);
    TRY(check_section(load, index, section));
    if (section->sh_size > LARGEST_REGION || place - first > LARGEST_REGION - section->sh_size)
        return load_fail(load, STATUS_OVERFLOW, index, "the cell's sections are over 64 MiB");
    load->sections[index] = place + 1;
    *next = place + section->sh_size;
    return STATUS_OK;
}

static enum status find_frames(struct load *load, size_t index)
{
    if (load->frames != 0)
        return load_fail(load, STATUS_UNSUPPORTED, index, "there are two sections of its kind");
    load->frames = index;
    return STATUS_OK;
}

// Places sections from `next` on, and moves `next`.
static enum status place_sections(struct load *load, uint64_t next[CELL_REGIONS])
{
    uint64_t first[CELL_REGIONS];
    Elf64_Shdr section;
    for (unsigned kind = 0; kind < CELL_REGIONS; kind++)
        first[kind] = next[kind];
    for (size_t i = 0; elf_nextscn(&load->elf, &i);) {
        TRY(gelf_getshdr(&load->elf, i, &section));
        const enum cell_region_kind kind = load_region_of(load, i, &section);
        if (kind == CELL_RODATA && section.sh_type == SHT_X86_64_UNWIND)
            TRY(find_frames(load, i));
        else if (kind != CELL_REGIONS)
            TRY(place_section(load, i, &section, first[kind], &next[kind]));
    }
    if (load->frames == 0)
        return STATUS_OK;
    TRY(gelf_getshdr(&load->elf, load->frames, &section));
    return place_section(load, load->frames, &section, first[CELL_RODATA], &next[CELL_RODATA]);
}

// Notes a section whose address is known.
static enum status note_section(struct load *load, size_t index, enum cell_region_kind kind,
                                const Elf64_Shdr *section, size_t *next)
{
    struct elf_data data;
    TRY(elf_getdata(&load->elf, index, &data));
    SLICE_AT(load->cell->sections, *next) = (struct cell_section){
        .name = elf_section_name(&load->elf, index),
        .address = load->sections[index],
        .size = section->sh_size,
        .index = (uint32_t)index,
        .checksum = data.bytes ? checksum_crc32(data.bytes, data.size) : 0,
        .kind = kind,
    };
    ++*next;
    return STATUS_OK;
}

// Turns places into addresses, which lie higher by `shifts`, and notes the sections that are not
// empty.
static enum status note_sections(struct load *load, const uint64_t shifts[CELL_REGIONS])
{
    size_t next[CELL_REGIONS] = {};
    for (unsigned kind = 1; kind < CELL_REGIONS; kind++)
        next[kind] = next[kind - 1] + load->sections_of[kind - 1];
    load->cell->sections.length = next[CELL_REGIONS - 1] + load->sections_of[CELL_REGIONS - 1];
    size_t last_rodata = next[CELL_RODATA] + load->sections_of[CELL_RODATA] - 1;
    for (size_t i = 0; elf_nextscn(&load->elf, &i);) {
        Elf64_Shdr section;
        if (load->sections[i] == 0)
            continue;
        TRY(gelf_getshdr(&load->elf, i, &section));
        const enum cell_region_kind kind = load_region_of(load, i, &section);
        load->sections[i] += shifts[kind] - 1;
        if (section.sh_size != 0)
            TRY(note_section(load, i, kind, &section,
                             i == load->frames ? &last_rodata : &next[kind]));
    }
    return STATUS_OK;
}

static enum status map_per_cpu(struct load *load, uint64_t size)
{
    struct per_cpu_space *space = &load->parts->per_cpu;
    if (size == 0)
        return STATUS_OK;
    if (load->bounds)
        per_cpu_space_adopt(load->bounds->start[CELL_PER_CPU], size, space);
    else if (per_cpu_allocate(size, CACHE_LINE, space) != STATUS_OK)
        return load_fail(load, STATUS_EXHAUSTED, 0, "no room for %lu bytes of it for each CPU",
                         size);
    return STATUS_OK;
}

static enum status map_regions(struct load *load, const uint64_t sizes[CELL_REGIONS])
{
    TRY(map_per_cpu(load, sizes[CELL_PER_CPU]));
    for (unsigned i = 0; i < MAPPED_REGIONS; i++) {
        if (sizes[i] == 0 || load_is_in_place(load, i))
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
        if (!data.bytes || load_is_in_place(load, section->kind))
            continue;
        const struct mapped_pages_mut *region = &load->parts->regions[section->kind];
        SLICE_COPY(SLICE_FROM(mapped_bytes_mut(region), section->address - region->address),
                   ((struct const_bytes){data.bytes, data.size}));
    }
    return STATUS_OK;
}

// Where sections begin to be placed: at addresses for what stays in its place, else from 0 on.
static uint64_t first_place(const struct load *load, unsigned kind)
{
    return load_is_in_place(load, kind) ? load->bounds->start[kind] : 0;
}

// Sets the regions' sizes. What stays in its place must be as long as the linker found it.
static enum status find_sizes(struct load *load, uint64_t sizes[CELL_REGIONS])
{
    for (unsigned i = 0; i < CELL_REGIONS; i++)
        sizes[i] = first_place(load, i);
    TRY(place_sections(load, sizes));
    for (unsigned i = 0; i < CELL_REGIONS; i++) {
        if (load_is_in_place(load, i) && sizes[i] != load->bounds->end[i])
            return load_fail(load, STATUS_DAMAGED, 0,
                             "its data end at 0x%lx, but at 0x%lx in nano_core", sizes[i],
                             load->bounds->end[i]);
        sizes[i] -= first_place(load, i);
    }
    return STATUS_OK;
}

enum status load_image(struct load *load)
{
    uint64_t sizes[CELL_REGIONS];
    uint64_t shifts[CELL_REGIONS];
    TRY(find_sizes(load, sizes));
    TRY(map_regions(load, sizes));
    for (unsigned i = 0; i < MAPPED_REGIONS; i++)
        load->bases[i] = load->parts->regions[i].address;
    load->bases[CELL_PER_CPU] = load->parts->per_cpu.offset;
    for (unsigned i = 0; i < CELL_REGIONS; i++) {
        if (load_is_in_place(load, i))
            load->bases[i] = load->bounds->start[i];
        shifts[i] = load->bases[i] - first_place(load, i);
        load->cell->regions[i] = (struct cell_region){load->bases[i], sizes[i]};
    }
    TRY(note_sections(load, shifts));
    return copy_sections(load);
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
