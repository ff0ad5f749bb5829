// SPDX-License-Identifier: MIT
/// processor: the privileged and special instructions of x86-64, one function each.
///
/// Every cell that must touch the processor itself does it through this one, so that this is the
/// only place to look for such instructions. Source: Intel SDM, volumes 2 and 3.
#pragma once
#include <stdint.h>

/// Reads the time-stamp counter.
uint64_t processor_time_stamp(void);

/// Switches interrupts off and stops the processor for good.
[[noreturn]] void processor_halt(void);

/// Ends the machine's life in the one way that needs nothing to work: a triple fault.
[[noreturn]] void processor_shut_down(void);

/// Forgets the cached translation of the page that holds `address`.
void processor_invalidate_page(uint64_t address);

/// Forgets all cached translations.
void processor_invalidate_all(void);

/// Whether writes to read-only pages are refused (CR0.WP), as they are but for text_write().
void processor_write_protect(bool protect);

/// Physical address of the top-level page table, flags included.
uint64_t processor_page_table(void);

/// The address whose access caused the last page fault (CR2).
uint64_t processor_fault_address(void);

uint64_t processor_read_msr(uint32_t msr);
void processor_write_msr(uint32_t msr, uint64_t value);

struct processor_identity {
    uint32_t eax, ebx, ecx, edx;
};

/// The CPUID instruction.
struct processor_identity processor_identify(uint32_t leaf, uint32_t subleaf);
