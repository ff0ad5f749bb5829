// SPDX-License-Identifier: MIT
// A round picks a mapping by chance and measures three operations on it: it is made read-only,
// unmapped, and another is mapped in its place. Both designs get the same choices.
#include <app/app.h>
#include <cpu/stopwatch.h>

#include "population.h"

const char app_usage[] =
    "usage: bench_mappings [COUNT...] [-j]\n"
    "  COUNT  how many mappings exist beside the one that is worked on: 1 to 1000000, and memory\n"
    "         for as many pages; 10 and 1000 unless given\n"
    "  -j     one JSON object a line: design, operation, live, instructions, min, max, rounds,\n"
    "         unit\n"
    "Figures are instructions where the machine counts them (scripts/run --icount), else ticks of\n"
    "the time-stamp counter.\n";

enum : size_t { LARGEST_COUNT = 1000000, ROUNDS = 101 };
enum operation { REMAP, UNMAP, MAP, OPERATIONS };

static const char *const operation_names[OPERATIONS] = {
    [REMAP] = "remap", [UNMAP] = "unmap", [MAP] = "map"};

struct samples {
    uint64_t ticks[OPERATIONS][ROUNDS];
    uint64_t empty[ROUNDS];
};

typedef enum status operation_function(struct population *population, size_t slot);

static enum status nothing([[maybe_unused]] struct population *population,
                           [[maybe_unused]] size_t slot)
{
    return STATUS_OK;
}

static enum status sample(operation_function *function, struct population *population, size_t slot,
                          uint64_t *ticks)
{
    const uint64_t start = stopwatch_read();
    const enum status status = function(population, slot);
    *ticks = stopwatch_read() - start;
    return status;
}

static enum status sample_round(const struct design *design, struct population *population,
                                size_t slot, size_t round, struct samples *samples)
{
    TRY(sample(nothing, population, slot, &samples->empty[round]));
    TRY(sample(design->remap, population, slot, &samples->ticks[REMAP][round]));
    TRY(design->permit_writing(population, slot));
    TRY(sample(design->unmap, population, slot, &samples->ticks[UNMAP][round]));
    return sample(design->map, population, slot, &samples->ticks[MAP][round]);
}

// The first round is done twice: what it did first may have been to fill a cache.
static enum status sample_design(const struct design *design, size_t count, struct samples *samples)
{
    uint64_t random = 1;
    OWNED(population, population);
    if (count == 0)
        return STATUS_INVALID;
    FILL(&population, .made = true);
    population.count = count;
    TRY(design->prepare(&population));
    for (size_t slot = 0; slot < count; slot++)
        TRY(design->map(&population, slot));
    TRY(sample_round(design, &population, 0, 0, samples));
    for (size_t round = 0; round < ROUNDS; round++) {
        random = random * 6364136223846793005 + 1442695040888963407;
        TRY(sample_round(design, &population, (random >> 33) % count, round, samples));
    }
    return STATUS_OK;
}

static void report(bool json, const struct design *design, size_t count,
                   const struct stopwatch *watch, struct samples *samples)
{
    const uint64_t empty = stopwatch_summarise(samples->empty, ROUNDS).median;
    for (unsigned i = 0; i < OPERATIONS; i++) {
        for (size_t round = 0; round < ROUNDS; round++) {
            uint64_t *ticks = &samples->ticks[i][round];
            *ticks = stopwatch_passed(watch, *ticks > empty ? *ticks - empty : 0);
        }
        const struct stopwatch_summary of = stopwatch_summarise(samples->ticks[i], ROUNDS);
        if (json)
            print("{\"design\":\"%s\",\"operation\":\"%s\",\"live\":%zu,\"instructions\":%lu,"
                  "\"min\":%lu,\"max\":%lu,\"rounds\":%zu,\"unit\":\"%s\"}\n",
                  design->name, operation_names[i], count, of.median, of.min, of.max, ROUNDS,
                  watch->unit == STOPWATCH_INSTRUCTIONS ? "instructions" : "ticks");
        else
            print("%-8s %-10s %8zu %12lu %12lu %12lu\n", design->name, operation_names[i], count,
                  of.median, of.min, of.max);
    }
}

static int run(bool json, size_t count, const struct stopwatch *watch)
{
    static const struct design *const designs[] = {&design_owned, &design_areas};
    for (unsigned i = 0; i < 2; i++) {
        struct samples samples;
        const enum status status = sample_design(designs[i], count, &samples);
        if (status != STATUS_OK) {
            print("bench_mappings: %zu mappings failed: %s\n", count, status_sentence(status));
            return APP_FAILED;
        }
        report(json, designs[i], count, watch, &samples);
    }
    return APP_DONE;
}

// 0: it is not a count.
static size_t parse_count(const char *word)
{
    size_t count = 0;
    for (; *word >= '0' && *word <= '9' && count <= LARGEST_COUNT; word++)
        count = count * 10 + (size_t)(*word - '0');
    return *word == '\0' && count <= LARGEST_COUNT ? count : 0;
}

static void print_head(const struct stopwatch *watch)
{
    if (watch->unit == STOPWATCH_TICKS)
        print("This machine does not count instructions: the figures are ticks of its time-stamp "
              "counter.\n");
    print("%-8s %-10s %8s %12s %12s %12s\n", "design", "operation", "live",
          watch->unit == STOPWATCH_TICKS ? "ticks" : "instructions", "min", "max");
}

int main(int argc, char *argv[])
{
    static const size_t usual[] = {10, 1000};
    const bool json = app_take_flag(&argc, argv, "-j");
    for (int i = 1; i < argc; i++)
        if (parse_count(argv[i]) == 0)
            return app_bad_argument(argv, argv[i]);
    const struct stopwatch watch = stopwatch_calibrate();
    if (!json)
        print_head(&watch);
    int status = APP_DONE;
    for (int i = 1; i < argc && status == APP_DONE; i++)
        status = run(json, parse_count(argv[i]), &watch);
    for (size_t i = 0; argc == 1 && i < 2 && status == APP_DONE; i++)
        status = run(json, usual[i], &watch);
    return status;
}
