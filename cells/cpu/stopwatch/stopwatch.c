// SPDX-License-Identifier: MIT
// What surrounds a loop costs the same whatever its length, so it is the differences that tell. If
// the counter told time, a dozen of them would hardly be equal, let alone multiples of their
// instructions.
//
// Live swap:  nothing is remembered.
// Fault:      nothing is remembered.
#include <cpu/processor.h>
#include <cpu/stopwatch.h>

enum : uint64_t { TURNS = 1000, INSTRUCTIONS_A_TURN = 2 };
enum { TRIALS = 12 };

void stopwatch_loop(uint64_t turns);

static uint64_t ticks_of(uint64_t turns)
{
    const uint64_t start = processor_time_stamp();
    stopwatch_loop(turns);
    return processor_time_stamp() - start;
}

struct stopwatch stopwatch_calibrate(void)
{
    static const struct stopwatch time = {STOPWATCH_TICKS, 1};
    const uint64_t step = TURNS * INSTRUCTIONS_A_TURN;
    uint64_t shorter = ticks_of(TURNS);
    uint64_t ticks = 0;
    for (uint64_t i = 0; i < TRIALS; i++) {
        const uint64_t longer = ticks_of((i + 2) * TURNS);
        if (longer <= shorter || (i > 0 && longer - shorter != ticks))
            return time;
        ticks = longer - shorter;
        shorter = longer;
    }
    if (ticks % step != 0)
        return time;
    return (struct stopwatch){STOPWATCH_INSTRUCTIONS, ticks / step};
}

uint64_t stopwatch_read(void)
{
    return processor_time_stamp();
}

uint64_t stopwatch_passed(const struct stopwatch *watch, uint64_t ticks)
{
    return (ticks + watch->ticks / 2) / watch->ticks;
}

struct stopwatch_summary stopwatch_summarise(uint64_t samples[], size_t count)
{
    for (size_t i = 1; i < count; i++) {
        const uint64_t sample = samples[i];
        size_t place = i;
        for (; place > 0 && samples[place - 1] > sample; place--)
            samples[place] = samples[place - 1];
        samples[place] = sample;
    }
    return (struct stopwatch_summary){
        .median = samples[(count - 1) / 2], .min = samples[0], .max = samples[count - 1]};
}
