// SPDX-License-Identifier: MIT
/// heap: memory in pieces of any size.
///
///     free --heap_allocate--> held --heap_free--> free
///
/// Callers:    boot CPU only, not from exceptions.
/// Live swap:  pieces stay valid; the free lists are all the state there is.
/// Fault:      a fault within a call can lose the piece in its hands.
#pragma once
#include <stddef.h>
#include <stdint.h>

#include <cell/status.h>

/// Sets `*piece` to `size` bytes of zeroed memory, aligned to 16 bytes, owned by the caller.
/// STATUS_INVALID: size is 0. STATUS_EXHAUSTED: there is no memory; `*piece` is null.
enum status heap_allocate(size_t size, void **piece);

/// Gives a piece back; null is allowed.
void heap_free(void *piece);
