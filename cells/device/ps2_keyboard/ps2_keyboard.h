// SPDX-License-Identifier: MIT
/// ps2_keyboard: the keys of a PS/2 keyboard as the bytes that a terminal would send.
///
/// US layout. Letters obey shift and caps lock; Ctrl gives control characters (Ctrl-C is 3); Alt
/// puts an ESC before; Enter is '\r', Backspace 127; arrows, Home, End, Insert, Delete, Page Up,
/// Page Down and the function keys give xterm's sequences; the keypad gives digits while num lock
/// is on, as it is at first. Polls; uses no interrupt. Lamps are left as they are.
///
/// Callers:    one at a time.
/// Live swap:  the state is kept; a key held down meanwhile is still known to be.
/// Fault:      at most the key in hand is lost.
#pragma once
#include <cell/status.h>

/// Finds and starts the controller and the keyboard. STATUS_OK also if there are none: then no
/// input comes.
enum status ps2_keyboard_start(void);

/// The next byte of input, 0 to 255; -1: there is none.
int ps2_keyboard_read(void);
