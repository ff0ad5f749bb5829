// SPDX-License-Identifier: MIT
/// threads: runs a test's body in several threads at once, each with a context of its own, as if on
/// several CPUs. For NAME_threads_test.c, which is built under the thread sanitizer.
#pragma once
#include <stddef.h>

/// What all threads do; `thread` counts from 0. False: an expectation did not hold.
typedef bool thread_body(size_t thread);

/// Runs `body` in `count` threads and waits for them. Whether all returned true, and owned nothing
/// at the end.
bool run_in_threads(size_t count, thread_body *body);
