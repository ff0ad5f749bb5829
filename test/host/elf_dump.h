// SPDX-License-Identifier: MIT
/// elf_dump: one text for what two readers of ELF find in a file. The readers have functions of the
/// same names, so each is a program of its own; both print by this header.
#pragma once
#include <elf.h>
#include <inttypes.h>
#include <stdio.h>

static inline void dump_header(const char *file, const Elf64_Ehdr *h)
{
    printf("%s: ident", file);
    for (size_t i = 0; i < EI_NIDENT; i++)
        printf(" %02x", h->e_ident[i]);
    printf("\ntype %u machine %u version %u entry %" PRIx64 " flags %" PRIx32 "\n", h->e_type,
           h->e_machine, h->e_version, h->e_entry, h->e_flags);
    printf("segments at %" PRIu64 ": %u of %u, sections at %" PRIu64 ": %u of %u, names in %u\n",
           h->e_phoff, h->e_phnum, h->e_phentsize, h->e_shoff, h->e_shnum, h->e_shentsize,
           h->e_shstrndx);
}

static inline void dump_segment(const Elf64_Phdr *p)
{
    printf("segment type %" PRIx32 " flags %" PRIx32 " offset %" PRIx64 " virtual %" PRIx64
           " physical %" PRIx64 " bytes %" PRIx64 " memory %" PRIx64 " alignment %" PRIx64 "\n",
           p->p_type, p->p_flags, p->p_offset, p->p_vaddr, p->p_paddr, p->p_filesz, p->p_memsz,
           p->p_align);
}

/// `bytes` is null for a section without bytes in the file.
static inline void dump_section(size_t index, const char *name, const Elf64_Shdr *s,
                                const uint8_t *bytes, size_t size)
{
    uint64_t hash = UINT64_C(0xcbf29ce484222325); // FNV-1a
    for (size_t i = 0; bytes && i < size; i++)
        hash = (hash ^ bytes[i]) * UINT64_C(0x100000001b3);
    printf("section %zu %s: type %" PRIx32 " flags %" PRIx64 " address %" PRIx64 " offset %" PRIx64
           " size %" PRIx64 " link %u info %u alignment %" PRIu64 " entry %" PRIu64
           " data %zu %016" PRIx64 "\n",
           index, name, s->sh_type, s->sh_flags, s->sh_addr, s->sh_offset, s->sh_size, s->sh_link,
           s->sh_info, s->sh_addralign, s->sh_entsize, size, hash);
}

static inline void dump_symbol(const char *name, const Elf64_Sym *s)
{
    printf("  symbol %s: info %02x other %02x section %u value %" PRIx64 " size %" PRIx64 "\n",
           name, s->st_info, s->st_other, s->st_shndx, s->st_value, s->st_size);
}

static inline void dump_relocation(const Elf64_Rela *r)
{
    printf("  relocation at %" PRIx64 " type %u symbol %u addend %" PRId64 "\n", r->r_offset,
           (unsigned)ELF64_R_TYPE(r->r_info), (unsigned)ELF64_R_SYM(r->r_info), r->r_addend);
}
