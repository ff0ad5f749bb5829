// SPDX-License-Identifier: MIT
/// options: one text from the two places that options come from.
///
/// `options.txt` comes first, then a newline, then the load options that the firmware's boot entry
/// or its shell gave to the loader: what is said last counts.
#pragma once
#include <stddef.h>

/// How many bytes `options_join` writes at most.
size_t options_room(size_t text_size, size_t load_options_size);

/// Writes the zero-ended text to `out` and gives its length in bytes, the zero included.
/// `text` is the content of options.txt, up to a zero byte if it has one; `load_options` is UCS-2
/// of any alignment, sizes are in bytes. Firmware also passes binary data of its own there: load
/// options that are not ASCII text are left out.
size_t options_join(char *out, const char *text, size_t text_size, const void *load_options,
                    size_t load_options_size);
