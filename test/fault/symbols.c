// SPDX-License-Identifier: MIT
// The program is linked at fixed addresses, so that its symbol table says them as they are.
#include "symbols.h"

#include <elf.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>

static const char *image(void)
{
    static const char *bytes;
    struct stat status;
    if (bytes)
        return bytes;
    const int file = open("/proc/self/exe", O_RDONLY);
    if (file < 0 || fstat(file, &status) != 0) {
        perror("/proc/self/exe");
        exit(2);
    }
    bytes = mmap(nullptr, (size_t)status.st_size, PROT_READ, MAP_PRIVATE, file, 0);
    if (bytes == MAP_FAILED) {
        perror("/proc/self/exe");
        exit(2);
    }
    return bytes;
}

const char *symbol_at(uint64_t address)
{
    const Elf64_Ehdr *header = (const void *)image();
    const Elf64_Shdr *sections = (const void *)(image() + header->e_shoff);
    for (unsigned i = 0; i < header->e_shnum; i++) {
        if (sections[i].sh_type != SHT_SYMTAB)
            continue;
        const Elf64_Sym *symbols = (const void *)(image() + sections[i].sh_offset);
        const char *names = image() + sections[sections[i].sh_link].sh_offset;
        for (size_t j = 0; j < sections[i].sh_size / sizeof *symbols; j++)
            if (ELF64_ST_TYPE(symbols[j].st_info) == STT_FUNC &&
                address - symbols[j].st_value < symbols[j].st_size)
                return names + symbols[j].st_name;
    }
    return "(C library)";
}
