// SPDX-License-Identifier: MIT
// The firmware's table gets a copy of the kernel's upper half at each call, so that whatever the
// kernel has mapped since is there too. Buffers that the firmware reads and writes lie in the
// kernel half like any other.
//
// Live swap:  the addresses of table and services are all the state there is.
// Fault:      `busy` stays set and every later call fails with STATUS_BUSY.
#include <cell/annotations.h>
#include <cpu/firmware.h>
#include <memory/page_table.h>

enum { STACK_SIZE = 32768, ARGUMENTS = 5 };

// Offsets in EFI_SYSTEM_TABLE and EFI_RUNTIME_SERVICES (UEFI 2.10, 4.3.1 and 4.5.1).
enum service : uint64_t {
    SYSTEM_RUNTIME_SERVICES = 88,
    SERVICE_GET_TIME = 24,
    SERVICE_GET_VARIABLE = 72,
    SERVICE_SET_VARIABLE = 88,
    SERVICE_RESET_SYSTEM = 104,
};

// UEFI 2.10, appendix D.
enum : uint64_t {
    EFI_ERROR = UINT64_C(1) << 63,
    EFI_SUCCESS = 0,
    EFI_UNSUPPORTED = EFI_ERROR | 3,
    EFI_BUFFER_TOO_SMALL = EFI_ERROR | 5,
    EFI_WRITE_PROTECTED = EFI_ERROR | 8,
    EFI_OUT_OF_RESOURCES = EFI_ERROR | 9,
    EFI_NOT_FOUND = EFI_ERROR | 14,
    EFI_SECURITY_VIOLATION = EFI_ERROR | 26,
};

enum : uint32_t { VARIABLE_LASTS = 1, VARIABLE_BOOT = 2, VARIABLE_RUNTIME = 4 };

uint64_t firmware_enter(uint64_t function, const uint64_t arguments[ARGUMENTS], uint64_t top_table,
                        void *stack_top, void *vector_state);

STATE struct firmware_state {
    uint64_t top_table;
    uint64_t *table;
    uint64_t system_table;
    bool busy;
    alignas(16) unsigned char vector_state[512];
    alignas(16) unsigned char stack[STACK_SIZE];
    // What the firmware reads and writes: its own, so that no caller's stack is handed to it.
    struct {
        uint16_t year;
        uint8_t month, day, hour, minute, second, padding_1;
        uint32_t nanosecond;
        int16_t time_zone;
        uint8_t daylight, padding_2;
    } time;
} state;

UNSAFE(INFECTIOUS, "the firmware's own page table")
void firmware_start(uint64_t top_table, uint64_t table_address, uint64_t system_table)
{
    state.top_table = top_table;
    state.table = (uint64_t *)table_address;
    state.system_table = system_table;
}

static enum status status_of(uint64_t result)
{
    switch (result) {
    case EFI_SUCCESS:
        return STATUS_OK;
    case EFI_UNSUPPORTED:
        return STATUS_UNSUPPORTED;
    case EFI_BUFFER_TOO_SMALL:
        return STATUS_OVERFLOW;
    case EFI_WRITE_PROTECTED:
    case EFI_SECURITY_VIOLATION:
        return STATUS_DENIED;
    case EFI_OUT_OF_RESOURCES:
        return STATUS_EXHAUSTED;
    case EFI_NOT_FOUND:
        return STATUS_NOT_FOUND;
    default:
        return STATUS_IO;
    }
}

uint64_t firmware_load_word(uint64_t address);

// The services' addresses lie in the firmware's memory, which only its own table maps.
static uint64_t load_word(uint64_t address)
{
    uint64_t arguments[ARGUMENTS] = {address};
    return firmware_enter((uint64_t)firmware_load_word, arguments, state.top_table,
                          state.stack + STACK_SIZE, state.vector_state);
}

static enum status call(enum service service, const uint64_t arguments[ARGUMENTS])
{
    if (state.top_table == 0 || state.system_table == 0)
        return STATUS_UNSUPPORTED;
    if (state.busy)
        return STATUS_BUSY;
    state.busy = true;
    page_table_copy_kernel_half(state.table);
    const uint64_t services = load_word(state.system_table + SYSTEM_RUNTIME_SERVICES);
    const uint64_t result =
        firmware_enter(load_word(services + service), arguments, state.top_table,
                       state.stack + STACK_SIZE, state.vector_state);
    state.busy = false;
    return status_of(result);
}

enum status firmware_reset(enum firmware_reset kind)
{
    return call(SERVICE_RESET_SYSTEM, (uint64_t[ARGUMENTS]){kind, EFI_SUCCESS, 0, 0});
}

enum status firmware_time(struct firmware_time *time)
{
    TRY(call(SERVICE_GET_TIME, (uint64_t[ARGUMENTS]){(uint64_t)&state.time, 0}));
    *time = (struct firmware_time){state.time.year, state.time.month,  state.time.day,
                                   state.time.hour, state.time.minute, state.time.second};
    return STATUS_OK;
}

enum status firmware_get_variable(const uint16_t *name, const struct firmware_identifier *vendor,
                                  void *data, size_t *size)
{
    return call(SERVICE_GET_VARIABLE, (uint64_t[ARGUMENTS]){(uint64_t)name, (uint64_t)vendor, 0,
                                                            (uint64_t)size, (uint64_t)data});
}

enum status firmware_set_variable(const uint16_t *name, const struct firmware_identifier *vendor,
                                  const void *data, size_t size)
{
    return call(SERVICE_SET_VARIABLE,
                (uint64_t[ARGUMENTS]){(uint64_t)name, (uint64_t)vendor,
                                      VARIABLE_LASTS | VARIABLE_BOOT | VARIABLE_RUNTIME, size,
                                      (uint64_t)data});
}
