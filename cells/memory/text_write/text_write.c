// SPDX-License-Identifier: MIT
// Check, then act. The acting part is an owner from before the first byte to after the last.
//
// Live swap:  the binding to the function that stops other CPUs is all the state there is.
// Fault:      journaled, see text_write.h.
#include <cell/interrupts.h>
#include <cell/lock.h>
#include <cell/ownership.h>
#include <memory/page_table.h>
#include <memory/page_window.h>
#include <memory/text_write.h>

STATE struct text_write_state {
    struct spin_lock lock;
    struct text_stopper stopper;
} state;

BINDING_OWNERSHIP(text_stopper);

// Text that is being written, with all other CPUs stopped.
struct AFFINE text_change {
    LIVE_POINTER(const struct text_patch) patches;
    size_t count;
    volatile bool done;      // all bytes are the old ones or all are the new ones
    volatile uint64_t flags; // the CPU's, as they were
};

enum text_bytes { TEXT_OLD, TEXT_NEW };

static void write_patch(const struct text_patch *patch, enum text_bytes which)
{
    const uint8_t *from = which == TEXT_NEW ? patch->new_bytes : patch->old_bytes;
    volatile uint8_t *to = page_window_memory(patch->address);
    for (size_t i = 0; i < patch->length; i++)
        to[i] = from[i];
}

static void write_all(const struct text_change *change, enum text_bytes which)
{
    page_window_protect(false);
    for (size_t i = 0; i < change->count; i++)
        write_patch(&change->patches[i], which);
    page_window_protect(true);
}

static void let_others_go(void)
{
    if (state.stopper.binding.target)
        (void)CALL(&state.stopper, TEXT_OTHERS_GO);
}

// After a fault within write_all() this CPU's protection is off and is switched on here.
static void text_change_drop(TAKES(struct text_change) change)
{
    if (!change->patches)
        return;
    if (!change->done)
        write_all(change, TEXT_OLD);
    let_others_go();
    interrupts_restore(change->flags);
    change->patches = nullptr;
}

OWNS(text_change, patches);
OWNERSHIP(text_change, patches);

static bool is_text(uint64_t address)
{
    uint64_t physical;
    enum page_protection protection;
    return page_table_find(address, &physical, &protection) == STATUS_OK &&
           protection == PAGE_EXECUTABLE;
}

static bool is_as_expected(const struct text_patch *patch)
{
    const volatile uint8_t *bytes = page_window_memory(patch->address);
    for (size_t i = 0; i < patch->length; i++)
        if (bytes[i] != patch->old_bytes[i])
            return false;
    return true;
}

static enum status check(const struct text_patch *patches, size_t count)
{
    uint64_t end = 0;
    for (size_t i = 0; i < count; i++) {
        const struct text_patch *patch = &patches[i];
        if (patch->length == 0 || patch->length > TEXT_PATCH_LIMIT || patch->address < end)
            return STATUS_INVALID;
        end = patch->address + patch->length;
        if (end < patch->address || !is_text(patch->address) || !is_text(end - 1))
            return STATUS_DENIED;
        if (!is_as_expected(patch))
            return STATUS_DAMAGED;
    }
    return STATUS_OK;
}

static enum status stop_others(void)
{
    return state.stopper.binding.target ? CALL(&state.stopper, TEXT_OTHERS_STOP) : STATUS_OK;
}

enum status text_write(const struct text_patch *patches, size_t count)
{
    HOLD(&state.lock);
    OWNED(text_change, change);
    TRY(check(patches, count));
    if (count == 0)
        return STATUS_OK;
    interrupts_save(&change.flags);
    FILL(&change, .patches = patches, .count = count, .done = true, .flags = change.flags);
    TRY(stop_others());
    interrupts_disable();
    change.done = false;
    write_all(&change, TEXT_NEW);
    change.done = true;
    return STATUS_OK;
}

void text_write_stop_with(TAKES(struct text_stopper) stopper)
{
    HOLD(&state.lock);
    text_stopper_drop(&state.stopper);
    MOVE_TO(&state.stopper, stopper);
}
