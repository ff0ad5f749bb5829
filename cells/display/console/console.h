// SPDX-License-Identifier: MIT
/// console: what a person talks to the system through. Text goes to COM1 and to the screen, input
/// comes from COM1 and from the keyboard; which of them exist is none of the caller's concern.
///
/// The devices are started by whoever boots the system; before that, text is lost and no input
/// comes.
///
/// Callers:    one task at a time.
/// Live swap:  no state; callers are relinked.
/// Fault:      the text may be shown in part.
#pragma once
#include <stddef.h>

/// Shows UTF-8 text. A '\n' starts a new line.
void console_write(const char *text, size_t length);

/// The next byte of input, 0 to 255; -1: there is none.
int console_poll(void);

/// Waits for the next byte of input. Enter is '\r' on a keyboard; a program may send '\n'.
int console_read(void);
