// SPDX-License-Identifier: MIT
/// logger: what the system says of itself.
///
/// A line is `[seconds] level cell: text`. It goes to COM2, to the screen when its level is notice
/// or worse, and into a ring whose oldest lines give way. The log never speaks on COM1.
///
/// Callers:    anyone; a line from within an exception may be mixed with the one it interrupts.
/// Live swap:  ring and level are all the state there is.
/// Fault:      the ring can lose the line that was being written.
#pragma once
#include <stddef.h>

#include <cell/status.h>
#include <cell/text.h>

enum log_level { LOG_ERROR, LOG_WARNING, LOG_NOTICE, LOG_DEBUG, LOG_LEVELS };

enum { LOG_LINE_LIMIT = 240 }; ///< longer lines are cut

/// Writes a line in the name of `cell`; use the macros below.
[[gnu::format(printf, 3, 4)]] void log_write(enum log_level level, const char *cell,
                                             const char *format, ...);

#define log_error(...) log_write(LOG_ERROR, CELL_NAME, __VA_ARGS__)
#define log_warning(...) log_write(LOG_WARNING, CELL_NAME, __VA_ARGS__)
#define log_notice(...) log_write(LOG_NOTICE, CELL_NAME, __VA_ARGS__)
#define log_debug(...) log_write(LOG_DEBUG, CELL_NAME, __VA_ARGS__)

/// Lines beyond `level` are dropped from here on; at first `LOG_NOTICE`.
void log_set_level(enum log_level level);

/// STATUS_NOT_FOUND: there is no such level.
enum status log_level_parse(struct text name, enum log_level *level);

const char *log_level_name(enum log_level level);

/// Copies the line after the one that `cursor` names, zero-ended, and advances; starts with the
/// oldest at 0. False: there is none. Lines lost since the last call are passed over.
bool log_next(unsigned long *cursor, char line[LOG_LINE_LIMIT]);
