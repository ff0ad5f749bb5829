// SPDX-License-Identifier: MIT
/// sentence: formatting without a C library. See the header.
#include "sentence.h"

struct writer {
    struct sentence *sentence;
    size_t length;
};

static void write_character(struct writer *writer, char character)
{
    if (writer->length < sizeof writer->sentence->text - 1) {
        writer->sentence->text[writer->length++] = character;
    }
}

static void write_text(struct writer *writer, const char *text)
{
    while (*text != '\0') {
        write_character(writer, *text++);
    }
}

static void write_number(struct writer *writer, unsigned long long number, unsigned base)
{
    char digits[21];
    size_t first = sizeof digits - 1;
    digits[first] = '\0';
    do {
        digits[--first] = "0123456789abcdef"[number % base];
        number /= base;
    } while (number != 0);
    write_text(writer, &digits[first]);
}

void sentence_write_list(struct sentence *sentence, const char *format, va_list arguments)
{
    struct writer writer = {.sentence = sentence};
    for (const char *at = format; *at != '\0'; at++) {
        if (at[0] != '%') {
            write_character(&writer, *at);
        } else if (at[1] == 's') {
            write_text(&writer, va_arg(arguments, const char *));
            at += 1;
        } else if (at[1] == 'l' && at[2] == 'l' && (at[3] == 'u' || at[3] == 'x')) {
            write_number(&writer, va_arg(arguments, unsigned long long), at[3] == 'u' ? 10 : 16);
            at += 3;
        } else {
            write_character(&writer, '%');
            at += at[1] == '%';
        }
    }
    sentence->text[writer.length] = '\0';
}

void sentence_write(struct sentence *sentence, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    sentence_write_list(sentence, format, arguments);
    va_end(arguments);
}
