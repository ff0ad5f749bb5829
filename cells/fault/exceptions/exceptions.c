// SPDX-License-Identifier: MIT
// The backtrace follows frame pointers; each is read only where the page tables say that it is
// mapped.
//
// Live swap:  the gates hold addresses of this cell's entry code.
// Fault:      a fault within a report finds `reporting` set and stops at once.
#include "frame.h"
#include <cell/annotations.h>

#include <cell/cell_metadata.h>
#include <cpu/descriptor_tables.h>
#include <cpu/processor.h>
#include <fault/exceptions.h>
#include <fault/stop.h>
#include <memory/page_table.h>

enum { BACKTRACE_LIMIT = 32 };

STATE struct exceptions_state {
    bool reporting;
} state;

static const char *const names[VECTOR_COUNT] = {"division error",
                                                "debug exception",
                                                "non-maskable interrupt",
                                                "breakpoint",
                                                "overflow",
                                                "bound range exceeded",
                                                "invalid instruction",
                                                "no coprocessor",
                                                "double fault",
                                                "coprocessor overrun",
                                                "invalid task state",
                                                "segment not present",
                                                "stack fault",
                                                "general protection fault",
                                                "page fault",
                                                "reserved exception",
                                                "floating-point error",
                                                "alignment check",
                                                "machine check",
                                                "vector floating-point error",
                                                "virtualisation exception",
                                                "control protection exception",
                                                "reserved exception",
                                                "reserved exception",
                                                "reserved exception",
                                                "reserved exception",
                                                "reserved exception",
                                                "reserved exception",
                                                "hypervisor injection",
                                                "hypervisor communication",
                                                "security exception",
                                                "reserved exception"};

void exceptions_start(void)
{
    descriptor_tables_load(exception_gates);
}

// Page-fault error code, Intel SDM volume 3, 4.7.
static const char *access_of(uint64_t error)
{
    if (error & 1 << 4)
        return "executing";
    return error & 1 << 1 ? "writing" : "reading";
}

static void print_location(uint64_t address)
{
    struct cell_location location;
    if (cell_locate(address, &location) != STATUS_OK) {
        stop_print("0x%lx (in no cell)", address);
        return;
    }
    const struct cell_description *cell = &location.cell->description;
    stop_print("%.*s@%.*s: %s+0x%lx", (int)cell->name.length, cell->name.start,
               (int)cell->version.length, cell->version.start,
               location.symbol ? location.symbol->name : "?", location.offset);
}

static bool readable(uint64_t address)
{
    uint64_t physical;
    enum page_protection protection;
    return address % sizeof(uint64_t) == 0 &&
           page_table_find(address, &physical, &protection) == STATUS_OK;
}

static void print_backtrace(const struct exception_frame *frame)
{
    uint64_t base = frame->rbp;
    stop_print("  at ");
    print_location(frame->rip);
    stop_print("\n");
    for (int i = 0; i < BACKTRACE_LIMIT && readable(base) && readable(base + 8); i++) {
        const uint64_t *words = (const uint64_t *)base;
        if (words[1] == 0 || words[0] <= base)
            break;
        stop_print("  by ");
        print_location(words[1] - 1);
        stop_print("\n");
        base = words[0];
    }
}

static void print_registers(const struct exception_frame *frame)
{
    const struct {
        const char *name;
        uint64_t value;
    } registers[] = {
        {"rax", frame->rax}, {"rbx", frame->rbx},    {"rcx", frame->rcx}, {"rdx", frame->rdx},
        {"rsi", frame->rsi}, {"rdi", frame->rdi},    {"rbp", frame->rbp}, {"rsp", frame->rsp},
        {"r8 ", frame->r8},  {"r9 ", frame->r9},     {"r10", frame->r10}, {"r11", frame->r11},
        {"r12", frame->r12}, {"r13", frame->r13},    {"r14", frame->r14}, {"r15", frame->r15},
        {"rip", frame->rip}, {"flg", frame->rflags},
    };
    for (unsigned i = 0; i < sizeof registers / sizeof *registers; i++)
        stop_print("  %s %016lx%s", registers[i].name, registers[i].value, i % 4 == 3 ? "\n" : "");
    stop_print("\n");
}

void exception_report(const struct exception_frame *frame)
{
    const char *name = names[frame->vector % VECTOR_COUNT];
    if (state.reporting)
        stop("%s at 0x%lx while reporting another fault", name, frame->rip);
    state.reporting = true;
    const uint64_t address = processor_fault_address();
    stop_print("\n%s, error code 0x%lx\n", name, frame->error);
    print_registers(frame);
    print_backtrace(frame);
    if (frame->vector == VECTOR_PAGE_FAULT)
        stop("page fault %s address 0x%lx", access_of(frame->error), address);
    stop("%s", name);
}
