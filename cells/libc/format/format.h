// SPDX-License-Identifier: MIT
/// format: values as text, by the rules of C's printf.
///
/// Conversions: %d %i %u %x %X %o %c %s %p %%, with the flags `-` `0` `+` blank `#`, width and
/// precision (as numbers or `*`), and the lengths hh h l ll z t j. There is no floating point. %p
/// is `0x` and the address, for null too; a null %s is "(null)". What is none of this is written
/// as it stands and takes no argument.
///
/// Callers:    any context, interrupt handlers too: no state, no locks, no heap.
#pragma once
#include <stdarg.h>
#include <stddef.h>

/// Where the text goes, piece by piece.
struct format_sink {
    void (*write)(void *context, const char *text, size_t length);
    void *context; ///< what `write` needs
};

/// Writes the text to `sink`, in several pieces, none of them empty. Consumes the arguments.
void format_to(struct format_sink *sink, const char *format, va_list arguments);

/// Writes as much of the text as fits into `size` bytes, the last of them a zero; none if `size` is
/// 0, when `buffer` may be null. Gives the length of the whole text: `size` or more tells that it
/// was cut.
[[gnu::format(printf, 3, 4)]] size_t format_text(char *buffer, size_t size, const char *format,
                                                 ...);

/// Writes the text behind the first `length` bytes of a text in `buffer`, as far as it fits, and a
/// zero. Consumes the arguments; gives the length of what `buffer` holds then, below `size`.
size_t format_append(char *buffer, size_t size, size_t length, const char *format,
                     va_list arguments);
