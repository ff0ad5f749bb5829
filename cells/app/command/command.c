// SPDX-License-Identifier: MIT
// The runner owns the application's cell while it runs: afterwards it is unloaded, with all that
// nobody else needs.
//
// Live swap:  nothing is remembered.
// Fault:      the words borrow from the caller's line.
#include <app/app.h>
#include <app/command.h>
#include <cell/cell_loader.h>
#include <cell/cell_metadata.h>
#include <cell/cell_namespace.h>
#include <cell/cell_store.h>
#include <libc/string.h>

// Copies the word at `*from` to `*to`, both within one line; false: a quote is not closed.
static bool take_word(char **from, char **to)
{
    char quote = '\0';
    for (; **from != '\0' && (quote || **from != ' '); ++*from) {
        if (quote == '\0' && (**from == '\'' || **from == '"'))
            quote = **from;
        else if (**from == quote && quote != '\0')
            quote = '\0';
        else if (**from == '\\' && quote != '\'' && (*from)[1] != '\0')
            *(*to)++ = *++*from;
        else
            *(*to)++ = **from;
    }
    return quote == '\0';
}

enum status command_split(char *line, int *count, char *words[COMMAND_WORDS + 1])
{
    char *from = line;
    char *to = line;
    *count = 0;
    for (;;) {
        while (*from == ' ')
            from++;
        words[*count] = nullptr;
        if (*from == '\0')
            return STATUS_OK;
        if (*count == COMMAND_WORDS)
            return STATUS_OVERFLOW;
        words[*count] = to;
        if (!take_word(&from, &to))
            return STATUS_INVALID;
        if (*from == ' ')
            from++;
        *to++ = '\0';
        ++*count;
    }
}

static int print_help(const struct cell *cell)
{
    const struct cell_symbol *symbol = cell_export(cell, "app_usage");
    const char *usage = symbol ? cell_memory(cell, symbol->address, symbol->size) : nullptr;
    const struct text purpose = cell->description.purpose;
    const struct text name = cell->description.name;
    print("%.*s\n", (int)purpose.length, purpose.start);
    if (usage)
        print("%s", usage);
    else
        print("usage: %.*s\n", (int)name.length, name.start);
    return APP_DONE;
}

static int run_application(const struct cell *cell, int argc, char *argv[])
{
    int (*function)(int, char *[]) = cell_main(cell);
    if (!text_equal(cell->description.kind, text_of("application")) || !function) {
        print("%s is a %.*s cell, not a command: `help` lists the commands\n", argv[0],
              (int)cell->description.kind.length, cell->description.kind.start);
        return APP_NOT_FOUND;
    }
    if (argc > 1 && strcmp(argv[1], "--help") == 0)
        return print_help(cell);
    int status;
    do
        status = function(argc, argv);
    while (status == APP_AGAIN);
    if (status >= 0 && status <= APP_LAST_STATUS)
        return status;
    print("%s: its status, %d, is not within 0 to %d\n", argv[0], status, APP_LAST_STATUS);
    return APP_FAILED;
}

static bool is_name(const char *word)
{
    for (; *word != '\0'; word++)
        if (!(*word >= 'a' && *word <= 'z') && !(*word >= '0' && *word <= '9') && *word != '_')
            return false;
    return true;
}

int command_run_words(int count, char *words[])
{
    struct stored_file file;
    struct cell_problem problem;
    OWNED(cell_reference, cell);
    if (!is_name(words[0]) || cell_store_find(text_of(words[0]), &file) != STATUS_OK) {
        print("there is no command %s: `help` lists the commands\n", words[0]);
        return APP_NOT_FOUND;
    }
    OWNED(namespace_reference, here);
    if (namespace_current(&here) != STATUS_OK) {
        print("the namespace is owned too often\n");
        return APP_FAILED;
    }
    const enum status status = cell_load(&here, text_of(words[0]), &cell, &problem);
    if (status != STATUS_OK) {
        print("%s\n", problem.sentence);
        return status == STATUS_NOT_FOUND || status == STATUS_DENIED ? APP_NOT_FOUND : APP_FAILED;
    }
    return run_application(cell_of(&cell), count, words);
}

int command_run(char *line)
{
    char *words[COMMAND_WORDS + 1];
    int count;
    switch (command_split(line, &count, words)) {
    case STATUS_OK:
        return count == 0 ? APP_DONE : command_run_words(count, words);
    case STATUS_INVALID:
        print("a quote is not closed: write \\' or \\\" for the character itself\n");
        return APP_USAGE;
    default:
        print("the line has over %d words\n", COMMAND_WORDS);
        return APP_USAGE;
    }
}

bool command_next(size_t *cursor, struct text *name, struct text *purpose)
{
    struct stored_file file;
    struct cell_description description;
    struct cell_problem problem;
    while (cell_store_next(cursor, &file)) {
        if (!text_ends_with(file.name, text_of(".cell")) ||
            cell_describe(&file, &description, &problem) != STATUS_OK ||
            !text_equal(description.kind, text_of("application")))
            continue;
        *name = description.name;
        *purpose = description.purpose;
        return true;
    }
    return false;
}
