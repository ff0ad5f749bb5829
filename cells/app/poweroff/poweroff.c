// SPDX-License-Identifier: MIT
// There is no way but the firmware's.
#include <app/app.h>
#include <app/terminal_marks.h>
#include <cell/status.h>
#include <cpu/firmware.h>

int main(int argc, char *argv[])
{
    if (argc > 1)
        return app_bad_argument(argv, argv[1]);
    terminal_mark_done(APP_DONE);
    const enum status status = firmware_reset(FIRMWARE_POWER_OFF);
    print("poweroff: the firmware cannot switch the machine off: %s\n", status_sentence(status));
    return APP_FAILED;
}
