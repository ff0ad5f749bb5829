// SPDX-License-Identifier: MIT
/// annotations: words that say what a declaration means, for the reader and for the checker.
///
/// The compiler passes them on as tags of declarations; `cellcheck` enforces them
/// (docs/reference/cellcheck.md lists its rules). None of them changes the code that is generated,
/// but LIVE_WORD and LIVE_POINTER (volatile), STATE and PER_CPU (kept whole and alive) and
/// PRIMITIVE (a section of its own).
///
/// Clang's `annotate` would do for functions, fields, parameters and variables too, but it keeps
/// unused inline functions alive and parameters in memory (measured). `btf_decl_tag` changes debug
/// information only.
#pragma once

#define TAG(text) clang::btf_decl_tag(text)

/// A type whose values are owned: moved, never copied, dropped exactly once. `struct AFFINE
/// frames`. Zero owns nothing.
#define AFFINE [[clang::annotate("affine")]]

/// The word of an affine type that says whether the value owns something: not zero. It is written
/// last when a slot is filled and cleared first when it is taken.
#define LIVE_WORD [[TAG("live_word")]] volatile

/// A live word that is a pointer: `LIVE_POINTER(struct node) first;`.
// NOLINTNEXTLINE(bugprone-macro-parentheses): it is a declaration's beginning
#define LIVE_POINTER(...) [[TAG("live_word")]] typeof(__VA_ARGS__) *volatile

/// A parameter through which the callee fills the caller's empty slot, or on failure leaves it so.
#define FILLS(...) [[TAG("fills")]] __VA_ARGS__ *

/// A parameter through which the callee empties the caller's slot. Taking nothing does nothing.
#define TAKES(...) [[TAG("takes")]] __VA_ARGS__ *

/// A member of a structure that borrows: what it points to is owned elsewhere and outlives it.
#define BORROWS [[TAG("borrows")]]

/// Mutable static data: at file scope, with a name unique in its cell. The optimiser neither
/// splits, shrinks nor deletes it, so that it can outlive the code that brought it.
#define STATE [[gnu::used, gnu::retain, TAG("state")]] static

/// Raise these when the meaning of a type or of an interface changes and its declaration does not.
#define STATE_VERSION(number) [[TAG("state_version:" #number)]]
#define INTERFACE_VERSION(number) [[TAG("interface_version:" #number)]]

/// Mutable static data of which every CPU has its own, at an offset from %gs, zero at first:
/// `PER_CPU struct cache cache;` at file scope. It is used by its name, like any variable; what the
/// name means is decided at each access, so preemption must be off while two accesses belong
/// together. A pointer or an array is declared as `PER_CPU typeof(struct node *[4]) nodes;`.
#if __STDC_HOSTED__
#define PER_CPU [[TAG("per_cpu")]] static thread_local
#else
#define PER_CPU                                                                                    \
    __attribute__((used, retain, section(".bss.per_cpu"), address_space(256),                      \
                   btf_decl_tag("per_cpu"))) static
#endif

/// A function of the trusted base that no kill interrupts and that is atomic under a fault: it
/// checks, then acts. Its code lies in a section of its own, so that who looks at a stack
/// recognises it. What it calls counts as part of it.
#define PRIMITIVE [[gnu::noinline, gnu::section(PRIMITIVE_SECTION), TAG("primitive")]]
#if __STDC_HOSTED__
#define PRIMITIVE_SECTION "primitive_text" // a name for which the linker marks start and end
#else
#define PRIMITIVE_SECTION ".text.primitive"
#endif

/// A function that may wait or loop without bound. It returns `enum status`, can be called again
/// from its entry, and is called through a wrapper that calls again on STATUS_EVOLVED.
#define BLOCKS [[TAG("blocks")]]

/// A function that holds what the checker cannot prove: inline assembly, an integer made a pointer,
/// a pointer made another object's. INNOCUOUS: a mistake in it harms its caller only. INFECTIOUS:
/// it could break an invariant of others. The reason is a sentence.
#define UNSAFE(kind, reason) [[TAG("unsafe:" UNSAFE_##kind ":" reason)]]
#define UNSAFE_INNOCUOUS "innocuous"
#define UNSAFE_INFECTIOUS "infectious"
