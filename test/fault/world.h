// SPDX-License-Identifier: MIT
/// world: everything that a scenario can change, in one place, so that the sweep can put it back;
/// and the resources, of which each must be dropped exactly once.
#pragma once
#include <cell/lock.h>
#include <cell/ownership.h>
#include <cell/status.h>
#include <fault/ownership_walk.h>

enum { RESOURCES = 64, HEAP_PIECES = 32, HEAP_PIECE = 128, CHAIN = 256 };

/// A resource of three words: what a slot says of it must agree when it is dropped.
struct AFFINE resource {
    uint64_t first;
    LIVE_WORD uint64_t number; ///< from 1
    uint64_t last;
};

struct world {
    struct context_header context;
    struct ownership_entry chain[CHAIN];
    struct ownership_entry recovery[2][CHAIN]; ///< chains of a recovery, and of one from its fault
    struct ownership_chain dead[2];            ///< what these walk
    uint32_t made;
    uint32_t drops[RESOURCES + 1];
    uint32_t torn; ///< drops of something that was none
    struct spin_lock spin;
    struct irq_lock irq;
    bool piece_used[HEAP_PIECES];
    alignas(16) unsigned char pieces[HEAP_PIECES][HEAP_PIECE];
    volatile int zero; ///< is 0, which the compiler does not know
};

extern struct world world;

/// Fills `resource` with a new one.
enum status resource_make(FILLS(struct resource) resource);
/// Fails as if there were none left.
enum status resource_refuse(FILLS(struct resource) resource);
void resource_drop(TAKES(struct resource) resource);
OWNS(resource, number);

/// What a scenario can change besides the world: the state of cells that are under test. The last
/// one's start is null.
struct world_part {
    void *start;
    size_t size;
};

extern const struct world_part world_parts[];

/// Makes the parts what they are before a scenario.
void world_parts_start(void);

/// Null, or what is wrong with the parts, when everything that the scenario owned was dropped.
const char *world_parts_fault(void);

/// Null, or what is wrong: a resource that was not dropped exactly once, memory not given back, a
/// lock still held.
const char *world_fault(void);
