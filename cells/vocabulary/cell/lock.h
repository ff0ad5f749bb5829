// SPDX-License-Identifier: MIT
/// lock: `HOLD(&lock);` holds a spin_lock or an irq_lock for the rest of the scope.
///
///     HOLD(&table.lock);
///     table.count++;                  the analysis knows that the lock is held
///     if (table.count > limit)
///         return STATUS_EXHAUSTED;    let go here, at the end of the scope, and on a fault
///
/// It belongs at the top level of a function: the analysis takes the lock for held until the
/// function returns, even where an inner scope has let go of it.
#pragma once
#include <cell/capability.h>
#include <cell/irq_lock.h>
#include <cell/spin_lock.h>

// What the end of a scope lets go of. It never leaves registers: the compiler sees which half it
// is.
struct lock_scope {
    struct spin_lock *spin;
    struct irq_lock *irq;
    struct irq_guard *irq_guard;
};

#define LOCK_OVERLOAD [[clang::overloadable, gnu::always_inline]] static inline

// Only their types matter: HOLD asks which guard belongs to a lock.
[[clang::overloadable]] struct spin_guard *lock_guard_for(struct spin_lock *lock);
[[clang::overloadable]] struct irq_guard *lock_guard_for(struct irq_lock *lock);

LOCK_OVERLOAD struct lock_scope lock_hold(struct spin_lock *lock, struct spin_guard *guard)
{
    spin_guard_begin(guard, lock);
    return (struct lock_scope){.spin = lock};
}

LOCK_OVERLOAD struct lock_scope lock_hold(struct irq_lock *lock, struct irq_guard *guard)
{
    irq_guard_begin(guard, lock);
    return (struct lock_scope){.irq = lock, .irq_guard = guard};
}

LOCK_OVERLOAD void lock_assert_held([[maybe_unused]] struct spin_lock *lock)
    ASSERTS(lock) LOCK_IMPLEMENTATION
{
}

LOCK_OVERLOAD void lock_assert_held([[maybe_unused]] struct irq_lock *lock)
    ASSERTS(lock) LOCK_IMPLEMENTATION
{
}

[[gnu::always_inline]] static inline void lock_scope_end(const struct lock_scope *scope)
{
    if (scope->spin)
        spin_guard_end(scope->spin);
    else
        irq_guard_end(scope->irq_guard, scope->irq);
}

#define HOLD_AS(number, lock)                                                                      \
    [[TAG("held")]] typeof(*lock_guard_for(lock)) hold_guard_##number;                             \
    [[gnu::cleanup(lock_scope_end)]] const struct lock_scope hold_scope_##number =                 \
        lock_hold((lock), &hold_guard_##number);                                                   \
    lock_assert_held(lock)
#define HOLD_NUMBERED(number, lock) HOLD_AS(number, lock)

/// Waits for `lock`, which is evaluated more than once, and holds it for the rest of the scope.
#define HOLD(lock) HOLD_NUMBERED(__COUNTER__, lock)
