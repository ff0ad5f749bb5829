// SPDX-License-Identifier: MIT
// Everything after a first `--` is a word, even `--help`.
#include <app/app.h>

const char app_usage[] = "usage: echo [--] [WORD...]\n";

int main(int argc, char *argv[])
{
    int first = 1;
    if (argc > 1 && text_equal(text_of(argv[1]), text_of("--")))
        first = 2;
    for (int i = first; i < argc; i++)
        print("%s%s", i > first ? " " : "", argv[i]);
    print("\n");
    return APP_DONE;
}
