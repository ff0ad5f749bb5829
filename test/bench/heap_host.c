// SPDX-License-Identifier: MIT
// The heap's workloads on the host, with one of our heaps or, with -DUSE_MALLOC, with the allocator
// of the C library, in whose place another can be loaded. Ours zeroes what it gives out; theirs
// does not. -DUSE_CALLOC lets theirs do so too.
//
// Usage: heap_host_NAME WORKLOAD ROUNDS: prints nanoseconds per pair of allocation and drop.
#include <asm/prctl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <cell/heap_piece.h>
#include <cell/ownership.h>
#include <cell/status.h>

#if defined(USE_MALLOC) || defined(USE_CALLOC)
static inline enum status heap_allocate(size_t size, FILLS(struct heap_piece) piece)
{
#ifdef USE_CALLOC
    piece->start = calloc(1, size);
#else
    piece->start = malloc(size);
#endif
    return piece->start ? STATUS_OK : STATUS_EXHAUSTED;
}

static inline void heap_piece_drop(TAKES(struct heap_piece) piece)
{
    free(piece->start);
    piece->start = nullptr;
}

OWNS(heap_piece, start);
OWNERSHIP(heap_piece, start);

#include "cells/memory/heap_bench/workloads.h"
#else
#include <memory/heap.h>
#include <memory/heap_bench.h>
#endif

// Larson: each thread replaces random pieces of an array; then the arrays change hands, so that
// most pieces are dropped by another thread than the one that allocated them.
enum : size_t { LARSON_THREADS = 2, LARSON_SLOTS = 1000, LARSON_STEPS = 20000, CHAIN = 64 };
enum : size_t { LARSON_LEAST = 10, LARSON_SPAN = 490 };

static struct {
    struct heap_piece slots[LARSON_THREADS][LARSON_SLOTS];
    pthread_barrier_t barrier;
    uint64_t rounds;
} larson;

static void larson_round(struct heap_piece slots[], uint64_t *random)
{
    for (size_t i = 0; i < LARSON_STEPS; i++) {
        *random = *random * 6364136223846793005 + 1442695040888963407;
        struct heap_piece *slot = &slots[(*random >> 33) % LARSON_SLOTS];
        if (slot->start)
            heap_piece_drop(slot);
        if (heap_allocate(LARSON_LEAST + (*random >> 45) % LARSON_SPAN, slot) != STATUS_OK)
            abort();
    }
}

static void *larson_thread(void *argument)
{
    const size_t thread = (size_t)argument;
    struct ownership_entry chain[CHAIN];
    struct context_header context = {.ownership_top = chain, .self = &context};
    uint64_t random = thread + 1;
    if (syscall(SYS_arch_prctl, ARCH_SET_GS, &context) != 0)
        abort();
    for (uint64_t round = 0; round < larson.rounds; round++) {
        (void)pthread_barrier_wait(&larson.barrier);
        larson_round(larson.slots[(thread + round) % LARSON_THREADS], &random);
    }
    (void)pthread_barrier_wait(&larson.barrier);
    return nullptr;
}

static enum status larson_run(uint64_t rounds, uint64_t *pairs)
{
    pthread_t threads[LARSON_THREADS];
    larson.rounds = rounds;
    if (pthread_barrier_init(&larson.barrier, nullptr, LARSON_THREADS) != 0)
        return STATUS_EXHAUSTED;
    for (size_t i = 0; i < LARSON_THREADS; i++)
        if (pthread_create(&threads[i], nullptr, larson_thread, (void *)i) != 0)
            return STATUS_EXHAUSTED;
    for (size_t i = 0; i < LARSON_THREADS; i++)
        (void)pthread_join(threads[i], nullptr);
    *pairs = rounds * LARSON_STEPS * LARSON_THREADS;
    return STATUS_OK;
}

static const struct {
    const char *name;
    heap_workload *run;
} workloads[] = {
    {"hot", heap_bench_hot},
    {"threadtest", heap_bench_threadtest},
    {"shbench", heap_bench_shbench},
    {"larson", larson_run},
};

static double now(void)
{
    struct timespec time;
    (void)clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec * 1e9 + (double)time.tv_nsec;
}

int main(int argc, char *argv[])
{
    for (size_t i = 0; argc == 3 && i < sizeof workloads / sizeof *workloads; i++) {
        uint64_t pairs = 0;
        if (strcmp(workloads[i].name, argv[1]) != 0)
            continue;
        const double start = now();
        if (workloads[i].run(strtoull(argv[2], nullptr, 10), &pairs) != STATUS_OK || pairs == 0)
            return 1;
        printf("%.3f\n", (now() - start) / (double)pairs);
        return 0;
    }
    fprintf(stderr, "usage: %s hot|threadtest|shbench|larson ROUNDS\n", argv[0]);
    return 2;
}
