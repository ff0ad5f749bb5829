// SPDX-License-Identifier: MIT
// The instructions behind the window.
//
// Live swap:  nothing here is remembered.
// Fault:      atomic: single instructions.
#include <cpu/processor.h>
#include <memory/page_window.h>

enum : uint32_t { MSR_PAT = 0x277 };

static const uint64_t pat_value = UINT64_C(0x0007010600070106);

void page_window_start(void)
{
    processor_write_msr(MSR_PAT, pat_value);
}

void page_window_forget(uint64_t address)
{
    processor_invalidate_page(address);
}

void page_window_forget_all(void)
{
    processor_invalidate_all();
}

void page_window_protect(bool protect)
{
    processor_write_protect(protect);
    if (protect)
        (void)processor_identify(0, 0); // CPUID serialises
}
