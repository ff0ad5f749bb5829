// SPDX-License-Identifier: MIT
/// device_claims: which frames of devices have a deed.
///
/// A claim counts how many of its frames are held still; it lasts until that is 0. So a claimed run
/// can be split without a second claim.
///
/// Live swap, fault: as frame_allocator.h.
#pragma once
#include <memory/frame_allocator.h>

enum { DEVICE_CLAIM_LIMIT = 256 };

void device_claims_start(void);

/// Fills `deed` with the frames, which the caller knows to be a device's.
/// STATUS_BUSY: some of them are claimed. STATUS_EXHAUSTED: there is no room for a claim.
enum status device_claim(uint64_t first, uint64_t count, FILLS(struct frames) deed);

/// Gives frames back to their claim and clears `count`, the live word of their deed. Frames without
/// a claim are forgotten.
void device_claim_give(uint64_t first, volatile uint64_t *count);

/// Whether two frames are of one claim.
bool device_claim_has_both(uint64_t one, uint64_t other);

/// How many frames are claimed.
uint64_t device_claim_frames(void);
