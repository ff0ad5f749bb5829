// SPDX-License-Identifier: MIT
// Sections that occupy memory at run time are gathered in three regions by what may be done with
// them, and in a place in each CPU's area. Within a region they keep their order in the file.
//
// Live swap:  nothing is remembered.
// Fault:      see cell_loader.c.
#include "load.h"

#include <libc/string.h>

enum : uint64_t { PAGE = 4096, CACHE_LINE = 64, LARGEST_REGION = 64 << 20 };

enum cell_region_kind load_region_of(const struct load *load, size_t index,
                                     const Elf64_Shdr *section)
{
    if (!(section->sh_flags & SHF_ALLOC))
        return CELL_REGIONS;
    if (strcmp(elf_section_name(&load->elf, index), ".bss.per_cpu") == 0)
        return CELL_PER_CPU;
    if (section->sh_flags & SHF_EXECINSTR)
        return CELL_TEXT;
    return (section->sh_flags & SHF_WRITE) ? CELL_DATA : CELL_RODATA;
}

static enum status check_section(struct load *load, size_t index, const Elf64_Shdr *section)
{
    const uint64_t both = SHF_WRITE | SHF_EXECINSTR;
    if ((section->sh_flags & both) == both)
        return load_fail(load, STATUS_UNSUPPORTED, index, "it is both writable and executable");
    if (section->sh_flags & SHF_TLS)
        return load_fail(load, STATUS_UNSUPPORTED, index, "thread-local data has no place here");
    if (load_region_of(load, index, section) == CELL_PER_CPU && section->sh_type != SHT_NOBITS)
        return load_fail(load, STATUS_UNSUPPORTED, index, "a CPU's own data begin as zero");
    if (load_region_of(load, index, section) == CELL_PER_CPU && section->sh_addralign > CACHE_LINE)
        return load_fail(load, STATUS_UNSUPPORTED, index,
                         "its alignment is more than a cache line");
    if (section->sh_addralign > PAGE)
        return load_fail(load, STATUS_UNSUPPORTED, index, "its alignment is more than a page");
    return STATUS_OK;
}

// Sets `sections` to offsets within their region, plus one so that 0 means none; adds up `sizes`.
static enum status place_sections(struct load *load, uint64_t sizes[CELL_REGIONS])
{
    for (size_t i = 0; elf_nextscn(&load->elf, &i);) {
        Elf64_Shdr section;
        TRY(gelf_getshdr(&load->elf, i, &section));
        const enum cell_region_kind kind = load_region_of(load, i, &section);
        if (kind == CELL_REGIONS)
            continue;
        TRY(check_section(load, i, &section));
        const uint64_t alignment = section.sh_addralign > 1 ? section.sh_addralign : 1;
        const uint64_t offset = (sizes[kind] + alignment - 1) & ~(alignment - 1);
        if (section.sh_size > LARGEST_REGION || offset > LARGEST_REGION - section.sh_size)
            return load_fail(load, STATUS_OVERFLOW, i, "the cell's sections are over 64 MiB");
        load->sections[i] = offset + 1;
        sizes[kind] = offset + section.sh_size;
        load->cell->sections += section.sh_size != 0;
    }
    return STATUS_OK;
}

UNSAFE(INFECTIOUS, "sections are addressed by their place in the regions")
static enum status copy_sections(struct load *load)
{
    for (size_t i = 0; elf_nextscn(&load->elf, &i);) {
        Elf64_Shdr section;
        struct elf_data data;
        if (load->sections[i] == 0)
            continue;
        TRY(gelf_getshdr(&load->elf, i, &section));
        const enum cell_region_kind kind = load_region_of(load, i, &section);
        load->sections[i] += kind == CELL_PER_CPU ? load->parts->per_cpu.offset - UINT64_C(1)
                                                  : load->parts->regions[kind].address - 1;
        TRY(elf_getdata(&load->elf, i, &data));
        if (data.bytes)
            memcpy((void *)load->sections[i], data.bytes, data.size);
    }
    return STATUS_OK;
}

enum status load_image(struct load *load)
{
    uint64_t sizes[CELL_REGIONS] = {};
    TRY(place_sections(load, sizes));
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
    return copy_sections(load);
}
