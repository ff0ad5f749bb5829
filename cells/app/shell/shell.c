// SPDX-License-Identifier: MIT
// The loop of prompt, line, command, status. The marks around them (terminal_marks) let a program
// at the other end of the serial line tell a command's output from everything else.
//
// Live swap:  line and history live in main's frame.
// Fault:      as that of the command it runs.
#include <app/app.h>
#include <app/command.h>
#include <app/line_editor.h>
#include <app/terminal_marks.h>
#include <cpu/clock.h>
#include <display/console.h>
#include <fault/logger.h>

enum { LINE_SIZE = 1024 };

static const char prompt[] = TERMINAL_MARK_PROMPT "theoris> " TERMINAL_MARK_INPUT;

static struct line_editor editor = {.read = console_read, .write = console_write};

static void run(char *line)
{
    print(TERMINAL_MARK_OUTPUT);
    const int status = command_run(line);
    terminal_mark_done(status);
    if (status != APP_DONE)
        print("[status %d]\n", status);
}

int main([[maybe_unused]] int argc, [[maybe_unused]] char *argv[])
{
    char line[LINE_SIZE];
    print("\nTheoris. Type `help` for the commands.\n");
    log_debug("prompt %lu ticks after the loader's entry", clock_ticks_since_boot());
    for (;;)
        if (line_editor_read(&editor, prompt, line, sizeof line) == STATUS_OK)
            run(line);
}
