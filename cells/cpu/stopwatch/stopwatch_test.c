// SPDX-License-Identifier: MIT
#include <cell/test.h>
#include <cpu/stopwatch.h>

TEST(a_summary_has_the_middle_and_the_ends)
{
    uint64_t odd[] = {9, 1, 7, 3, 5};
    const struct stopwatch_summary of_odd = stopwatch_summarise(odd, 5);
    EXPECT(of_odd.median == 5 && of_odd.min == 1 && of_odd.max == 9);
    uint64_t even[] = {4, 3, 2, 1};
    EXPECT(stopwatch_summarise(even, 4).median == 2);
    uint64_t one[] = {8};
    const struct stopwatch_summary of_one = stopwatch_summarise(one, 1);
    EXPECT(of_one.median == 8 && of_one.min == 8 && of_one.max == 8);
}

TEST(ticks_are_turned_into_the_nearest_number_of_units)
{
    const struct stopwatch watch = {STOPWATCH_INSTRUCTIONS, 8};
    EXPECT(stopwatch_passed(&watch, 80) == 10);
    EXPECT(stopwatch_passed(&watch, 83) == 10 && stopwatch_passed(&watch, 84) == 11);
}

// Two readings surround the same instructions each time, so where instructions are counted the
// differences are equal.
SYSTEM_TEST(where_instructions_are_counted_they_repeat)
{
    const struct stopwatch watch = stopwatch_calibrate();
    EXPECT(watch.ticks > 0);
    uint64_t passed[2];
    for (unsigned i = 0; i < 2; i++) {
        const uint64_t start = stopwatch_read();
        passed[i] = stopwatch_read() - start;
    }
    EXPECT(watch.unit == STOPWATCH_TICKS || passed[0] == passed[1]);
}
