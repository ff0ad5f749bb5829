// SPDX-License-Identifier: MIT
// One file for the three heaps: their interface is the same. What a test leaves empty it trims, for
// inside the system it leaves as many free frames as it found.
#include <cell/test.h>
#include <memory/heap.h>

enum { LARGE = 100000 };

// Whether all `size` bytes are `value`.
static bool are(const void *start, size_t size, unsigned char value)
{
    const unsigned char *bytes = start;
    for (size_t i = 0; i < size; i++)
        if (bytes[i] != value)
            return false;
    return true;
}

static void paint(void *start, size_t size, unsigned char value)
{
    unsigned char *bytes = start;
    for (size_t i = 0; i < size; i++)
        bytes[i] = value;
}

static const size_t sizes[] = {1,    8,    9,    16,   17,   100,  256,  257,   2000,
                               4095, 4096, 8175, 8177, 8192, 8193, 9345, 65536, LARGE};
enum { SIZES = sizeof sizes / sizeof *sizes };

enum { MANY = 20000 };
STATE struct heap_piece many[MANY];

TEST(pieces_of_many_sizes_are_zero_aligned_and_apart)
{
    for (size_t i = 0; i < SIZES; i++) {
        EXPECT_STATUS(STATUS_OK, heap_allocate(sizes[i], &many[i]));
        EXPECT((uintptr_t)many[i].start % (sizes[i] <= 8 ? 8 : 16) == 0);
        EXPECT(are(many[i].start, sizes[i], 0));
        paint(many[i].start, sizes[i], (unsigned char)(i + 1));
    }
    for (size_t i = 0; i < SIZES; i++) {
        EXPECT(are(many[i].start, sizes[i], (unsigned char)(i + 1)));
        heap_piece_drop(&many[i]);
        EXPECT(!many[i].start);
    }
    heap_trim();
}

TEST(every_small_size_has_room_for_what_was_asked_for)
{
    enum { STEP = 7, PAIR = 2 };
    for (size_t size = 1; size <= 8192; size += STEP) {
        for (size_t i = 0; i < PAIR; i++) {
            EXPECT_STATUS(STATUS_OK, heap_allocate(size, &many[i]));
            EXPECT(are(many[i].start, size, 0));
            paint(many[i].start, size, (unsigned char)(i + 1));
        }
        for (size_t i = 0; i < PAIR; i++) {
            EXPECT(are(many[i].start, size, (unsigned char)(i + 1)));
            heap_piece_drop(&many[i]);
        }
    }
    heap_trim();
}

TEST(a_piece_that_was_used_before_is_zero_again)
{
    for (size_t i = 0; i < SIZES; i++) {
        OWNED(heap_piece, piece);
        EXPECT_STATUS(STATUS_OK, heap_allocate(sizes[i], &piece));
        paint(piece.start, sizes[i], 255);
        heap_piece_drop(&piece);
        EXPECT_STATUS(STATUS_OK, heap_allocate(sizes[i], &piece));
        EXPECT(are(piece.start, sizes[i], 0));
    }
    heap_trim();
}

TEST(no_bytes_and_too_many_are_refused)
{
    OWNED(heap_piece, piece);
    EXPECT_STATUS(STATUS_INVALID, heap_allocate(0, &piece));
    EXPECT_STATUS(STATUS_EXHAUSTED, heap_allocate(SIZE_MAX, &piece));
    EXPECT_STATUS(STATUS_EXHAUSTED, heap_allocate(SIZE_MAX / 2, &piece));
    EXPECT(!piece.start);
    heap_piece_drop(&piece);
    heap_trim();
}

TEST(a_dropped_piece_is_the_next_one_given_out)
{
    OWNED(heap_piece, first);
    OWNED(heap_piece, second);
    EXPECT_STATUS(STATUS_OK, heap_allocate(40, &first));
    const uintptr_t start = (uintptr_t)first.start;
    heap_piece_drop(&first);
    EXPECT_STATUS(STATUS_OK, heap_allocate(40, &second));
    EXPECT((uintptr_t)second.start == start);
    heap_piece_drop(&second);
    heap_trim();
}

static enum status fill_many(size_t size)
{
    for (size_t i = 0; i < MANY; i++)
        TRY(heap_allocate(size, &many[i]));
    return STATUS_OK;
}

TEST(slabs_that_are_empty_are_given_back)
{
    EXPECT_STATUS(STATUS_OK, heap_allocate(1, &many[0])); // the heap's records are made now
    heap_piece_drop(&many[0]);
    heap_trim();
    const uint64_t before = heap_statistics().mapped;
    EXPECT_STATUS(STATUS_OK, fill_many(64));
    EXPECT(heap_statistics().mapped >= before + UINT64_C(64) * MANY);
    for (size_t i = 0; i < MANY; i++)
        heap_piece_drop(&many[i * 7919 % MANY]);
    // A few are kept at first.
    EXPECT(heap_statistics().mapped <= before + UINT64_C(16) * 65536);
    EXPECT(heap_statistics().empty_slabs > 0);
    heap_trim();
    EXPECT(heap_statistics().mapped == before);
    EXPECT(heap_statistics().empty_slabs == 0);
}

TEST(a_full_slab_is_used_again_once_a_piece_comes_back)
{
    heap_trim();
    EXPECT_STATUS(STATUS_OK, fill_many(32));
    const uint64_t full = heap_statistics().mapped;
    for (size_t i = 0; i < MANY; i += 2)
        heap_piece_drop(&many[i]);
    for (size_t i = 0; i < MANY; i += 2)
        EXPECT_STATUS(STATUS_OK, heap_allocate(32, &many[i]));
    EXPECT(heap_statistics().mapped == full);
    for (size_t i = 0; i < MANY; i++)
        heap_piece_drop(&many[i]);
    heap_trim();
}

STATE struct heap_piece cache;
STATE unsigned relieved;

static bool relieve(void)
{
    relieved++;
    const bool had = cache.start;
    heap_piece_drop(&cache);
    return had;
}

TEST(a_cache_is_asked_when_memory_is_exhausted)
{
    OWNED(heap_relief, relief);
    OWNED(heap_piece, piece);
    relieved = 0;
    EXPECT_STATUS(STATUS_OK, heap_allocate(LARGE, &cache));
    BIND(&relief, relieve);
    EXPECT_STATUS(STATUS_OK, heap_relief_add(&relief));
    EXPECT_STATUS(STATUS_EXHAUSTED, heap_allocate(SIZE_MAX / 2, &piece));
    EXPECT(relieved == 1 && !cache.start);
    heap_relief_remove(relieve);
    EXPECT_STATUS(STATUS_EXHAUSTED, heap_allocate(SIZE_MAX / 2, &piece));
    EXPECT(relieved == 1);
    heap_trim();
}

// Random operations, compared with what the model says that each piece holds.
TEST(random_operations_keep_every_piece_whole)
{
    enum { SLOTS = 512, ROUNDS = 60000 };
    static const size_t tops[] = {8, 64, 700, 9000, 70000};
    size_t held[SLOTS];
    uint64_t random = 88172645463325252;
    for (size_t i = 0; i < SLOTS; i++)
        held[i] = 0;
    for (size_t round = 0; round < ROUNDS; round++) {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        const size_t slot = random % SLOTS;
        const unsigned char value = (unsigned char)(slot + 1);
        if (held[slot] > 0) {
            EXPECT(are(many[slot].start, held[slot], value));
            heap_piece_drop(&many[slot]);
            held[slot] = 0;
            continue;
        }
        const size_t top = tops[(random >> 20) % 97 == 0 ? 4 : (random >> 20) % 4];
        const size_t size = 1 + (random >> 32) % top;
        EXPECT_STATUS(STATUS_OK, heap_allocate(size, &many[slot]));
        EXPECT(are(many[slot].start, size, 0));
        paint(many[slot].start, size, value);
        held[slot] = size;
    }
    for (size_t slot = 0; slot < SLOTS; slot++)
        heap_piece_drop(&many[slot]);
    heap_trim();
}
