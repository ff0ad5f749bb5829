// SPDX-License-Identifier: MIT
// The ring holds whole lines of fixed size, numbered from 1 as they come.
//
// Live swap:  ring and level are all the state there is.
// Fault:      the ring can lose the line that was being written.
#include <cell/annotations.h>
#include <stdarg.h>

#include <cpu/clock.h>
#include <device/serial_port.h>
#include <display/screen.h>
#include <fault/logger.h>
#include <libc/format.h>
#include <libc/string.h>

enum { RING_LINES = 256 };

STATE struct logger_state {
    char ring[RING_LINES][LOG_LINE_LIMIT];
    unsigned long written;
    enum log_level level;
} state = {.level = LOG_NOTICE};

static const char *const level_names[LOG_LEVELS] = {"error", "warning", "notice", "debug"};

const char *log_level_name(enum log_level level)
{
    return level_names[level];
}

enum status log_level_parse(struct text name, enum log_level *level)
{
    for (unsigned i = 0; i < LOG_LEVELS; i++) {
        if (text_equal(name, text_of(level_names[i]))) {
            *level = (enum log_level)i;
            return STATUS_OK;
        }
    }
    return STATUS_NOT_FOUND;
}

void log_set_level(enum log_level level)
{
    state.level = level;
}

void log_write(enum log_level level, const char *cell, const char *format, ...)
{
    if (level > state.level)
        return;
    char *line = state.ring[state.written % RING_LINES];
    const unsigned long microseconds = clock_nanoseconds() / 1000;
    const size_t start =
        format_text(line, LOG_LINE_LIMIT, "[%5lu.%06lu] %s %s: ", microseconds / 1000000,
                    microseconds % 1000000, level_names[level], cell);
    va_list arguments;
    va_start(arguments, format);
    const size_t length =
        format_append(line, LOG_LINE_LIMIT, start < LOG_LINE_LIMIT ? start : LOG_LINE_LIMIT - 1,
                      format, arguments);
    va_end(arguments);
    state.written++;
    serial_write(SERIAL_COM2, line, length);
    serial_write(SERIAL_COM2, "\r\n", 2);
    if (level <= LOG_NOTICE) {
        screen_write(line, length);
        screen_write("\n", 1);
    }
}

bool log_next(unsigned long *cursor, char line[LOG_LINE_LIMIT])
{
    if (state.written > RING_LINES && *cursor < state.written - RING_LINES)
        *cursor = state.written - RING_LINES;
    if (*cursor >= state.written)
        return false;
    memcpy(line, state.ring[*cursor % RING_LINES], LOG_LINE_LIMIT);
    ++*cursor;
    return true;
}
