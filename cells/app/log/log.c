// SPDX-License-Identifier: MIT
// The lines are those that the log's ring still holds.
#include <app/app.h>
#include <fault/logger.h>

const char app_usage[] = "usage: log [-j]\n"
                         "  -j  one JSON object a line: line\n"
                         "The boot option log=LEVEL (error, warning, notice, debug) says what is\n"
                         "kept; log lines also go to COM2.\n";

int main(int argc, char *argv[])
{
    const bool json = app_take_flag(&argc, argv, "-j");
    unsigned long cursor = 0;
    char line[LOG_LINE_LIMIT];
    if (argc > 1)
        return app_bad_argument(argv, argv[1]);
    while (log_next(&cursor, line)) {
        if (json) {
            print("{\"line\":");
            print_json(text_of(line));
            print("}\n");
        } else {
            print("%s\n", line);
        }
    }
    return APP_DONE;
}
