// SPDX-License-Identifier: MIT
// Beyond a few pages it is cheaper to forget everything.
//
// Live swap:  the binding to the function for other CPUs is all the state there is.
// Fault:      restartable: forgetting twice is as good as once.
#include <memory/page_window.h>
#include <memory/tlb.h>

enum : uint64_t { PAGE = 4096, ONE_BY_ONE = 32 };

STATE struct tlb_state {
    struct tlb_others others;
    uint64_t timeouts;
} state;

BINDING_OWNERSHIP(tlb_others);

[[gnu::noinline]] static void forget_run(uint64_t address, uint64_t count)
{
    if (count > ONE_BY_ONE) {
        page_window_forget_all();
        return;
    }
    for (uint64_t i = 0; i < count; i++)
        page_window_forget(address + i * PAGE);
}

[[gnu::noinline]] static enum status tell_others(uint64_t address, uint64_t count)
{
    const enum status status = CALL(&state.others, address, count);
    if (status != STATUS_OK)
        __atomic_fetch_add(&state.timeouts, 1, __ATOMIC_RELAXED);
    return status;
}

enum status tlb_shoot_down(uint64_t address, uint64_t count)
{
    if (count == 1)
        page_window_forget(address);
    else
        forget_run(address, count);
    return state.others.binding.target ? tell_others(address, count) : STATUS_OK;
}

void tlb_tell_others(TAKES(struct tlb_others) others)
{
    tlb_others_drop(&state.others);
    MOVE_TO(&state.others, others);
}

uint64_t tlb_timeouts(void)
{
    return __atomic_load_n(&state.timeouts, __ATOMIC_RELAXED);
}
