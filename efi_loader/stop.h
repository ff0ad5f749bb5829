// SPDX-License-Identifier: MIT
/// stop: the one way out besides nano_core.
#pragma once
#include "sentence.h"

/// Prints `theoris: stopped: ` and the sentence on the screen and COM1, waits for a key, gives the
/// loader's lasting memory back and returns to the firmware. The sentence says what is wrong and
/// what helps.
[[noreturn, gnu::format(printf, 1, 2)]] void stop(const char *format, ...);
