// SPDX-License-Identifier: MIT
// The loop of prompt, line, command, status. The marks around them (terminal_marks) let a program
// at the other end of the serial line tell a command's output from everything else.
//
// Live swap:  the history is the editor's state.
// Fault:      as that of the command it runs.
#include <app/app.h>
#include <app/command.h>
#include <app/line_editor.h>
#include <app/terminal_marks.h>
#include <cell/annotations.h>
#include <cpu/clock.h>
#include <display/console.h>
#include <fault/logger.h>
#include <libc/string.h>

static const char prompt[] = TERMINAL_MARK_PROMPT "theoris> " TERMINAL_MARK_INPUT;

static int read_console([[maybe_unused]] struct line_editor *of)
{
    return console_read();
}

static void write_console([[maybe_unused]] struct line_editor *of, const char *text, size_t length)
{
    console_write(text, length);
}

// The first word of a line is the name of a command.
static bool complete_command([[maybe_unused]] struct line_editor *of, const struct line_word *word,
                             size_t index, char *candidate, size_t size)
{
    const struct text start = {word->line + word->start, word->end - word->start};
    struct text name;
    struct text purpose;
    size_t cursor = 0;
    if (word->start != 0)
        return false;
    while (command_next(&cursor, &name, &purpose)) {
        if (!text_starts_with(name, start) || name.length >= size || index-- > 0)
            continue;
        memcpy(candidate, name.start, name.length);
        candidate[name.length] = '\0';
        return true;
    }
    return false;
}

static const struct line_terminal terminal = {
    .read = read_console,
    .write = write_console,
    .complete = complete_command,
};

STATE struct line_editor editor;

static void run(char *line)
{
    print(TERMINAL_MARK_OUTPUT);
    const int status = command_run(line);
    terminal_mark_done(status);
    if (status != APP_DONE)
        print("[status %d]\n", status);
}

BLOCKS int main([[maybe_unused]] int argc, [[maybe_unused]] char *argv[])
{
    char line[LINE_EDITOR_LINE_SIZE];
    print("\nTheoris. Type `help` for the commands.\n");
    clock_note_prompt();
    log_debug("prompt %lu ticks after the loader's entry", clock_ticks_to_prompt());
    for (;;)
        if (line_editor_read(&editor, &terminal, prompt, line, sizeof line) == STATUS_OK)
            run(line);
}
