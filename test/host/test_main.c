// SPDX-License-Identifier: MIT
/// Runs a cell's tests on the host: all of them, or the one that the argument names.
#include <stdio.h>
#include <string.h>

#include <cell/test.h>

// The linker makes these names.
// NOLINTBEGIN(bugprone-reserved-identifier)
extern const struct test_case __start_cell_tests[];
extern const struct test_case __stop_cell_tests[];
// NOLINTEND(bugprone-reserved-identifier)

static bool test_passes(const struct test_case *test)
{
    struct test_run run = {};
    test->function(&run);
    if (run.failure)
        printf("%s: line %u: expected %s\n", test->name, run.line, run.failure);
    else
        printf("%s: ok\n", test->name);
    return !run.failure;
}

int main(int argc, char *argv[])
{
    int ran = 0;
    int failed = 0;
    for (const struct test_case *test = __start_cell_tests; test < __stop_cell_tests; test++) {
        if (argc > 1 && strcmp(argv[1], test->name) != 0)
            continue;
        ran++;
        failed += !test_passes(test);
    }
    printf("%d passed, %d failed\n", ran - failed, failed);
    return ran == 0 || failed != 0;
}
