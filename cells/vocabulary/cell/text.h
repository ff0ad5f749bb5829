// SPDX-License-Identifier: MIT
/// text: a borrowed run of characters, not zero-ended. The empty text may have a null start.
#pragma once
#include <stddef.h>

struct text {
    const char *start;
    size_t length;
};

/// The text of a zero-ended string; null gives the empty text.
static inline struct text text_of(const char *string)
{
    struct text text = {string, 0};
    while (string && string[text.length] != '\0')
        text.length++;
    return text;
}

static inline bool text_equal(struct text a, struct text b)
{
    if (a.length != b.length)
        return false;
    for (size_t i = 0; i < a.length; i++)
        if (a.start[i] != b.start[i])
            return false;
    return true;
}

static inline bool text_starts_with(struct text text, struct text start)
{
    return text.length >= start.length &&
           text_equal((struct text){text.start, start.length}, start);
}

static inline bool text_ends_with(struct text text, struct text end)
{
    return text.length >= end.length &&
           text_equal((struct text){text.start + text.length - end.length, end.length}, end);
}

/// Takes the part of `rest` before the next `separator`, runs of which count as one, and leaves in
/// `rest` what follows. False, with an empty `part`: there is none left.
static inline bool text_next_part(struct text *rest, char separator, struct text *part)
{
    while (rest->length > 0 && *rest->start == separator)
        *rest = (struct text){rest->start + 1, rest->length - 1};
    *part = (struct text){rest->start, 0};
    while (rest->length > 0 && *rest->start != separator) {
        *rest = (struct text){rest->start + 1, rest->length - 1};
        part->length++;
    }
    return part->length > 0;
}
