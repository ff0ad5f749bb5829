// SPDX-License-Identifier: MIT
/// spin_lock: mutual exclusion for short sections that no interrupt handler enters. Waiting burns
/// the CPU. While it is held this CPU does not preempt. Zero is a free lock.
///
/// Cells say `HOLD(&lock)` (lock.h). The raw pair is for the few places where the holder of the
/// lock is not a scope, such as the context switch: no chain knows it, and a fault leaves the lock
/// held.
///
/// **The lock names its holder:** the word is the address of the guard. A guard is filled and noted
/// before the lock is taken, in one instruction; dropping it lets go only if the lock names it. So
/// a fault at any instruction leaves either no trace or a guard that lets go. For the same reason a
/// guard cannot be moved, and there is no other way to have one than HOLD.
///
/// Live swap:  a lock is a word that stays; the commit waits until nobody holds it.
/// Fault:      the chain walk drops the guard. What the lock guards may be half changed: DESIGN,
///             "A fault in the middle of a change".
#pragma once
#include <cell/capability.h>
#include <cell/ownership.h>

struct CAPABILITY("spin lock") spin_lock {
    void *holder; ///< its guard, or the lock itself for a raw holder; null: free
};

struct AFFINE spin_guard {
    LIVE_POINTER(struct spin_lock) lock;
};

UNSAFE(INNOCUOUS, "the instruction for a waiting loop")
[[gnu::always_inline]] static inline void spin_pause(void)
{
    asm volatile("pause");
}

UNSAFE(INFECTIOUS, "the count that keeps this CPU's task on it")
[[gnu::always_inline]] static inline void preemption_count(int64_t change)
{
    asm volatile("addq %0, %%gs:16" ::"er"(change) : "memory", "cc");
}

[[gnu::always_inline]] static inline void preemption_hold(void)
{
    preemption_count(1);
}

[[gnu::always_inline]] static inline void preemption_let_go(void)
{
    preemption_count(-1);
}

/// Takes the word for `holder` if it is free.
[[gnu::always_inline]] static inline bool spin_word_try(void **word, void *holder)
{
    void *expected = nullptr;
    return __atomic_compare_exchange_n(word, &expected, holder, false, __ATOMIC_ACQUIRE,
                                       __ATOMIC_RELAXED);
}

[[gnu::noinline, gnu::cold, maybe_unused]] static void spin_word_wait(void **word, void *holder)
{
    do
        while (__atomic_load_n(word, __ATOMIC_RELAXED))
            spin_pause();
    while (!spin_word_try(word, holder));
}

[[gnu::always_inline]] static inline void spin_word_take(void **word, void *holder)
{
    if (__builtin_expect(!spin_word_try(word, holder), false))
        spin_word_wait(word, holder);
}

[[gnu::always_inline]] static inline void spin_word_free(void **word)
{
    __atomic_store_n(word, nullptr, __ATOMIC_RELEASE);
}

/// Waits for the lock and takes it, raw.
[[gnu::always_inline]] static inline void spin_lock_acquire(struct spin_lock *lock)
    ACQUIRES(lock) LOCK_IMPLEMENTATION
{
    preemption_hold();
    spin_word_take(&lock->holder, lock);
}

/// Lets go of a lock that was taken raw.
[[gnu::always_inline]] static inline void spin_lock_release(struct spin_lock *lock)
    RELEASES(lock) LOCK_IMPLEMENTATION
{
    spin_word_free(&lock->holder);
    preemption_let_go();
}

/// Drops a guard after a fault: the recovery has switched preemption on by itself.
static inline void spin_guard_drop_slot(void *slot)
{
    struct spin_guard *guard = slot;
    struct spin_lock *lock = guard->lock;
    if (lock && __atomic_load_n(&lock->holder, __ATOMIC_RELAXED) == guard)
        spin_word_free(&lock->holder);
    guard->lock = nullptr;
}

[[maybe_unused]] static const struct ownership_descriptor spin_guard_ownership = {
    spin_guard_drop_slot,
    sizeof(struct spin_guard),
    offsetof(struct spin_guard, lock),
    sizeof(void *),
    0,
};

/// What HOLD does, but for the end of the scope.
[[gnu::always_inline]] static inline void spin_guard_begin(struct spin_guard *guard,
                                                           struct spin_lock *lock)
{
    guard->lock = lock;
    ownership_note(guard, &spin_guard_ownership);
    preemption_hold();
    spin_word_take(&lock->holder, guard);
}

[[gnu::always_inline]] static inline void spin_guard_end(struct spin_lock *lock)
{
    spin_word_free(&lock->holder);
    preemption_let_go();
    ownership_forget();
}
