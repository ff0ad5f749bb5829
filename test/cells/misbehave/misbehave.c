// SPDX-License-Identifier: MIT
// Each word is one way to go wrong. The faults happen two calls deep, for the backtrace.
#include <app/app.h>
#include <cell/ownership.h>
#include <cell/status.h>
#include <cpu/firmware.h>
#include <cpu/processor.h>
#include <fault/stop.h>

const char app_usage[] = "usage: misbehave hang|stop|reset|off|flood\n"
                         "       misbehave null|division|stack|chain|invalid\n"
                         "       misbehave say TEXT\n"
                         "       misbehave status N\n";

[[noreturn]] static void hang(void)
{
    print("hanging\n");
    for (;;)
        processor_pause();
}

[[noreturn]] static void flood(void)
{
    for (;;)
        print("The quick brown fox jumps over the lazy dog.\n");
}

[[gnu::noinline]] static int read_through(const volatile int *pointer)
{
    return *pointer;
}

[[gnu::noinline]] static int divide_by(volatile int *divisor)
{
    return 1000 / *divisor;
}

[[gnu::noinline]] static int recurse(volatile int *depth)
{
    volatile char room[1024];
    room[0] = (char)++*depth;
    return *depth < 0 ? 0 : recurse(depth) + room[0];
}

// Notes owners until there is no room for one more.
[[gnu::noinline, noreturn]] static void own_too_much(void)
{
    for (;;)
        ownership_note(nullptr, nullptr);
}

static int fault(struct text kind)
{
    static volatile int zero;
    if (text_equal(kind, text_of("null")))
        return read_through((const volatile int *)(unsigned long)zero);
    if (text_equal(kind, text_of("division")))
        return divide_by(&zero);
    if (text_equal(kind, text_of("stack")))
        return recurse(&zero);
    if (text_equal(kind, text_of("chain")))
        own_too_much();
    __builtin_trap();
}

static int number_of(const char *digits)
{
    int number = 0;
    for (; *digits >= '0' && *digits <= '9'; digits++)
        number = 10 * number + (*digits - '0');
    return number;
}

static int end(struct text kind)
{
    if (text_equal(kind, text_of("hang")))
        hang();
    if (text_equal(kind, text_of("stop")))
        stop("it was asked to");
    if (text_equal(kind, text_of("reset")))
        processor_shut_down();
    if (text_equal(kind, text_of("off")))
        return firmware_reset(FIRMWARE_POWER_OFF) != STATUS_OK;
    if (text_equal(kind, text_of("flood")))
        flood();
    return fault(kind);
}

int main(int argc, char *argv[])
{
    static const char *const kinds[] = {"hang", "stop",     "reset", "off",   "flood",
                                        "null", "division", "stack", "chain", "invalid"};
    const struct text kind = argc >= 2 ? text_of(argv[1]) : text_of("");
    for (unsigned i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (argc == 2 && text_equal(kind, text_of(kinds[i])))
            return end(kind);
    if (argc == 3 && text_equal(kind, text_of("say"))) {
        print("%s\n", argv[2]);
        return APP_DONE;
    }
    if (argc == 3 && text_equal(kind, text_of("status")))
        return number_of(argv[2]);
    return argc > 1 ? app_bad_argument(argv, argv[1]) : APP_USAGE;
}
