// SPDX-License-Identifier: MIT
/// terminal_marks: the one mark that has a number in it.
#include <app/terminal_marks.h>
#include <display/console.h>
#include <libc/format.h>

void terminal_mark_done(int status)
{
    char mark[32];
    console_write(mark, format_text(mark, sizeof mark, "\033]133;D;%d\a", status));
}
