// SPDX-License-Identifier: MIT
// Each round reads the counter, calls, reads the counter. The first call of all is not counted, for
// it may be the one that fills a cache or makes a page table.
#include <app/app.h>
#include <cell/cell_metadata.h>
#include <cell/cell_namespace.h>
#include <cpu/stopwatch.h>

#include "benchmarks.h"

const char app_usage[] =
    "usage: bench [NAME...] [-j]\n"
    "  NAME  only these benchmarks\n"
    "  -j    one JSON object a line: name, instructions, min, max, rounds, unit\n"
    "Figures are instructions where the machine counts them (scripts/run --icount), else ticks of\n"
    "the time-stamp counter.\n";

static enum status nothing([[maybe_unused]] const struct workbench *bench)
{
    return STATUS_OK;
}

static const struct benchmark empty = {
    .name = "empty", .function = nothing, .operations = 1, .rounds = BENCHMARK_ROUNDS};

// Fills `samples` with the ticks of each round.
static enum status sample(const struct benchmark *benchmark, const struct workbench *bench,
                          uint64_t samples[])
{
    for (uint32_t i = 0; i < benchmark->rounds; i++) {
        if (i == 0)
            TRY(benchmark->function(bench));
        const uint64_t start = stopwatch_read();
        const enum status status = benchmark->function(bench);
        samples[i] = stopwatch_read() - start;
        TRY(status);
    }
    return STATUS_OK;
}

// In units, for one operation.
static uint64_t without_empty(const struct benchmark *benchmark, const struct workbench *bench,
                              const struct stopwatch *watch, uint64_t ticks, uint64_t empty_ticks)
{
    const uint64_t operations = benchmark->operations ? benchmark->operations : bench->exports;
    const uint64_t passed = stopwatch_passed(watch, ticks > empty_ticks ? ticks - empty_ticks : 0);
    return (passed + operations / 2) / operations;
}

static enum status measure(const struct benchmark *benchmark, const struct workbench *bench,
                           const struct stopwatch *watch, struct stopwatch_summary *result)
{
    uint64_t samples[BENCHMARK_ROUNDS];
    if (!benchmark->function) {
        const uint64_t figure = stopwatch_passed(watch, benchmark->ticks());
        *result = (struct stopwatch_summary){figure, figure, figure};
        return STATUS_OK;
    }
    TRY(sample(&empty, bench, samples));
    const uint64_t empty_ticks = stopwatch_summarise(samples, empty.rounds).median;
    TRY(sample(benchmark, bench, samples));
    const struct stopwatch_summary of = stopwatch_summarise(samples, benchmark->rounds);
    *result = (struct stopwatch_summary){
        .median = without_empty(benchmark, bench, watch, of.median, empty_ticks),
        .min = without_empty(benchmark, bench, watch, of.min, empty_ticks),
        .max = without_empty(benchmark, bench, watch, of.max, empty_ticks),
    };
    return STATUS_OK;
}

static void report(bool json, const struct benchmark *benchmark, const struct stopwatch *watch,
                   const struct stopwatch_summary *result)
{
    if (json)
        print("{\"name\":\"%s\",\"instructions\":%lu,\"min\":%lu,\"max\":%lu,\"rounds\":%u,"
              "\"unit\":\"%s\"}\n",
              benchmark->name, result->median, result->min, result->max, benchmark->rounds,
              watch->unit == STOPWATCH_INSTRUCTIONS ? "instructions" : "ticks");
    else
        print("%-20s %12lu %12lu %12lu %7u\n", benchmark->name, result->median, result->min,
              result->max, benchmark->rounds);
}

static bool wanted(int argc, char *argv[], const char *name)
{
    for (int i = 1; i < argc; i++)
        if (text_equal(text_of(argv[i]), text_of(name)))
            return true;
    return argc == 1;
}

static int check_names(int argc, char *argv[])
{
    for (int i = 1; i < argc; i++) {
        const struct benchmark *benchmark = nullptr;
        for (size_t n = 0; (benchmark = benchmark_at(n)); n++)
            if (text_equal(text_of(argv[i]), text_of(benchmark->name)))
                break;
        if (!benchmark) {
            print("bench: there is no benchmark %s: `bench` runs all there are\n", argv[i]);
            return APP_NOT_FOUND;
        }
    }
    return APP_DONE;
}

static int run(bool json, int argc, char *argv[], const struct workbench *bench)
{
    const struct stopwatch watch = stopwatch_calibrate();
    const struct benchmark *benchmark;
    if (!json) {
        if (watch.unit == STOPWATCH_TICKS)
            print("This machine does not count instructions: the figures are ticks of its "
                  "time-stamp counter.\n");
        print("%-20s %12s %12s %12s %7s\n", "name",
              watch.unit == STOPWATCH_TICKS ? "ticks" : "instructions", "min", "max", "rounds");
    }
    for (size_t n = 0; (benchmark = benchmark_at(n)); n++) {
        struct stopwatch_summary result;
        if (!wanted(argc, argv, benchmark->name))
            continue;
        const enum status status = measure(benchmark, bench, &watch, &result);
        if (status != STATUS_OK) {
            print("bench: %s failed: %s\n", benchmark->name, status_sentence(status));
            return APP_FAILED;
        }
        report(json, benchmark, &watch, &result);
    }
    return APP_DONE;
}

int main(int argc, char *argv[])
{
    OWNED(mapped_pages_mut, page);
    OWNED(cell_reference, cell);
    OWNED(namespace_reference, here);
    struct workbench bench;
    const bool json = app_take_flag(&argc, argv, "-j");
    const int bad = check_names(argc, argv);
    if (bad != APP_DONE)
        return bad;
    if (mapped_pages_allocate(MAPPING_HEAP, 1, &page) != STATUS_OK ||
        namespace_current(&here) != STATUS_OK ||
        namespace_find_cell(&here, text_of("cell_metadata"), &cell) != STATUS_OK) {
        print("bench: there is no memory for a page to try things on\n");
        return APP_FAILED;
    }
    workbench_prepare(&bench, &page, cell_of(&cell));
    bench.space = &here;
    return run(json, argc, argv, &bench);
}
