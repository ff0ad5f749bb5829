// SPDX-License-Identifier: MIT
// Counts the instructions of taking and giving a frame: one that is at hand, and on the average of
// many, where caches are filled and emptied in batches.
#include "step.h"
#include "world.h"

#include <asm/prctl.h>
#include <memory/frame_allocator.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

enum : size_t { MANY = 280 };

static int64_t instructions;
static struct frames frames[MANY];

static void count([[maybe_unused]] const struct step *step)
{
    instructions++;
}

static int64_t length(void (*function)(void))
{
    instructions = 0;
    step_run(function, nullptr, count);
    return instructions;
}

static void nothing(void)
{
    COMPILER_BARRIER();
}

static void take_one(void)
{
    (void)(frames_allocate(1, &frames[0]) == STATUS_OK);
    COMPILER_BARRIER(); // or the call would be a jump
}

static void give_one(void)
{
    frames_drop(&frames[0]);
    COMPILER_BARRIER();
}

static void take_and_give_many(void)
{
    for (size_t i = 0; i < MANY; i++)
        (void)(frames_allocate(1, &frames[i]) == STATUS_OK);
    for (size_t i = 0; i < MANY; i++)
        frames_drop(&frames[i]);
}

static void take_and_give_large(void)
{
    const struct frame_request large = {.count = 512, .alignment = 512};
    (void)(frames_allocate_for(&large, &frames[0]) == STATUS_OK);
    frames_drop(&frames[0]);
}

int main(int argc, char *argv[])
{
    world.context.self = &world.context;
    world.context.ownership_top = world.chain;
    if (argc != 4 || syscall(SYS_arch_prctl, ARCH_SET_GS, &world.context) != 0) {
        fprintf(stderr, "usage: %s LIMIT LIMIT_OF_MANY LIMIT_OF_LARGE\n", argv[0]);
        return 2;
    }
    world_parts_start();
    step_start();
    take_one();
    give_one();
    const int64_t empty = length(nothing);
    const int64_t take = length(take_one) - empty;
    const int64_t give = length(give_one) - empty;
    const int64_t many = length(take_and_give_many) / (int64_t)MANY;
    const int64_t large = length(take_and_give_large);
    printf("a frame at hand: %ld to take, %ld to give (limit of both %s)\n", take, give, argv[1]);
    printf("each of many: %ld in all (limit %s)\n", many, argv[2]);
    printf("2 MiB: %ld in all (limit %s)\n", large, argv[3]);
    return take + give > strtol(argv[1], nullptr, 10) || many > strtol(argv[2], nullptr, 10) ||
           large > strtol(argv[3], nullptr, 10);
}
