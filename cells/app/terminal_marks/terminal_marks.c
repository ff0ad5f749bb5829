#include <app/terminal_marks.h>
#include <display/console.h>
#include <libc/format.h>
void terminal_mark_done(int status)
{
    char b[32];
    size_t n = format_text(b, 32, "\033]133;D;%d\a", status);
    console_write(b, n);
}
