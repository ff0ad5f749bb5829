// SPDX-License-Identifier: MIT
// Sizes are powers of two from 32 bytes on, header included. Up to 2 KiB they come from free lists
// that are filled a page at a time; larger ones are mappings of their own.
//
// Live swap:  pieces stay valid; the free lists are all the state there is.
// Fault:      a fault within a call can lose the piece in its hands.
#include <memory/heap.h>
#include <memory/mapped_pages.h>

enum : size_t { SMALLEST = 32, LARGEST = 2048, CHUNK = 4096 };
enum { LISTS = 7 };

// Lies before each piece. 16 bytes, so that the piece is aligned.
struct header {
    union {
        struct header *next; // while free
        uint64_t mapping;    // size of its own mapping, or 0
    };
    uint64_t list; // index of the free list
};

STATE struct heap_state {
    struct header *free[LISTS];
} state;

static size_t list_of(size_t size)
{
    size_t list = 0;
    while (SMALLEST << list < size)
        list++;
    return list;
}

UNSAFE(INFECTIOUS, "a mapping is cut into pieces with headers")
static enum status fill_list(size_t list)
{
    OWNED(mapped_pages_mut, chunk);
    TRY(mapped_pages_allocate(MAPPING_HEAP, CHUNK, &chunk));
    for (size_t offset = 0; offset < CHUNK; offset += SMALLEST << list) {
        struct header *header = (struct header *)(chunk.address + offset);
        *header = (struct header){.next = state.free[list], .list = list};
        state.free[list] = header;
    }
    (void)mapped_pages_mut_leave(&chunk);
    return STATUS_OK;
}

static enum status allocate_mapping(size_t size, void **piece)
{
    OWNED(mapped_pages_mut, mapping);
    TRY(mapped_pages_allocate(MAPPING_HEAP, size, &mapping));
    struct header *header = mapped_pages_mut_leave(&mapping);
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
    const size_t list = list_of(whole);
    if (!state.free[list])
        TRY(fill_list(list));
    struct header *header = state.free[list];
    state.free[list] = header->next;
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
        OWNED(mapped_pages_mut, mapping);
        mapped_pages_mut_adopt(MAPPING_HEAP, (uint64_t)header, header->mapping, &mapping);
        return;
    }
    header->next = state.free[header->list];
    state.free[header->list] = header;
}
