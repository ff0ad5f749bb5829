// SPDX-License-Identifier: MIT
/// elf_image: the checks, with no trust in the file. See the header.
#include "elf_image.h"

#include <kernel/boot_info.h>

#define NAME "nano_core.elf"
#define REMEDY "; build it again and write the image again"

enum : uint64_t {
    PAGE = 4096,
};

struct elf_header {
    uint8_t magic[4];
    uint8_t class;
    uint8_t data;
    uint8_t ident_version;
    uint8_t padding[9];
    uint16_t type;
    uint16_t machine;
    uint32_t version;
    uint64_t entry;
    uint64_t program_headers;
    uint64_t section_headers;
    uint32_t flags;
    uint16_t header_size;
    uint16_t program_header_size;
    uint16_t program_header_count;
    uint16_t section_header_size;
    uint16_t section_header_count;
    uint16_t section_names;
};
static_assert(sizeof(struct elf_header) == 64);

struct elf_program_header {
    uint32_t type;
    uint32_t flags;
    uint64_t offset;
    uint64_t virtual_address;
    uint64_t physical_address;
    uint64_t file_size;
    uint64_t memory_size;
    uint64_t alignment;
};
static_assert(sizeof(struct elf_program_header) == 56);

enum : uint32_t {
    CLASS_64 = 2,
    DATA_LITTLE_ENDIAN = 1,
    VERSION_CURRENT = 1,
    TYPE_EXECUTABLE = 2,
    MACHINE_X86_64 = 62,
    SEGMENT_LOAD = 1,
    FLAG_EXECUTABLE = 1,
    FLAG_WRITABLE = 2,
};

static bool header_is_ours(const struct elf_header *header, size_t size, struct sentence *why)
{
    const char *fault = nullptr;
    if (header->magic[0] != 0x7F || header->magic[1] != 'E' || header->magic[2] != 'L' ||
        header->magic[3] != 'F') {
        fault = "is not an ELF file";
    } else if (header->class != CLASS_64) {
        fault = "is not a 64-bit ELF file";
    } else if (header->data != DATA_LITTLE_ENDIAN) {
        fault = "is not a little-endian ELF file";
    } else if (header->ident_version != VERSION_CURRENT || header->version != VERSION_CURRENT) {
        fault = "is of an unknown ELF version";
    } else if (header->type != TYPE_EXECUTABLE) {
        fault = "is not a static executable";
    } else if (header->machine != MACHINE_X86_64) {
        fault = "is not for x86-64";
    } else if (header->program_header_size != sizeof(struct elf_program_header)) {
        fault = "has program headers of an unknown size";
    } else if (header->program_headers > size ||
               header->program_header_count * sizeof(struct elf_program_header) >
                   size - header->program_headers) {
        fault = "is truncated: its program headers lie beyond its end";
    }
    if (fault) {
        sentence_write(why, NAME " %s" REMEDY, fault);
    }
    return !fault;
}

static bool segment_is_sound(const struct elf_program_header *header, size_t size,
                             uint64_t previous_end, struct sentence *why)
{
    const char *fault = nullptr;
    if (header->virtual_address % PAGE != 0) {
        fault = "does not begin on a page";
    } else if (header->file_size > header->memory_size) {
        fault = "is larger in the file than in memory";
    } else if (header->offset > size || header->file_size > size - header->offset) {
        fault = "lies beyond the end of the file, which is truncated";
    } else if (header->virtual_address < CODE_BASE || header->virtual_address > CODE_LIMIT ||
               header->memory_size > CODE_LIMIT - header->virtual_address) {
        fault = "lies outside of the addresses for code";
    } else if (header->virtual_address < previous_end) {
        fault = "overlaps another segment or is out of order";
    } else if ((header->flags & FLAG_WRITABLE) && (header->flags & FLAG_EXECUTABLE)) {
        fault = "is both writable and executable";
    }
    if (fault) {
        sentence_write(why, NAME ": the segment for 0x%llx %s" REMEDY,
                       (unsigned long long)header->virtual_address, fault);
    }
    return !fault;
}

static uint32_t protection_of(const struct elf_program_header *header)
{
    uint32_t protection = (header->flags & FLAG_WRITABLE) ? BOOT_WRITABLE : 0;
    return protection | ((header->flags & FLAG_EXECUTABLE) ? BOOT_EXECUTABLE : 0);
}

static bool segments_read(const uint8_t *headers, size_t count, size_t size,
                          struct elf_image *image, struct sentence *why)
{
    uint64_t previous_end = CODE_BASE;
    for (size_t i = 0; i < count; i++) {
        struct elf_program_header header;
        __builtin_memcpy(&header, headers + i * sizeof header, sizeof header);
        if (header.type != SEGMENT_LOAD || header.memory_size == 0) {
            continue;
        }
        if (image->segment_count == ELF_IMAGE_SEGMENTS) {
            sentence_write(why, NAME " has more than %llu segments" REMEDY,
                           (unsigned long long)ELF_IMAGE_SEGMENTS);
            return false;
        }
        if (!segment_is_sound(&header, size, previous_end, why)) {
            return false;
        }
        image->segments[image->segment_count++] = (struct elf_segment){
            .address = header.virtual_address,
            .memory_size = header.memory_size,
            .file_offset = header.offset,
            .file_size = header.file_size,
            .protection = protection_of(&header),
        };
        previous_end = (header.virtual_address + header.memory_size + PAGE - 1) / PAGE * PAGE;
    }
    return true;
}

static bool entry_is_executable(const struct elf_image *image)
{
    for (size_t i = 0; i < image->segment_count; i++) {
        const struct elf_segment *segment = &image->segments[i];
        if ((segment->protection & BOOT_EXECUTABLE) && image->entry >= segment->address &&
            image->entry - segment->address < segment->file_size) {
            return true;
        }
    }
    return false;
}

bool elf_image_read(const uint8_t *file, size_t size, struct elf_image *image, struct sentence *why)
{
    struct elf_header header;
    *image = (struct elf_image){};
    if (size < sizeof header) {
        sentence_write(why, NAME " is too short for an ELF file: it has %llu bytes" REMEDY,
                       (unsigned long long)size);
        return false;
    }
    __builtin_memcpy(&header, file, sizeof header);
    if (!header_is_ours(&header, size, why) ||
        !segments_read(file + header.program_headers, header.program_header_count, size, image,
                       why)) {
        return false;
    }
    image->entry = header.entry;
    if (!entry_is_executable(image)) {
        sentence_write(why, NAME ": the entry 0x%llx lies in no executable segment" REMEDY,
                       (unsigned long long)header.entry);
        return false;
    }
    return true;
}
