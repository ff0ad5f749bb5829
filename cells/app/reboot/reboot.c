// SPDX-License-Identifier: MIT
// The firmware's reset; where that returns, the chip set's.
#include <app/app.h>
#include <app/terminal_marks.h>
#include <cpu/firmware.h>
#include <fault/stop.h>

int main(int argc, char *argv[])
{
    if (argc > 1)
        return app_bad_argument(argv, argv[1]);
    terminal_mark_done(APP_DONE);
    (void)firmware_reset(FIRMWARE_RESET_COLD);
    stop_reset();
}
