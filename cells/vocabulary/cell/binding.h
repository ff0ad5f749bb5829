// SPDX-License-Identifier: MIT
/// binding: an owned reference to a function or to a static object of another cell, for as long as
/// it is kept. In the heap, in state or in hardware it takes the place of the raw pointer, which
/// would go stale when the other cell is replaced.
///
///     BINDING(on_key, void (*)(int key));         declares struct on_key
///
///     OWNED(on_key, handler);
///     BIND(&handler, console_key);                 the type of console_key must be void (int)
///     CALL(&handler, 'q');
///
/// What it does today: it holds the address and the identity of its type, and is moved and dropped
/// like any owner. The binding is not yet registered as a dependent of its target (`record` is
/// null), so that a swap does not rewrite it yet and the target's count does not change. Neither
/// will change the layout, which is frozen (docs/abi.md), or what callers write.
#pragma once
#include <cell/ownership.h>

struct binding_type;
struct binding_record;

struct AFFINE binding {
    LIVE_POINTER(const void) target; ///< null: bound to nothing
    const struct binding_type *type; ///< what it can be bound to
    struct binding_record *record;   ///< its entry among the target's dependents
};

/// The identity of what a binding can be bound to. Constant, in read-only data.
struct binding_type {
    const char *name; ///< of the structure that BINDING declares
};

static_assert(sizeof(struct binding) == 24);
static_assert(offsetof(struct binding, type) == 8 && offsetof(struct binding, record) == 16);

/// Declares `struct name`, a binding to what `pointer_type` points to, a function or an object.
#define BINDING(name, pointer_type)                                                                \
    struct AFFINE name {                                                                           \
        union {                                                                                    \
            struct binding binding;                                                                \
            typeof(pointer_type) typed;                                                            \
        };                                                                                         \
    };                                                                                             \
    static_assert(sizeof(struct name) == sizeof(struct binding));                                  \
    [[maybe_unused]] static const struct binding_type name##_type = {#name};                       \
    [[clang::overloadable, maybe_unused]] static inline const struct binding_type *                \
    binding_type_of([[maybe_unused]] const struct name *slot)                                      \
    {                                                                                              \
        return &name##_type;                                                                       \
    }                                                                                              \
    [[maybe_unused]] static inline void name##_drop(TAKES(struct name) slot)                       \
    {                                                                                              \
        slot->binding.target = nullptr;                                                            \
    }                                                                                              \
    OWNS(name, binding.target)

/// Defines the descriptor of a binding's type, in one source file of the cell that declares it.
#define BINDING_OWNERSHIP(name) OWNERSHIP(name, binding.target)

/// Fills the empty binding `*slot`; a target of another type does not compile.
#define BIND(slot, target_pointer)                                                                 \
    do {                                                                                           \
        auto bind_slot = (slot);                                                                   \
        const typeof(bind_slot->typed) bind_target = (target_pointer);                             \
        bind_slot->binding.type = binding_type_of(bind_slot);                                      \
        bind_slot->binding.record = nullptr;                                                       \
        COMPILER_BARRIER();                                                                        \
        bind_slot->binding.target = (const void *)bind_target;                                     \
    } while (0)

/// Calls the function, or reads the object, that `*slot` is bound to. Using an empty binding is a
/// page fault.
#define CALL(slot, ...) ((slot)->typed(__VA_ARGS__))
#define BOUND(slot) ((slot)->typed)
