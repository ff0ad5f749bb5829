// SPDX-License-Identifier: MIT
/// mapped_pages on the host: what only tests can do with it.
#pragma once
#include <stdint.h>

/// No more than `bytes` are mapped at a time from now on; what is mapped stays. Without this, there
/// is no limit but the host's. For one thread.
void host_mapped_limit(uint64_t bytes);
