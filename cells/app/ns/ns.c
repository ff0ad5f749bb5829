// SPDX-License-Identifier: MIT
// The commands that change something. A command that is run in a namespace finds itself and all
// that it asks for by name there: the namespace is the current one until it ends.
//
// Live swap:  nothing is remembered.
// Fault:      a namespace without a name is dropped; the current one is what it was before.
#include "ns.h"

#include <app/command.h>
#include <cell/cell_loader.h>
#include <libc/string.h>

const char app_usage[] =
    "usage: ns [list] [-j]                  lists the namespaces\n"
    "       ns new NAME [BASE]              makes one over BASE, or over kernel\n"
    "       ns fork NAME [FROM]             makes one that shares all cells of FROM, or of\n"
    "                                       application, until one is replaced\n"
    "       ns replace FORK CELL=FILE...    replaces cells in a fork; relinks what needs them\n"
    "       ns run NAME COMMAND [WORD...]   runs a command there\n"
    "       ns show NAME [-j]               lists what the names of cells mean there\n"
    "       ns diff NAME OTHER [-j]         lists the names that mean different cells\n"
    "       ns drop NAME                    drops one, with the cells that only it has\n"
    "  FILE  a cell of the archive or of the extra files, also as NAME@VERSION\n"
    "  -j    one JSON object a line\n";

enum status find_named(const char *name, FILLS(struct namespace_reference) found)
{
    const enum status status = namespace_find(text_of(name), found);
    if (status != STATUS_OK)
        print("ns: there is no namespace %s\n", name);
    return status;
}

static int refuse_making(enum status status, const char *name)
{
    switch (status) {
    case STATUS_INVALID:
        print("ns: a name has 1 to %d characters, lower-case letters, digits and _\n",
              NAMESPACE_NAME);
        return APP_USAGE;
    case STATUS_EXISTS:
        print("ns: there is a namespace %s already\n", name);
        return APP_FAILED;
    case STATUS_OVERFLOW:
        print("ns: no more than %d namespaces lie over each other\n", NAMESPACE_DEPTH);
        return APP_FAILED;
    default:
        print("ns: there is no memory for a namespace\n");
        return APP_FAILED;
    }
}

static int make(enum namespace_form form, const char *name, const char *base_name)
{
    OWNED(namespace_reference, base);
    OWNED(namespace_reference, made);
    if (find_named(base_name, &base) != STATUS_OK)
        return APP_NOT_FOUND;
    enum status status = namespace_create(text_of(name), form, &base, &made);
    if (status == STATUS_OK)
        status = namespace_publish(&made, nullptr);
    return status == STATUS_OK ? APP_DONE : refuse_making(status, name);
}

// Splits CELL=FILE.
static bool parse(char *word, struct cell_replacement *replacement)
{
    struct text rest = text_of(word);
    if (!text_next_part(&rest, '=', &replacement->name) || rest.length < 2)
        return false;
    replacement->by = (struct text){rest.start + 1, rest.length - 1};
    return replacement->name.start == word;
}

static int replace(const char *name, int count, char *words[])
{
    struct cell_replacement replacements[CELLS_AT_ONCE] = {};
    struct cell_problem problem;
    OWNED(namespace_reference, fork);
    if (count > CELLS_AT_ONCE) {
        print("ns: no more than %d cells are replaced at once\n", CELLS_AT_ONCE);
        return APP_USAGE;
    }
    for (int i = 0; i < count; i++)
        if (!parse(words[i], &replacements[i])) {
            print("ns: %s is not of the form CELL=FILE\n", words[i]);
            return APP_USAGE;
        }
    if (find_named(name, &fork) != STATUS_OK)
        return APP_NOT_FOUND;
    const enum status status = cells_replace(&fork, replacements, (size_t)count, &problem);
    if (status == STATUS_OK)
        return APP_DONE;
    print("ns: nothing is replaced: %s\n", problem.sentence);
    return status == STATUS_NOT_FOUND || status == STATUS_DENIED ? APP_NOT_FOUND : APP_FAILED;
}

static int run(const char *name, int count, char *words[])
{
    OWNED(namespace_reference, entered);
    OWNED(namespace_visit, visit);
    if (find_named(name, &entered) != STATUS_OK)
        return APP_NOT_FOUND;
    if (namespace_enter(&entered, &visit) != STATUS_OK) {
        print("ns: %s has too many owners\n", name);
        return APP_FAILED;
    }
    return command_run_words(count, words);
}

// Whether `other` lies over `base`.
static bool lies_over(const struct namespace_reference *other,
                      const struct namespace_reference *base)
{
    while ((other = namespace_base(other)))
        if (namespace_of(other) == namespace_of(base))
            return true;
    return false;
}

static void say_who_uses(const struct namespace_reference *used, const char *name)
{
    for (uint64_t cursor = 0;;) {
        OWNED(namespace_reference, other);
        if (!namespace_next(&cursor, &other))
            break;
        if (!lies_over(&other, used))
            continue;
        const struct text over = namespace_of(&other)->name;
        print("ns: %.*s lies over %s: drop it first\n", (int)over.length, over.start, name);
        return;
    }
    print("ns: a command runs in %s\n", name);
}

static int drop(const char *name)
{
    OWNED(namespace_reference, dropped);
    if (find_named(name, &dropped) != STATUS_OK)
        return APP_NOT_FOUND;
    switch (namespace_withdraw(&dropped)) {
    case STATUS_OK:
        return APP_DONE;
    case STATUS_DENIED:
        print("ns: %s is never dropped: it is what the others lie over\n", name);
        return APP_NOT_FOUND;
    default:
        say_who_uses(&dropped, name);
        return APP_FAILED;
    }
}

static bool is(const char *word, const char *other)
{
    return strcmp(word, other) == 0;
}

// How many words each command takes.
struct command {
    const char *name;
    int least;
    int most;
    const char *missing;
};

static const struct command commands[] = {
    {"list", 0, 0, ""},
    {"new", 1, 2, "name the namespace"},
    {"fork", 1, 2, "name the fork"},
    {"replace", 2, COMMAND_WORDS, "name the fork, and what is replaced as CELL=FILE"},
    {"run", 2, COMMAND_WORDS, "name the namespace and the command"},
    {"show", 1, 1, "name the namespace"},
    {"diff", 2, 2, "name two namespaces"},
    {"drop", 1, 1, "name the namespace"},
};

// APP_DONE: the count of words is right.
static int check_words(int count, char *argv[])
{
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++) {
        const struct command *command = &commands[i];
        if (!is(command->name, argv[1]))
            continue;
        if (count > command->most)
            return app_bad_argument(argv, argv[2 + command->most]);
        if (count >= command->least)
            return APP_DONE;
        print("ns %s: %s\n", argv[1], command->missing);
        return APP_USAGE;
    }
    return app_bad_argument(argv, argv[1]);
}

static int act(int count, char *argv[], bool json)
{
    const char *command = argv[1];
    char **words = argv + 2;
    if (is(command, "new"))
        return make(NAMESPACE_STACKED, words[0], count > 1 ? words[1] : "kernel");
    if (is(command, "fork"))
        return make(NAMESPACE_FORKED, words[0], count > 1 ? words[1] : "application");
    if (is(command, "replace"))
        return replace(words[0], count - 1, words + 1);
    if (is(command, "run"))
        return run(words[0], count - 1, words + 1);
    if (is(command, "show"))
        return show_namespace(words[0], json);
    if (is(command, "diff"))
        return diff_namespaces(words[0], words[1], json);
    return is(command, "drop") ? drop(words[0]) : list_namespaces(json);
}

int main(int argc, char *argv[])
{
    // What follows `ns run` is the other command's.
    const bool runs = argc > 1 && is(argv[1], "run");
    const bool json = !runs && app_take_flag(&argc, argv, "-j");
    if (argc == 1)
        return list_namespaces(json);
    const int bad = check_words(argc - 2, argv);
    return bad == APP_DONE ? act(argc - 2, argv, json) : bad;
}
