// SPDX-License-Identifier: MIT
/// sentence: one sentence for the user, made where a fault is found.
///
/// The loader can do nothing about a bad file but say what is wrong and what helps. So its checks
/// answer yes or no, and on no they leave the sentence that `stop` prints.
#pragma once
#include <stdarg.h>
#include <stddef.h>

struct sentence {
    char text[320]; ///< zero-ended; what does not fit is cut
};

/// Replaces the text. `format` knows %s, %llu, %llx and %%, and nothing else.
[[gnu::format(printf, 2, 3)]] void sentence_write(struct sentence *sentence, const char *format,
                                                  ...);

/// The same with the arguments of the caller.
[[gnu::format(printf, 2, 0)]] void sentence_write_list(struct sentence *sentence,
                                                       const char *format, va_list arguments);
