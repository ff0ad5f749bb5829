// SPDX-License-Identifier: MIT
// Each argument is a number.
#include <app/app.h>
#include <hobby/roman.h>

const char app_usage[] = "usage: numeral NUMBER...\n"
                         "  NUMBER  1 to 3999\n";

static unsigned parse(const char *word)
{
    unsigned number = 0;
    for (; *word >= '0' && *word <= '9' && number < 10000; word++)
        number = 10 * number + (unsigned)(*word - '0');
    return *word == '\0' ? number : 0;
}

int main(int argc, char *argv[])
{
    for (int i = 1; i < argc; i++) {
        char numeral[ROMAN_SIZE];
        if (roman_write(parse(argv[i]), numeral) != STATUS_OK) {
            print("numeral: %s is not a number from 1 to 3999\n", argv[i]);
            return APP_USAGE;
        }
        print("%s\n", numeral);
    }
    return APP_DONE;
}
