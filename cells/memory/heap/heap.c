// SPDX-License-Identifier: MIT
// Sizes are powers of two from 32 bytes on, header included. Up to 2 KiB they come from free lists
// that are filled a page at a time; larger ones are mappings of their own.
//
// Live swap:  pieces stay valid; the free lists are all the state there is.
// Fault:      a fault within a call can lose the piece in its hands.
#include <memory/heap.h>
#include <memory/mapped_pages.h>

enum : size_t { SMALLEST = 32, LARGEST = 2048, CHUNK = 4096 };
enum { CLASSES = 7 };

// Lies before each piece. 16 bytes, so that the piece is aligned.
struct header {
    union {
        struct header *next; // while free
        uint64_t mapping;    // size of its own mapping, or 0
    };
    uint64_t class; // index of the free list
};

static struct {
    struct header *free[CLASSES];
} state;

static size_t class_of(size_t size)
{
    size_t class = 0;
    while (SMALLEST << class < size)
        class ++;
    return class;
}

static enum status fill_class(size_t class)
{
    struct mapped_pages chunk;
    TRY(mapped_pages_allocate(MAPPING_HEAP, CHUNK, &chunk));
    for (size_t offset = 0; offset < CHUNK; offset += SMALLEST << class) {
        struct header *header = (struct header *)(chunk.address + offset);
        *header = (struct header){.next = state.free[class], .class = class};
        state.free[class] = header;
    }
    return STATUS_OK;
}

static enum status allocate_mapping(size_t size, void **piece)
{
    struct mapped_pages mapping;
    TRY(mapped_pages_allocate(MAPPING_HEAP, size, &mapping));
    struct header *header = (struct header *)mapping.address;
    header->mapping = size;
    *piece = header + 1;
    return STATUS_OK;
}

enum status heap_allocate(size_t size, void **piece)
{
    *piece = nullptr;
    if (size == 0)
        return STATUS_INVALID;
    if (size > SIZE_MAX - sizeof(struct header))
        return STATUS_EXHAUSTED;
    const size_t whole = size + sizeof(struct header);
    if (whole > LARGEST)
        return allocate_mapping(whole, piece);
    const size_t class = class_of(whole);
    if (!state.free[class])
        TRY(fill_class(class));
    struct header *header = state.free[class];
    state.free[class] = header->next;
    header->mapping = 0;
    unsigned char *bytes = (unsigned char *)(header + 1);
    for (size_t i = 0; i < size; i++)
        bytes[i] = 0;
    *piece = bytes;
    return STATUS_OK;
}

void heap_free(void *piece)
{
    if (!piece)
        return;
    struct header *header = (struct header *)piece - 1;
    if (header->mapping != 0) {
        struct mapped_pages mapping = {(uint64_t)header, header->mapping, MAPPING_HEAP};
        mapped_pages_free(&mapping);
        return;
    }
    header->next = state.free[header->class];
    state.free[header->class] = header;
}
