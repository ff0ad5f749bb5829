// SPDX-License-Identifier: MIT
/// Whatever is asked of the heap, its pieces are zeroed, apart and keep what is written to them;
/// what is left mapped after a trim is what the pieces in use lie in, to the byte. Four bytes are a
/// step: what to do, with which piece, and two that say how.
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <memory/heap.h>
#include <test/host/mapped_pages.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

// The first pieces are a cache's, which gives them back when memory is exhausted.
enum : size_t { PIECES = 128, CACHE = 8 };
enum : uint64_t { NO_LIMIT = 1 << 30 }; // what the pieces need is far below
enum : size_t { SLAB = 65536, PAGE = 4096, LARGEST_SMALL = 8192 };

static struct heap_piece pieces[PIECES];
static size_t sizes[PIECES]; // as the model has them; 0: there is none
static unsigned relieved;
static uint64_t records; // bytes that the heap keeps mapped for itself
static uint64_t limit;   // of what is mapped for the heap

static void expect(bool holds)
{
    if (!holds)
        abort();
}

static unsigned char value_of(size_t i)
{
    return (unsigned char)(i + 1);
}

static bool are(const unsigned char *bytes, size_t size, unsigned char value)
{
    return size == 0 || (bytes && bytes[0] == value && memcmp(bytes, bytes + 1, size - 1) == 0);
}

static uintptr_t address_of(size_t i)
{
    return (uintptr_t)pieces[i].start;
}

static void drop(size_t i)
{
    expect(!sizes[i] == !pieces[i].start);
    expect(are(pieces[i].start, sizes[i], value_of(i)));
    heap_piece_drop(&pieces[i]);
    expect(!pieces[i].start);
    sizes[i] = 0;
}

static bool relieve(void)
{
    bool had = false;
    relieved++;
    for (size_t i = 0; i < CACHE; i++) {
        had |= sizes[i] != 0;
        drop(i);
    }
    return had;
}

static uint64_t mapping_size(size_t size)
{
    return size <= LARGEST_SMALL ? SLAB : (size + PAGE - 1) / PAGE * PAGE;
}

// Whether the piece lies in the slab of one before it.
static bool shares_slab(size_t i)
{
    for (size_t j = 0; j < i; j++)
        if (sizes[j] != 0 && sizes[j] <= LARGEST_SMALL &&
            address_of(i) / SLAB == address_of(j) / SLAB)
            return true;
    return false;
}

static void check_trimmed(void)
{
    uint64_t mapped = records;
    for (size_t i = 0; i < PIECES; i++)
        if (sizes[i] > LARGEST_SMALL || (sizes[i] != 0 && !shares_slab(i)))
            mapped += mapping_size(sizes[i]);
    expect(heap_statistics().mapped == mapped);
    expect(heap_statistics().empty_slabs == 0);
}

static void check_fresh(size_t i, size_t size)
{
    expect(address_of(i) % (size <= 8 ? 8 : 16) == 0);
    for (size_t j = 0; j < PIECES; j++)
        expect(sizes[j] == 0 || address_of(i) + size <= address_of(j) ||
               address_of(j) + sizes[j] <= address_of(i));
    expect(are(pieces[i].start, size, 0));
}

// Memory is exhausted after the cache was asked and all was trimmed. While the heap looks for an
// address with a free record, it holds two mappings.
static void check_exhausted(size_t size)
{
    for (size_t i = 0; i < CACHE; i++)
        expect(sizes[i] == 0);
    check_trimmed();
    expect(size > limit || heap_statistics().mapped + 2 * mapping_size(size) > limit);
}

static void allocate(size_t i, size_t size)
{
    const unsigned before = relieved;
    const enum status status = heap_allocate(size, &pieces[i]);
    expect(heap_statistics().mapped <= limit);
    if (status == STATUS_OK) {
        expect(size != 0 && relieved - before <= 1);
        check_fresh(i, size);
        memset(pieces[i].start, value_of(i), size);
        sizes[i] = size;
        return;
    }
    expect(!pieces[i].start);
    expect(status == (size == 0 ? STATUS_INVALID : STATUS_EXHAUSTED));
    expect(relieved - before == (size == 0 ? 0 : 1));
    if (size != 0)
        check_exhausted(size);
}

static void allocate_or_drop(size_t i, size_t size)
{
    if (sizes[i] != 0)
        drop(i);
    else
        allocate(i, size);
}

static void move(size_t from, size_t to)
{
    if (sizes[from] == 0 || sizes[to] != 0)
        return;
    MOVE_TO(&pieces[to], &pieces[from]);
    memset(pieces[to].start, value_of(to), sizes[from]);
    sizes[to] = sizes[from];
    sizes[from] = 0;
}

static void trim(void)
{
    heap_trim();
    check_trimmed();
}

static void set_limit(uint64_t bytes)
{
    limit = bytes;
    host_mapped_limit(bytes);
}

enum operation {
    ONE_SMALL,
    ONE_TINY,
    ONE_LARGE,
    SEVERAL,
    MOVE,
    TRIM,
    LIMIT,
    TOO_LARGE,
    OPERATIONS
};

static void step(const uint8_t *bytes)
{
    enum : size_t { SMALL_SIZES = 8200, TINY_SIZES = 130, SEVERAL_UNIT = 64, SLABS = 8 };
    const size_t i = bytes[1] % PIECES;
    const size_t word = bytes[2] | (size_t)bytes[3] << 8;
    switch ((enum operation)(bytes[0] % OPERATIONS)) {
    case ONE_SMALL:
        allocate_or_drop(i, word % SMALL_SIZES);
        break;
    case ONE_TINY:
        allocate_or_drop(i, word % TINY_SIZES);
        break;
    case ONE_LARGE:
        allocate_or_drop(i, LARGEST_SMALL + word * 2);
        break;
    case SEVERAL:
        for (size_t j = i; j < PIECES && j <= i + bytes[3]; j++)
            allocate_or_drop(j, (size_t)bytes[2] * SEVERAL_UNIT % SMALL_SIZES);
        break;
    case MOVE:
        move(i, word % PIECES);
        break;
    case TRIM:
        trim();
        break;
    case LIMIT: // there is so much more, or no end
        set_limit(bytes[2] % 2 ? heap_statistics().mapped + bytes[3] % SLABS * SLAB : NO_LIMIT);
        break;
    default:
        if (sizes[i] == 0)
            allocate(i, SIZE_MAX >> bytes[2] % SLABS);
    }
}

static void start(void)
{
    OWNED(heap_relief, relief);
    OWNED(heap_piece, piece);
    expect(heap_allocate(1, &piece) == STATUS_OK);
    heap_piece_drop(&piece);
    heap_trim();
    records = heap_statistics().mapped;
    BIND(&relief, relieve);
    expect(heap_relief_add(&relief) == STATUS_OK);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    set_limit(NO_LIMIT);
    if (records == 0)
        start();
    for (size_t i = 0; i + 4 <= size; i += 4)
        step(bytes + i);
    for (size_t i = 0; i < PIECES; i++)
        drop(i);
    trim();
    expect(heap_statistics().mapped == records);
    return 0;
}
