// SPDX-License-Identifier: MIT
// Each word is one way to go wrong; those that the processor notices are in faults.c.
#include "faults.h"

#include <app/app.h>
#include <cell/spin_lock.h>
#include <cell/status.h>
#include <cpu/firmware.h>
#include <cpu/processor.h>
#include <fault/stop.h>

const char app_usage[] =
    "usage: misbehave hang|stop|reset|off|flood\n"
    "       misbehave null|misaligned|null_member|bounds|shift|bool|division|quotient\n"
    "       misbehave overflow|slice|overwrite|unreachable|badcall|stack|chain|trap|invalid\n"
    "       misbehave say TEXT\n"
    "       misbehave status N\n";

[[noreturn]] static void hang(void)
{
    print("hanging\n");
    for (;;)
        spin_pause();
}

[[noreturn]] static void flood(void)
{
    for (;;)
        print("The quick brown fox jumps over the lazy dog.\n");
}

static int number_of(const char *digits)
{
    int number = 0;
    for (; *digits >= '0' && *digits <= '9'; digits++)
        number = 10 * number + (*digits - '0');
    return number;
}

static bool end(struct text kind, int *status)
{
    if (text_equal(kind, text_of("hang")))
        hang();
    if (text_equal(kind, text_of("stop")))
        stop("it was asked to");
    if (text_equal(kind, text_of("reset")))
        processor_shut_down();
    if (text_equal(kind, text_of("flood")))
        flood();
    if (!text_equal(kind, text_of("off")))
        return fault(kind, status);
    *status = firmware_reset(FIRMWARE_POWER_OFF) != STATUS_OK;
    return true;
}

int main(int argc, char *argv[])
{
    int status;
    const struct text kind = argc >= 2 ? text_of(argv[1]) : text_of("");
    if (argc == 2 && end(kind, &status))
        return status;
    if (argc == 3 && text_equal(kind, text_of("say"))) {
        print("%s\n", argv[2]);
        return APP_DONE;
    }
    if (argc == 3 && text_equal(kind, text_of("status")))
        return number_of(argv[2]);
    return argc > 1 ? app_bad_argument(argv, argv[1]) : APP_USAGE;
}
