// SPDX-License-Identifier: MIT
// The backtrace follows frame pointers; each is read only where the page tables say that it is
// mapped. Lines come from the objects of cells in the store, which are checked before they are
// believed.
//
// Live swap:  the gates hold addresses of this cell's entry code.
// Fault:      a fault within a report finds `reporting` set and stops at once.
#include "frame.h"
#include "place.h"

#include <cell/annotations.h>
#include <cell/line_table.h>
#include <cpu/descriptor_tables.h>
#include <cpu/processor.h>
#include <fault/exceptions.h>
#include <fault/stop.h>
#include <fault/trap.h>
#include <libc/format.h>
#include <memory/page_table.h>

enum { BACKTRACE_LIMIT = 32, CAUSE_LENGTH = 96 };
enum : uint64_t { NULL_END = 4096 }; // what lies below is reached through a null pointer's members

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

static bool mapped(uint64_t address)
{
    uint64_t physical;
    enum page_protection protection;
    return page_table_find(address, &physical, &protection) == STATUS_OK;
}

static bool readable(uint64_t address)
{
    return address % sizeof(uint64_t) == 0 && mapped(address);
}

static void print_caller(const char *relation, uint64_t address)
{
    char place[PLACE_LENGTH];
    place_describe_exactly(address, place);
    stop_print("  %s %s\n", relation, place);
}

UNSAFE(INNOCUOUS, "it reads only where the page tables say that there is memory")
static void print_backtrace(const struct exception_frame *frame)
{
    uint64_t base = frame->rbp;
    print_caller("at", frame->rip);
    for (int i = 0; i < BACKTRACE_LIMIT && readable(base) && readable(base + 8); i++) {
        const uint64_t *words = (const uint64_t *)base;
        if (words[1] == 0 || words[0] <= base)
            break;
        print_caller("by", words[1] - 1);
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

UNSAFE(INNOCUOUS, "it reads only where the page tables say that there is memory")
static enum trap_kind trap_at(uint64_t address)
{
    uint8_t code[TRAP_LONGEST];
    size_t size = 0;
    for (; size < sizeof code && mapped(address + size); size++)
        code[size] = *(const uint8_t *)(address + size);
    const enum trap_kind kind = trap_decode(code, size);
    return kind == TRAP_INTENDED && line_is_call_check(address) ? TRAP_CALL : kind;
}

// What went wrong, for the panic's sentence.
static void describe_cause(const struct exception_frame *frame, uint64_t address,
                           char cause[static CAUSE_LENGTH])
{
    const char *name = names[frame->vector % VECTOR_COUNT];
    const enum trap_kind trap =
        frame->vector == VECTOR_INVALID_INSTRUCTION ? trap_at(frame->rip) : TRAP_NONE;
    if (trap != TRAP_NONE)
        format_text(cause, CAUSE_LENGTH, "%s", trap_sentence(trap));
    else if (frame->vector == VECTOR_PAGE_FAULT)
        format_text(cause, CAUSE_LENGTH, "%spage fault %s address 0x%lx",
                    address < NULL_END ? "null pointer: " : "", access_of(frame->error), address);
    else
        format_text(cause, CAUSE_LENGTH, "%s", name);
}

void exception_report(const struct exception_frame *frame)
{
    char cause[CAUSE_LENGTH];
    char place[PLACE_LENGTH];
    const char *name = names[frame->vector % VECTOR_COUNT];
    if (state.reporting)
        stop("%s at 0x%lx while reporting another fault", name, frame->rip);
    state.reporting = true;
    const uint64_t address = processor_fault_address();
    stop_print("\n%s, error code 0x%lx\n", name, frame->error);
    print_registers(frame);
    print_backtrace(frame);
    describe_cause(frame, address, cause);
    place_describe(frame->rip, place);
    stop("panic: %s in %s", cause, place);
}
