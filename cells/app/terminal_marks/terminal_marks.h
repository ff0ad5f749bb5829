// SPDX-License-Identifier: MIT
/// terminal_marks: the marks of OSC 133, by which a terminal or a script knows where prompts,
/// commands and their output begin and end. They take no room on any screen.
///
///     PROMPT "theoris> " INPUT "cells" OUTPUT "nano_core\n..." done(0)
///
/// Callers:    those of the console. No state.
/// Live swap:  callers are relinked.
/// Fault:      a mark may be missing.
#pragma once

#define TERMINAL_MARK_PROMPT "\033]133;A\a" ///< a prompt begins
#define TERMINAL_MARK_INPUT "\033]133;B\a"  ///< the prompt ends; what is typed begins
#define TERMINAL_MARK_OUTPUT "\033]133;C\a" ///< the output of the command begins

/// Writes to the console that the command has ended, with its status.
void terminal_mark_done(int status);
