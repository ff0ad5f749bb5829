// SPDX-License-Identifier: MIT
// A short table: devices are few, and claimed once.
//
// Live swap:  the table is all the state there is.
// Fault:      `left` is journaled: a change of it agrees with the deed's live word. A claim without
//             frames left is free, whatever else it says.
#include "device_claims.h"

#include <cell/lock.h>

struct claim {
    uint64_t first;
    uint64_t count;
    uint64_t left; // how many of them are held; 0: the claim is free
};

STATE struct device_claims {
    struct spin_lock lock;
    struct claim claims[DEVICE_CLAIM_LIMIT] GUARDED_BY(&lock);
} claims_state;

// The number of frames held changes.
struct AFFINE claim_change {
    LIVE_POINTER(struct claim) claim;
    BORROWS const volatile uint64_t *decides; // not zero: the deed has its frames
    uint64_t left_with;                       // how many are held if it has
    uint64_t left_without;
};

static void claim_change_drop(TAKES(struct claim_change) change)
{
    if (!change->claim)
        return;
    change->claim->left = *change->decides ? change->left_with : change->left_without;
    COMPILER_BARRIER();
    change->claim = nullptr;
}

OWNS(claim_change, claim);
OWNERSHIP(claim_change, claim);

void device_claims_start(void)
{
    HOLD(&claims_state.lock);
    for (size_t i = 0; i < DEVICE_CLAIM_LIMIT; i++)
        claims_state.claims[i].left = 0;
}

// The claim that has some of the run, or null.
static struct claim *find_claim(uint64_t first, uint64_t count) REQUIRES(claims_state.lock)
{
    for (size_t i = 0; i < DEVICE_CLAIM_LIMIT; i++) {
        struct claim *claim = &claims_state.claims[i];
        if (claim->left && first < claim->first + claim->count && claim->first < first + count)
            return claim;
    }
    return nullptr;
}

static struct claim *free_claim(void) REQUIRES(claims_state.lock)
{
    for (size_t i = 0; i < DEVICE_CLAIM_LIMIT; i++)
        if (!claims_state.claims[i].left)
            return &claims_state.claims[i];
    return nullptr;
}

enum status device_claim(uint64_t first, uint64_t count, FILLS(struct frames) deed)
{
    HOLD(&claims_state.lock);
    OWNED(claim_change, change);
    if (find_claim(first, count))
        return STATUS_BUSY;
    struct claim *claim = free_claim();
    if (!claim)
        return STATUS_EXHAUSTED;
    claim->first = first;
    claim->count = count;
    FILL(&change, .claim = claim, .decides = &deed->count, .left_with = count);
    FILL(deed, .first = first, .count = count);
    return STATUS_OK;
}

void device_claim_give(uint64_t first, volatile uint64_t *count)
{
    HOLD(&claims_state.lock);
    OWNED(claim_change, change);
    struct claim *claim = find_claim(first, *count);
    if (claim)
        FILL(&change, .claim = claim, .decides = count, .left_with = claim->left,
             .left_without = claim->left - *count);
    *count = 0;
}

bool device_claim_has_both(uint64_t one, uint64_t other)
{
    HOLD(&claims_state.lock);
    const struct claim *claim = find_claim(one, 1);
    return claim && claim == find_claim(other, 1);
}

uint64_t device_claim_frames(void)
{
    uint64_t frames = 0;
    HOLD(&claims_state.lock);
    for (size_t i = 0; i < DEVICE_CLAIM_LIMIT; i++)
        frames += claims_state.claims[i].left;
    return frames;
}
