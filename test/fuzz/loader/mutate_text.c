// SPDX-License-Identifier: MIT
#include <stdio.h>
#include <string.h>

#include "mutate.h"
#include "mutate_text.h"
#include "world.h"

struct span {
    size_t start;
    size_t end; // behind the newline
};

static struct span any_line(const uint8_t *text, size_t size, struct random *random)
{
    struct span line = {random_below(random, size), 0};
    while (line.start > 0 && text[line.start - 1] != '\n')
        line.start--;
    line.end = line.start;
    while (line.end < size && text[line.end] != '\n')
        line.end++;
    line.end += line.end < size;
    return line;
}

// Replaces the span by `length` bytes, if there is room.
static size_t replace(uint8_t *text, size_t size, size_t most, struct span span, const void *bytes,
                      size_t length)
{
    const size_t rest = size - span.end;
    if (span.start + length + rest > most)
        return size;
    memmove(text + span.start + length, text + span.end, rest);
    if (length > 0)
        memcpy(text + span.start, bytes, length);
    return span.start + length + rest;
}

static size_t repeat_line(uint8_t *text, size_t size, size_t most, struct random *random)
{
    char copy[1024];
    struct span line = any_line(text, size, random);
    const size_t length = line.end - line.start;
    if (length > sizeof copy)
        return size;
    memcpy(copy, text + line.start, length);
    line.end = line.start = any_line(text, size, random).start;
    return replace(text, size, most, line, copy, length);
}

// Puts one of `lines` before a line, in its place, or at the end.
static size_t put_line(uint8_t *text, size_t size, size_t most, struct random *random,
                       const char *line)
{
    struct span span = any_line(text, size, random);
    if (random_below(random, 2))
        span.end = span.start;
    else if (random_below(random, 2))
        span.start = span.end = size;
    return replace(text, size, most, span, line, strlen(line));
}

static size_t lengthen(uint8_t *text, size_t size, size_t most, struct random *random)
{
    char words[700];
    const size_t length = random_below(random, sizeof words);
    const char letter = "a_0 =.:"[random_below(random, 7)];
    const struct span line = any_line(text, size, random);
    const size_t at = line.end > line.start ? line.end - 1 : line.end;
    for (size_t i = 0; i < length; i++)
        words[i] = i % 7 == 6 ? ' ' : letter;
    return replace(text, size, most, (struct span){at, at}, words, length);
}

static size_t change_byte(uint8_t *text, size_t size, struct random *random)
{
    static const char bytes[] = " \n:=.*#_aA0\0\x7F\xFF";
    text[random_below(random, size)] = (uint8_t)bytes[random_below(random, sizeof bytes)];
    return size;
}

static size_t mutate_with(uint8_t *text, size_t size, size_t most, struct random *random,
                          const char *line)
{
    if (size == 0)
        return replace(text, size, most, (struct span){}, line, strlen(line));
    switch (random_below(random, 8)) {
    case 0:
        return repeat_line(text, size, most, random);
    case 1:
        return replace(text, size, most, any_line(text, size, random), nullptr, 0);
    case 2:
        return lengthen(text, size, most, random);
    case 3:
        return change_byte(text, size, random);
    case 4:
        return mutate_bytes(text, size, most);
    default:
        return put_line(text, size, most, random, line);
    }
}

// The name of a cell of the build.
static void any_cell(char name[64], struct random *random)
{
    size_t count;
    const struct world_file *files = world_files(&count);
    const char *file = files[random_below(random, count)].name;
    (void)snprintf(name, 64, "%.*s", (int)(strstr(file, ".cell") - file), file);
}

size_t mutate_manifest(uint8_t *text, size_t size, size_t most, struct random *random)
{
    static const char *const lines[] = {
        "manifest: 1.0\n",
        "manifest: 1.999999999\n",
        "manifest: 999999999.0\n",
        "manifest: 99999999999999999999.1\n",
        "name: fuzzed\n",
        "name: string\n",
        "version: 999999999.999999999.999999999\n",
        "version: 1.2.3-a.b+c\n",
        "version: 18446744073709551616.0.0\n",
        "kind: kernel\n",
        "kind: driver\n",
        "kind: application\n",
        "needs: fuzzed\n",
        "needs: string string\n",
        "needs: string app box shared heap_owned format logger console clock\n",
        "needs: nowhere\n",
        "capabilities: port_io msr interrupts processor_control cell_management\n",
        "guards: msr\n",
        "guards: msr=main port_io=start\n",
        "start: main\n",
        "stop: main\n",
        "evolved_from: main\n",
        "renames: a=b c=d\n",
        "unknown: anything at all\n",
        "purpose: \n",
        "\n",
        "name\n",
    };
    char made[160];
    char cell[64];
    const char *line = lines[random_below(random, sizeof lines / sizeof *lines)];
    if (random_below(random, 4) == 0) {
        any_cell(cell, random);
        (void)snprintf(made, sizeof made, random_below(random, 2) ? "needs: %s\n" : "name: %s\n",
                       cell);
        line = made;
    }
    return mutate_with(text, size, most, random, line);
}

size_t mutate_lines(uint8_t *text, size_t size, size_t most, struct random *random)
{
    static const char *const lines[] = {
        "theoris-policy 1.0\n",
        "theoris-policy 2.0\n",
        "theoris-signatures 2.0\n",
        "allow kind application needs *\n",
        "allow cell reboot needs *\n",
        "allow cell reboot capabilities *\n",
        "allow cell reboot in kernel from archive capabilities runtime_services\n",
        "allow cell reboot from extra needs firmware stop terminal_marks\n",
        "allow cell in in from archive needs needs\n",
        "allow kind kernel\n",
        "allow\n",
        "# nothing\n",
        "\n",
        "signature 00\n",
        "0000000000000000000000000000000000000000000000000000000000000000 fuzzed.cell\n",
    };
    return mutate_with(text, size, most, random,
                       lines[random_below(random, sizeof lines / sizeof *lines)]);
}
