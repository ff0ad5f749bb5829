// SPDX-License-Identifier: MIT
// Sources: Intel SDM volume 3, 19.7.3 (CPUID 15H); Intel 8254 datasheet, mode 0; port 61H as in the
// IBM PC/AT: bit 0 gates channel 2, bit 1 the speaker, bit 5 shows channel 2's output.
//
// Live swap:  the rate, the moment of the boot and two spans are all the state there is.
// Fault:      each changes once, by one store.
#include <cell/annotations.h>
#include <cpu/clock.h>
#include <cpu/port_io.h>
#include <cpu/processor.h>

enum : uint64_t { NANOSECONDS = 1000000000, ASSUMED_RATE = 1000000000, LONGEST_WAIT = 100000 };
enum : uint16_t { TIMER_CHANNEL_2 = 0x42, TIMER_COMMAND = 0x43, SYSTEM_PORT = 0x61 };
enum : uint8_t {
    SYSTEM_GATE = 1 << 0,
    SYSTEM_SPEAKER = 1 << 1,
    SYSTEM_OUTPUT = 1 << 5,
    COMMAND_CHANNEL_2_MODE_0 = 0xB0, // low byte, then high byte, binary
};
enum : unsigned { TIMER_HERTZ = 1193182, TIMER_COUNT = TIMER_HERTZ / 1000 };

STATE struct clock_state {
    uint64_t rate;
    uint64_t boot;
    uint64_t reading;
    uint64_t to_prompt; // 0: there has been none
} state;

static uint64_t rate_by_identity(void)
{
    if (processor_identify(0, 0).eax < 0x15)
        return 0;
    const struct processor_identity id = processor_identify(0x15, 0);
    return id.eax == 0 ? 0 : (uint64_t)id.ecx * id.ebx / id.eax;
}

static uint64_t rate_by_timer(void)
{
    const uint8_t before = port_read_8(SYSTEM_PORT);
    const uint8_t silent = (uint8_t)(before & ~(SYSTEM_SPEAKER | SYSTEM_GATE));
    port_write_8(SYSTEM_PORT, silent | SYSTEM_GATE);
    port_write_8(TIMER_COMMAND, COMMAND_CHANNEL_2_MODE_0);
    port_write_8(TIMER_CHANNEL_2, TIMER_COUNT & 0xFF);
    port_write_8(TIMER_CHANNEL_2, TIMER_COUNT >> 8);
    const uint64_t start = processor_time_stamp();
    uint64_t waits = 0;
    while (!(port_read_8(SYSTEM_PORT) & SYSTEM_OUTPUT) && waits < LONGEST_WAIT)
        waits++;
    const uint64_t ticks = processor_time_stamp() - start;
    port_write_8(SYSTEM_PORT, before);
    return waits == 0 || waits == LONGEST_WAIT ? 0 : ticks * TIMER_HERTZ / TIMER_COUNT;
}

void clock_start(uint64_t boot, uint64_t reading)
{
    state.boot = boot;
    state.reading = reading;
    state.rate = rate_by_identity();
    if (state.rate == 0)
        state.rate = rate_by_timer();
    if (state.rate == 0)
        state.rate = ASSUMED_RATE;
}

uint64_t clock_rate(void)
{
    return state.rate == 0 ? ASSUMED_RATE : state.rate;
}

uint64_t clock_nanoseconds(void)
{
    const uint64_t ticks = processor_time_stamp();
    const uint64_t rate = clock_rate();
    return ticks / rate * NANOSECONDS + ticks % rate * NANOSECONDS / rate;
}

uint64_t clock_ticks_since_boot(void)
{
    return processor_time_stamp() - state.boot;
}

void clock_note_prompt(void)
{
    if (state.to_prompt == 0)
        state.to_prompt = clock_ticks_since_boot();
}

uint64_t clock_ticks_to_prompt(void)
{
    return state.to_prompt;
}

uint64_t clock_ticks_of_reading(void)
{
    return state.reading;
}
