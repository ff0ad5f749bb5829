// SPDX-License-Identifier: MIT
// Pieces that pass between threads, each of which is a CPU to the heap.
#include <cell/lock.h>
#include <cell/test.h>
#include <memory/heap.h>
#include <pthread.h>
#include <test/host/threads.h>

enum { THREADS = 4, PLACES = 256, ROUNDS = 20000, STEP = 7919 };

static struct {
    struct spin_lock lock;
    struct heap_piece piece GUARDED_BY(&lock);
    unsigned char value GUARDED_BY(&lock);
    size_t size GUARDED_BY(&lock);
} places[PLACES];

static pthread_barrier_t end; // a CPU never ends: its slabs are its own until all are done

static bool are(const unsigned char *bytes, size_t size, unsigned char value)
{
    for (size_t i = 0; i < size; i++)
        if (bytes[i] != value)
            return false;
    return true;
}

// Puts a piece of its own into a place and drops the one that was there, which is often another
// thread's.
static bool exchange(size_t place, size_t size, unsigned char value)
{
    OWNED(heap_piece, mine);
    OWNED(heap_piece, other);
    if (heap_allocate(size, &mine) != STATUS_OK || !are(mine.start, size, 0))
        return false;
    __builtin_memset(mine.start, value, size);
    HOLD(&places[place].lock);
    MOVE_TO(&other, &places[place].piece);
    MOVE_TO(&places[place].piece, &mine);
    const bool right = !other.start || are(other.start, places[place].size, places[place].value);
    places[place].size = size;
    places[place].value = value;
    return right;
}

static void clear(size_t place)
{
    OWNED(heap_piece, last);
    HOLD(&places[place].lock);
    MOVE_TO(&last, &places[place].piece);
}

static bool exchange_often(size_t thread)
{
    static const size_t tops[] = {8, 200, 3000, 9000};
    uint64_t random = 88172645463325252 + thread * STEP;
    bool right = true;
    for (size_t round = 0; right && round < ROUNDS; round++) {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        right = exchange(random % PLACES, 1 + (random >> 32) % tops[(random >> 20) % 4],
                         (unsigned char)(random >> 9));
        if (round % (ROUNDS / 8) == 0)
            heap_trim();
    }
    (void)pthread_barrier_wait(&end);
    for (size_t place = thread; place < PLACES; place += THREADS)
        clear(place);
    (void)pthread_barrier_wait(&end);
    heap_trim();
    (void)pthread_barrier_wait(&end);
    return right;
}

TEST(pieces_dropped_on_other_cpus_come_back_whole)
{
    EXPECT(pthread_barrier_init(&end, nullptr, THREADS) == 0);
    EXPECT(run_in_threads(THREADS, exchange_often));
    EXPECT(pthread_barrier_destroy(&end) == 0);
}

// Slabs of seven pieces are full as often as not when another thread drops one of theirs.
static bool exchange_largest(size_t thread)
{
    enum { OFTEN = 200000, FEW = 16 };
    uint64_t random = 88172645463325252 + thread * STEP;
    bool right = true;
    for (size_t round = 0; right && round < OFTEN; round++) {
        OWNED(heap_piece, mine);
        OWNED(heap_piece, other);
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        const size_t place = random % FEW;
        right = heap_allocate(2700, &mine) == STATUS_OK;
        spin_lock_acquire(&places[place].lock);
        MOVE_TO(&other, &places[place].piece);
        MOVE_TO(&places[place].piece, &mine);
        spin_lock_release(&places[place].lock);
    }
    (void)pthread_barrier_wait(&end);
    for (size_t place = thread; place < FEW; place += THREADS)
        clear(place);
    (void)pthread_barrier_wait(&end);
    return right;
}

TEST(a_slab_may_become_full_while_another_cpu_drops)
{
    EXPECT(pthread_barrier_init(&end, nullptr, THREADS) == 0);
    EXPECT(run_in_threads(THREADS, exchange_largest));
    EXPECT(pthread_barrier_destroy(&end) == 0);
}

static struct heap_piece passed[4096];

// The first thread allocates all, the second drops all; the slabs that were full serve again.
static bool pass_on(size_t thread)
{
    enum { TIMES = 20, COUNT = sizeof passed / sizeof *passed };
    uint64_t most = 0;
    bool right = true;
    for (size_t time = 0; time < TIMES; time++) {
        for (size_t i = 0; thread == 0 && i < COUNT; i++)
            right &= heap_allocate(48, &passed[i]) == STATUS_OK;
        (void)pthread_barrier_wait(&end);
        for (size_t i = 0; thread == 1 && i < COUNT; i++)
            heap_piece_drop(&passed[i]);
        (void)pthread_barrier_wait(&end);
        if (time == 0)
            most = heap_statistics().mapped;
    }
    right &= heap_statistics().mapped <= most + UINT64_C(2) * 65536;
    (void)pthread_barrier_wait(&end);
    return right;
}

TEST(what_another_cpu_drops_is_allocated_again)
{
    EXPECT(pthread_barrier_init(&end, nullptr, 2) == 0);
    EXPECT(run_in_threads(2, pass_on));
    EXPECT(pthread_barrier_destroy(&end) == 0);
}
