// SPDX-License-Identifier: MIT
/// app: what an application is made of.
///
/// An application is a cell of KIND application that defines main(). Typing its name in the shell
/// loads it and calls main() with the words of the line; its value, 0 to 99, is the command's
/// status. It may also define `app_usage`, which `NAME --help` prints below the cell's PURPOSE.
///
///     const char app_usage[] = "usage: count [-j] FILE\n"
///                              "  -j  one JSON object a line\n";
#pragma once
#include <stddef.h>

#include <cell/text.h>

enum {
    APP_DONE = 0,
    APP_FAILED = 1,    ///< a sentence says why
    APP_USAGE = 2,     ///< the arguments make no sense
    APP_NOT_FOUND = 3, ///< not found or not permitted
    APP_LAST_STATUS = 99,
    APP_AGAIN = -1, ///< the code was replaced: enter main() again with the same arguments
};

int main(int argc, char *argv[]);
extern const char app_usage[];

/// Prints on COM1 and screen.
[[gnu::format(printf, 1, 2)]] void print(const char *format, ...);

/// Prints `text` as a JSON string, quotes included.
void print_json(struct text text);

/// Takes the flag `flag` (such as "-j") out of the arguments. False: it is not there.
bool app_take_flag(int *argc, char *argv[], const char *flag);

/// Complains of an argument that is unknown or too much, and returns APP_USAGE.
int app_bad_argument(char *argv[], const char *argument);
