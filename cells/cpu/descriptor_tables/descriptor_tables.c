// SPDX-License-Identifier: MIT
// The tables are filled once and stay.
//
// Live swap:  the hardware holds their addresses: they are adopted in place.
// Fault:      nothing changes after the start.
#include <cell/annotations.h>
#include <cpu/descriptor_tables.h>

enum { GATE_INTERRUPT = 0x8E, STACK_SIZE = 8192, STACKS = 4 };

struct [[gnu::packed]] task_state {
    uint32_t reserved_0;
    uint64_t ring_stack[3];
    uint64_t reserved_1;
    uint64_t interrupt_stack[7]; // IST1 is [0]
    uint64_t reserved_2;
    uint16_t reserved_3;
    uint16_t permission_map;
};
static_assert(sizeof(struct task_state) == 104);

struct gate {
    uint16_t offset_low;
    uint16_t segment;
    uint8_t stack; // IST index, 0: the current one
    uint8_t type;
    uint16_t offset_middle;
    uint32_t offset_high;
    uint32_t reserved;
};
static_assert(sizeof(struct gate) == 16);

struct [[gnu::packed]] table_pointer {
    uint16_t limit;
    uint64_t base;
};

STATE struct descriptor_tables_state {
    // null, code, data, and the task state, which takes two entries
    uint64_t segments[5];
    struct task_state task;
    struct gate gates[VECTOR_COUNT];
    alignas(16) unsigned char stacks[STACKS][STACK_SIZE];
} state = {
    .segments = {0, 0x00AF9A000000FFFF, 0x00CF92000000FFFF},
};

static void describe_task_state(void)
{
    const uint64_t base = (uint64_t)&state.task;
    const uint64_t limit = sizeof state.task - 1;
    state.segments[3] =
        limit | (base & 0xFFFFFF) << 16 | UINT64_C(0x89) << 40 | (base >> 24 & 0xFF) << 56;
    state.segments[4] = base >> 32;
    state.task.permission_map = sizeof state.task;
    for (int i = 0; i < STACKS; i++)
        state.task.interrupt_stack[i] = (uint64_t)state.stacks[i] + STACK_SIZE;
}

static uint8_t stack_of(unsigned vector)
{
    switch (vector) {
    case VECTOR_DOUBLE_FAULT:
        return 1;
    case VECTOR_NON_MASKABLE:
        return 2;
    case VECTOR_MACHINE_CHECK:
        return 3;
    case VECTOR_PAGE_FAULT:
        return 4;
    default:
        return 0;
    }
}

static void set_gate(unsigned vector, uint64_t entry)
{
    state.gates[vector] = (struct gate){
        .offset_low = (uint16_t)entry,
        .segment = SEGMENT_CODE,
        .stack = stack_of(vector),
        .type = GATE_INTERRUPT,
        .offset_middle = (uint16_t)(entry >> 16),
        .offset_high = (uint32_t)(entry >> 32),
    };
}

// %gs stays as it is: loading it would clear its base, which points to the CPU's context.
UNSAFE(INFECTIOUS, "the tables decide where every interrupt goes")
static void load(void)
{
    const struct table_pointer gdt = {sizeof state.segments - 1, (uint64_t)state.segments};
    const struct table_pointer idt = {sizeof state.gates - 1, (uint64_t)state.gates};
    asm volatile("lgdt %[gdt]\n\t"
                 "lidt %[idt]\n\t"
                 "mov %[data], %%ds\n\t"
                 "mov %[data], %%es\n\t"
                 "mov %[data], %%fs\n\t"
                 "mov %[data], %%ss\n\t"
                 "pushq %[code]\n\t"
                 "leaq 1f(%%rip), %%rax\n\t"
                 "pushq %%rax\n\t"
                 "lretq\n"
                 "1:\tltr %[task]"
                 :
                 : [gdt] "m"(gdt), [idt] "m"(idt), [data] "r"((uint32_t)SEGMENT_DATA),
                   [code] "i"(SEGMENT_CODE), [task] "r"(SEGMENT_TASK)
                 : "rax", "memory");
}

void descriptor_tables_load(const uint64_t gates[VECTOR_COUNT])
{
    describe_task_state();
    for (unsigned vector = 0; vector < VECTOR_COUNT; vector++)
        set_gate(vector, gates[vector]);
    load();
}
