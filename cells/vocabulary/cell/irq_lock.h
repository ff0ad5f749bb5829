// SPDX-License-Identifier: MIT
/// irq_lock: a spin lock for data that interrupt handlers share: while it is held, no interrupt
/// comes on this CPU. Zero is a free lock. Else as spin_lock.h.
///
/// The guard holds the flags from before, saved before it owns; letting go twice is letting go
/// once.
///
/// Live swap, fault: as spin_lock.h; a dropped guard gives the interrupt flag back too.
#pragma once
#include <cell/capability.h>
#include <cell/interrupts.h>
#include <cell/ownership.h>
#include <cell/spin_lock.h>

struct CAPABILITY("interrupt-safe lock") irq_lock {
    void *holder; ///< its guard, or the lock itself for a raw holder; null: free
};

struct AFFINE irq_guard {
    LIVE_POINTER(struct irq_lock) lock;
    volatile uint64_t flags; ///< before
};

/// Waits for the lock and takes it, raw. Returns the flags for irq_lock_release.
[[gnu::always_inline]] static inline uint64_t irq_lock_acquire(struct irq_lock *lock)
    ACQUIRES(lock) LOCK_IMPLEMENTATION
{
    const uint64_t flags = interrupts_flags();
    interrupts_disable();
    spin_word_take(&lock->holder, lock);
    return flags;
}

/// Lets go of a lock that was taken raw.
[[gnu::always_inline]] static inline void irq_lock_release(struct irq_lock *lock, uint64_t flags)
    RELEASES(lock) LOCK_IMPLEMENTATION
{
    spin_word_free(&lock->holder);
    interrupts_restore(flags);
}

static inline void irq_guard_drop_slot(void *slot)
{
    struct irq_guard *guard = slot;
    struct irq_lock *lock = guard->lock;
    if (!lock)
        return;
    if (__atomic_load_n(&lock->holder, __ATOMIC_RELAXED) == guard)
        spin_word_free(&lock->holder);
    interrupts_restore(guard->flags);
    guard->lock = nullptr;
}

[[maybe_unused]] static const struct ownership_descriptor irq_guard_ownership = {
    irq_guard_drop_slot,
    sizeof(struct irq_guard),
    offsetof(struct irq_guard, lock),
    sizeof(void *),
    0,
};

[[gnu::always_inline]] static inline void irq_guard_begin(struct irq_guard *guard,
                                                          struct irq_lock *lock)
{
    interrupts_save(&guard->flags);
    guard->lock = lock;
    ownership_note(guard, &irq_guard_ownership);
    interrupts_disable();
    spin_word_take(&lock->holder, guard);
}

[[gnu::always_inline]] static inline void irq_guard_end(struct irq_guard *guard,
                                                        struct irq_lock *lock)
{
    spin_word_free(&lock->holder);
    interrupts_restore(guard->flags);
    ownership_forget();
}
