// SPDX-License-Identifier: MIT
// The status travels over the serial line as that of this command, before the power goes.
#include <app/app.h>
#include <app/terminal_marks.h>
#include <cell/status.h>
#include <cpu/firmware.h>

const char app_usage[] = "usage: exit [STATUS]\n"
                         "  STATUS  0 to 99, for scripts/run to end with; 0 unless given\n";

static bool parse_status(const char *word, int *status)
{
    *status = 0;
    if (*word == '\0')
        return false;
    for (; *word >= '0' && *word <= '9' && *status <= APP_LAST_STATUS; word++)
        *status = 10 * *status + (*word - '0');
    return *word == '\0' && *status <= APP_LAST_STATUS;
}

int main(int argc, char *argv[])
{
    int status = APP_DONE;
    if (argc > 2)
        return app_bad_argument(argv, argv[2]);
    if (argc == 2 && !parse_status(argv[1], &status)) {
        print("exit: the status is a number from 0 to %d, not %s\n", APP_LAST_STATUS, argv[1]);
        return APP_USAGE;
    }
    terminal_mark_done(status);
    const enum status result = firmware_reset(FIRMWARE_POWER_OFF);
    print("exit: the firmware cannot switch the machine off: %s\n", status_sentence(result));
    return APP_FAILED;
}
