// SPDX-License-Identifier: MIT
// A command is an application cell; what it is for stands in its manifest.
#include <app/app.h>
#include <app/command.h>

const char app_usage[] = "usage: help [-j]\n"
                         "  -j  one JSON object a line: name, purpose\n"
                         "`NAME --help` says more of the command NAME.\n";

int main(int argc, char *argv[])
{
    const bool json = app_take_flag(&argc, argv, "-j");
    size_t cursor = 0;
    struct text name;
    struct text purpose;
    if (argc > 1)
        return app_bad_argument(argv, argv[1]);
    while (command_next(&cursor, &name, &purpose)) {
        if (json) {
            print("{\"name\":");
            print_json(name);
            print(",\"purpose\":");
            print_json(purpose);
            print("}\n");
        } else {
            print("%-12.*s %.*s\n", (int)name.length, name.start, (int)purpose.length,
                  purpose.start);
        }
    }
    if (!json)
        print("`NAME --help` says more of the command NAME.\n");
    return APP_DONE;
}
