// SPDX-License-Identifier: MIT
/// blocks: how a function that may wait calls another one.
///
///     BLOCKS enum status line_read(struct text *line)
///     {
///         int key;
///         TRY(BLOCKING(key_wait(&key)));
///         ...
///
/// When the code that waits is replaced, the call is woken and says STATUS_EVOLVED. It has taken
/// nothing by then, so it is made once more, and by then goes into the new code.
#pragma once
#include <cell/annotations.h>
#include <cell/status.h>

// A function's result must be used; that of a statement expression need not.
static inline enum status blocking_result(enum status status)
{
    return status;
}

// NOLINTBEGIN(bugprone-macro-parentheses,bugprone-assignment-in-if-condition): it is a call
/// The status of `call`, a call of a BLOCKS function, which is made again on STATUS_EVOLVED.
#define BLOCKING(call)                                                                             \
    blocking_result(({                                                                             \
        enum status blocking_status;                                                               \
        do                                                                                         \
            blocking_status = call;                                                                \
        while (blocking_status == STATUS_EVOLVED);                                                 \
        blocking_status;                                                                           \
    }))
// NOLINTEND(bugprone-macro-parentheses,bugprone-assignment-in-if-condition)
