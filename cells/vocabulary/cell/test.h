// SPDX-License-Identifier: MIT
/// test: how a cell's tests are written. The same file runs on the host under sanitizers and, as
/// the cell NAME_test, inside the system, where the command `test` finds them.
#pragma once
#include <cell/status.h>

struct test_run {
    const char *failure; ///< the first expectation that did not hold; null: none
    unsigned line;       ///< where that stands
};

struct test_case {
    const char *name;
    void (*function)(struct test_run *run);
};

#define TEST_SECTION "cell_tests" ///< an array of struct test_case; the host's runner walks it

/// A test, named as a sentence; its body follows.
#define TEST(sentence)                                                                             \
    static void sentence(struct test_run *test_run);                                               \
    [[gnu::used, gnu::section(TEST_SECTION)]] static const struct test_case test_##sentence = {    \
        #sentence, sentence};                                                                      \
    static void sentence([[maybe_unused]] struct test_run *test_run)

/// SYSTEM_TEST: a test that needs the machine and is not run on the host. HOST_TEST: one that would
/// harm a running system and is run on the host only.
#define UNUSED_TEST(sentence) [[maybe_unused]] static void sentence(struct test_run *test_run)
#if __STDC_HOSTED__
#define HOST_TEST(sentence) TEST(sentence)
#define SYSTEM_TEST(sentence) UNUSED_TEST(sentence)
#else
#define HOST_TEST(sentence) UNUSED_TEST(sentence)
#define SYSTEM_TEST(sentence) TEST(sentence)
#endif

/// Ends the test as failed unless `condition` holds.
#define EXPECT(condition)                                                                          \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            test_run->failure = #condition;                                                        \
            test_run->line = __LINE__;                                                             \
            return;                                                                                \
        }                                                                                          \
    } while (0)

#define EXPECT_STATUS(expected, call) EXPECT((call) == (expected))
