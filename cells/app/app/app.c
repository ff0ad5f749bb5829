// SPDX-License-Identifier: MIT
// Output goes to the console in pieces, as they are formatted.
//
// Live swap:  nothing is remembered.
// Fault:      output printed so far stays.
#include <stdarg.h>

#include <app/app.h>
#include <display/console.h>
#include <libc/format.h>
#include <libc/string.h>

static void write_out([[maybe_unused]] void *context, const char *text, size_t length)
{
    console_write(text, length);
}

void print(const char *format, ...)
{
    struct format_sink sink = {.write = write_out};
    va_list arguments;
    va_start(arguments, format);
    format_to(&sink, format, arguments);
    va_end(arguments);
}

void print_json(struct text text)
{
    console_write("\"", 1);
    for (size_t i = 0; i < text.length; i++) {
        const unsigned char c = (unsigned char)text.start[i];
        if (c == '"' || c == '\\')
            print("\\%c", c);
        else if (c < ' ')
            print("\\u%04x", c);
        else
            console_write(text.start + i, 1);
    }
    console_write("\"", 1);
}

bool app_take_flag(int *argc, char *argv[], const char *flag)
{
    for (int i = 1; i < *argc; i++) {
        if (strcmp(argv[i], flag) != 0)
            continue;
        for (; i < *argc; i++)
            argv[i] = argv[i + 1];
        --*argc;
        return true;
    }
    return false;
}

int app_bad_argument(char *argv[], const char *argument)
{
    print("%s: it is not clear what %s means: see `%s --help`\n", argv[0],
          *argument ? argument : "an empty word", argv[0]);
    return APP_USAGE;
}
