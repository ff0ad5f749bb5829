// SPDX-License-Identifier: MIT
/// descriptor_tables: GDT, TSS and IDT of the boot CPU.
///
/// Double fault, NMI and machine check run on stacks of their own, whatever state the running one
/// is in; a page fault does too, because running off a stack is one.
///
/// Source: Intel SDM volume 3, chapters 3.4.5 (descriptors), 6.14 (64-bit interrupts), 7.7 (TSS).
#pragma once
#include <stdint.h>

enum : uint16_t { SEGMENT_CODE = 0x08, SEGMENT_DATA = 0x10, SEGMENT_TASK = 0x18 };

enum vector : uint8_t {
    VECTOR_NON_MASKABLE = 2,
    VECTOR_BREAKPOINT = 3,
    VECTOR_INVALID_INSTRUCTION = 6,
    VECTOR_DOUBLE_FAULT = 8,
    VECTOR_PAGE_FAULT = 14,
    VECTOR_MACHINE_CHECK = 18,
    VECTOR_COUNT = 32, ///< those of the processor itself
};

/// Loads all three tables. `gates` holds the addresses of the entry code of vectors 0 to
/// VECTOR_COUNT - 1; each is entered with interrupts off.
void descriptor_tables_load(const uint64_t gates[VECTOR_COUNT]);
