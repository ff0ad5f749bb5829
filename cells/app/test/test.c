// SPDX-License-Identifier: MIT
// The tests of a cell NAME are the cell NAME_test, whose section cell_tests lists them. It is
// unloaded after them.
#include <app/app.h>
#include <cell/cell_loader.h>
#include <cell/cell_metadata.h>
#include <cell/cell_namespace.h>
#include <cell/cell_store.h>
#include <cell/test.h>
#include <cpu/clock.h>
#include <libc/format.h>
#include <libc/string.h>
#include <memory/frame_allocator.h>
#include <memory/heap.h>
#include <memory/system_memory.h>

const char app_usage[] = "usage: test [CELL...] [-j]\n"
                         "  CELL  only the tests of these cells\n"
                         "  -j    one JSON object a line: cell, test, result, duration_ns\n";

static const char suffix[] = "_test.cell";
static const char symbol_prefix[] = "test_";

enum : size_t { SENTENCE = 96 };

struct totals {
    unsigned passed;
    unsigned failed;
};

static void report(bool json, struct text cell, const char *test, const struct test_run *run,
                   unsigned long duration)
{
    if (json) {
        print("{\"cell\":\"%.*s\",\"test\":\"%s\",\"result\":\"%s\",\"duration_ns\":%lu",
              (int)cell.length, cell.start, test, run->failure ? "failed" : "passed", duration);
        if (run->failure) {
            print(",\"line\":%u,\"expected\":", run->line);
            print_json(text_of(run->failure));
        }
        print("}\n");
    } else if (run->failure) {
        print("%.*s.%s: FAILED: line %u: expected %s\n", (int)cell.length, cell.start, test,
              run->line, run->failure);
    } else {
        print("%.*s.%s: passed\n", (int)cell.length, cell.start, test);
    }
}

static uint64_t free_memory(void)
{
    heap_trim();
    memory_trim();
    return frame_statistics().free;
}

// Says in `sentence` by how many frames the test fails, and lets it fail.
static void fail_by_frames(struct test_run *run, uint64_t before, uint64_t after,
                           char sentence[SENTENCE])
{
    enum : uint64_t { FRAME = 4096 };
    const bool lost = after < before;
    format_text(sentence, SENTENCE, "as many free frames after the test as before it: %lu %s",
                (lost ? before - after : after - before) / FRAME, lost ? "fewer" : "more");
    run->failure = sentence;
}

// A test that passes leaves as many frames free as it found.
static void run_test(bool json, struct text cell, const struct test_case *test,
                     struct totals *totals)
{
    struct test_run run = {};
    char sentence[SENTENCE];
    const unsigned long start = clock_nanoseconds();
    const uint64_t before = free_memory();
    test->function(&run);
    const uint64_t after = free_memory();
    if (!run.failure && after != before)
        fail_by_frames(&run, before, after, sentence);
    report(json, cell, test->name, &run, clock_nanoseconds() - start);
    totals->passed += !run.failure;
    totals->failed += run.failure != nullptr;
}

// The objects that TEST() defines are the ones in a test cell of that name and size.
static bool is_test(const struct cell_symbol *symbol)
{
    return !symbol->function && symbol->size == sizeof(struct test_case) &&
           strncmp(symbol->name, symbol_prefix, strlen(symbol_prefix)) == 0;
}

static void run_cell(bool json, struct text name, const struct cell *tests, struct totals *totals)
{
    for (size_t i = 0; i < tests->symbols.length; i++) {
        const struct cell_symbol *symbol = &SLICE_AT(tests->symbols, i);
        const struct test_case *test = cell_memory(tests, symbol->address, symbol->size);
        if (is_test(symbol) && test)
            run_test(json, name, test, totals);
    }
}

static bool wanted(int argc, char *argv[], struct text name)
{
    for (int i = 1; i < argc; i++)
        if (text_equal(text_of(argv[i]), name))
            return true;
    return argc == 1;
}

static bool load_and_run(bool json, struct text file_name, struct text name, struct totals *totals)
{
    struct cell_problem problem;
    OWNED(namespace_reference, here);
    OWNED(cell_reference, tests);
    const struct text cell = {file_name.start, file_name.length - strlen(".cell")};
    if (namespace_current(&here) != STATUS_OK ||
        cell_load(&here, cell, &tests, &problem) != STATUS_OK) {
        print("%s\n", problem.sentence);
        return false;
    }
    run_cell(json, name, cell_of(&tests), totals);
    return true;
}

static int check_names(int argc, char *argv[])
{
    for (int i = 1; i < argc; i++) {
        struct stored_file file;
        size_t cursor = 0;
        bool found = false;
        while (!found && cell_store_next(&cursor, &file))
            found = text_ends_with(file.name, text_of(suffix)) &&
                    file.name.length == strlen(argv[i]) + strlen(suffix) &&
                    text_starts_with(file.name, text_of(argv[i]));
        if (!found) {
            print("test: there are no tests of a cell %s\n", argv[i]);
            return APP_NOT_FOUND;
        }
    }
    return APP_DONE;
}

int main(int argc, char *argv[])
{
    const bool json = app_take_flag(&argc, argv, "-j");
    struct totals totals = {};
    struct stored_file file;
    size_t cursor = 0;
    const int bad = check_names(argc, argv);
    if (bad != APP_DONE)
        return bad;
    while (cell_store_next(&cursor, &file)) {
        if (!text_ends_with(file.name, text_of(suffix)))
            continue;
        const struct text name = {file.name.start, file.name.length - strlen(suffix)};
        if (wanted(argc, argv, name) && !load_and_run(json, file.name, name, &totals))
            totals.failed++;
    }
    if (!json)
        print("%u passed, %u failed\n", totals.passed, totals.failed);
    return totals.failed == 0 ? APP_DONE : APP_FAILED;
}
