// SPDX-License-Identifier: MIT
#include <cell/test.h>
#include <cpu/per_cpu.h>

PER_CPU struct counters {
    uint64_t calls;
    uint64_t places[4];
} counters;

PER_CPU alignas(64) struct line {
    uint64_t words[8];
} line;

static void add(uint64_t *sum, uint64_t value)
{
    *sum += value;
}

TEST(an_object_of_this_cpu_is_zero_at_first_and_used_by_name)
{
    const uint64_t before = counters.calls;
    counters.calls++;
    counters.places[counters.calls % 4] = 7;
    add(&PER_CPU_POINTER(&counters)->calls, 2);
    EXPECT(counters.calls == before + 3);
    EXPECT(counters.places[(before + 1) % 4] == 7);
    for (size_t i = 0; i < 8; i++)
        EXPECT(line.words[i] == 0);
}

SYSTEM_TEST(an_object_lies_in_the_area_of_the_cpu_that_asks)
{
    const uint64_t area = (uint64_t)CONTEXT->self;
    const uint64_t place = (uint64_t)PER_CPU_POINTER(&counters);
    EXPECT(place >= area + sizeof(struct context_header));
    EXPECT(place + sizeof(struct counters) <= area + PER_CPU_AREA_SIZE);
    EXPECT((uint64_t)PER_CPU_POINTER(&line) % 64 == 0);
}

#if __STDC_HOSTED__
static struct per_cpu_area first;
static struct per_cpu_area second;

HOST_TEST(a_place_is_zeroed_in_every_area_whenever_it_is_given_out)
{
    OWNED(per_cpu_space, space);
    per_cpu_start(&first, sizeof(struct context_header));
    EXPECT_STATUS(STATUS_OK, per_cpu_add(&second));
    EXPECT_STATUS(STATUS_OK, per_cpu_allocate(100, 16, &space));
    EXPECT(space.offset == 64 && space.size == 100);
    second.objects[space.offset - sizeof(struct context_header)] = 1;
    per_cpu_space_drop(&space);
    OWNED(per_cpu_space, again);
    size_t offset = 0;
    while (offset != 64) {
        EXPECT_STATUS(STATUS_OK, per_cpu_allocate(100, 16, &again));
        offset = again.offset;
        per_cpu_space_drop(&again);
    }
    EXPECT(second.objects[offset - sizeof(struct context_header)] == 0);
}

HOST_TEST(what_is_taken_at_the_start_is_not_given_out)
{
    OWNED(per_cpu_space, space);
    per_cpu_start(&first, 1000);
    EXPECT_STATUS(STATUS_OK, per_cpu_allocate(PER_CPU_AREA_SIZE - 1024, 64, &space));
    EXPECT(space.offset == 1024);
    OWNED(per_cpu_space, more);
    EXPECT_STATUS(STATUS_EXHAUSTED, per_cpu_allocate(1, 1, &more));
}

HOST_TEST(a_place_that_was_taken_at_the_start_can_be_owned_and_given_back)
{
    OWNED(per_cpu_space, space);
    OWNED(per_cpu_space, more);
    per_cpu_start(&first, 1024);
    per_cpu_space_adopt(512, 100, &space);
    EXPECT(space.offset == 512 && space.size == 100);
    EXPECT_STATUS(STATUS_OK, per_cpu_allocate(PER_CPU_AREA_SIZE - 1024, 64, &more));
    per_cpu_space_drop(&space);
    OWNED(per_cpu_space, again);
    EXPECT_STATUS(STATUS_OK, per_cpu_allocate(128, 64, &again));
    EXPECT(again.offset == 512);
}

HOST_TEST(sizes_and_alignments_that_make_no_sense_are_refused)
{
    OWNED(per_cpu_space, space);
    per_cpu_start(&first, 64);
    EXPECT_STATUS(STATUS_INVALID, per_cpu_allocate(0, 1, &space));
    EXPECT_STATUS(STATUS_INVALID, per_cpu_allocate(8, 128, &space));
    EXPECT_STATUS(STATUS_EXHAUSTED, per_cpu_allocate(SIZE_MAX, 1, &space));
}

HOST_TEST(there_is_a_limit_to_the_areas)
{
    per_cpu_start(&first, 64);
    for (size_t i = 1; i < PER_CPU_LIMIT; i++)
        EXPECT_STATUS(STATUS_OK, per_cpu_add(&second));
    EXPECT_STATUS(STATUS_EXHAUSTED, per_cpu_add(&second));
}
#endif
