// SPDX-License-Identifier: MIT
/// capability: which lock guards what, in words that Clang's thread-safety analysis checks.
///
///     static struct spin_lock lock;
///     STATE struct table table GUARDED_BY(lock);
///
///     struct device {
///         struct spin_lock lock;
///         uint32_t pending GUARDED_BY(&lock);    a member names its lock with &
///     };
///
/// Members are checked by structure type, not by instance: with two devices at hand, the analysis
/// takes either's lock for both. It does not follow a pointer to a lock through a local variable.
#pragma once

/// A structure that is a lock. `name` stands in the compiler's messages.
#define CAPABILITY(name) __attribute__((capability(name)))

/// Data that is only touched with the lock held; for PT_, what the pointer points to.
#define GUARDED_BY(...) __attribute__((guarded_by(__VA_ARGS__)))
#define PT_GUARDED_BY(...) __attribute__((pt_guarded_by(__VA_ARGS__)))

/// Functions: the caller holds the lock; must not hold it; holds it afterwards; lets go of it;
/// holds it, on the function's word.
#define REQUIRES(...) __attribute__((requires_capability(__VA_ARGS__)))
#define EXCLUDES(...) __attribute__((locks_excluded(__VA_ARGS__)))
#define ACQUIRES(...) __attribute__((acquire_capability(__VA_ARGS__)))
#define RELEASES(...) __attribute__((release_capability(__VA_ARGS__)))
#define ASSERTS(...) __attribute__((assert_capability(__VA_ARGS__)))

/// A lock that is taken after another one.
#define ACQUIRED_AFTER(...) __attribute__((acquired_after(__VA_ARGS__)))

/// The implementation of a lock, which the analysis cannot follow.
#define LOCK_IMPLEMENTATION __attribute__((no_thread_safety_analysis))
