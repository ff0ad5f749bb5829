// SPDX-License-Identifier: MIT
/// command: from a typed line to an application's status.
///
/// Words are separated by blanks; '...' and "..." keep blanks, \ keeps the next character.
/// `NAME --help` is answered here, from the cell's PURPOSE and its `app_usage`.
#pragma once
#include <stddef.h>

#include <cell/status.h>
#include <cell/text.h>

enum { COMMAND_WORDS = 32 };

/// Splits `line` in place. STATUS_INVALID: a quote is not closed. STATUS_OVERFLOW: over
/// COMMAND_WORDS words. `words` ends with a null.
enum status command_split(char *line, int *count, char *words[COMMAND_WORDS + 1]);

/// Runs the application that the first of `count` words, at least one, names in the current
/// namespace, and returns its status; `words` ends with a null.
int command_run_words(int count, char *words[]);

/// Runs a line, which it changes; returns the status, 0 for an empty line.
int command_run(char *line);

/// The applications of the store, one a call; `*cursor` is 0 at first. False: no more.
bool command_next(size_t *cursor, struct text *name, struct text *purpose);
