// SPDX-License-Identifier: MIT
// A block lives while there is an owner or a weak reference; all owners together count as one weak
// reference. The last owner moves the box and that reference into slots of its own, in one
// primitive, and drops them at leisure: what faults then finds them in the chain.
//
// Live swap:  nothing is remembered.
// Fault:      see shared.h.
#include <memory/heap.h>
#include <memory/shared.h>

struct shared_block {
    uint32_t owners;
    uint32_t references; // weak ones, and one for all owners
    struct box box;
};

// One more, unless there is none left or no room.
static enum status count_up(uint32_t *count)
{
    uint32_t now = __atomic_load_n(count, __ATOMIC_RELAXED);
    do {
        if (now == 0)
            return STATUS_NOT_FOUND;
        if (now == UINT32_MAX)
            return STATUS_OVERFLOW;
    } while (!__atomic_compare_exchange_n(count, &now, now + 1, true, __ATOMIC_ACQUIRE,
                                          __ATOMIC_RELAXED));
    return STATUS_OK;
}

// One less. True: it was the last.
static bool count_down(uint32_t *count)
{
    return __atomic_fetch_sub(count, 1, __ATOMIC_ACQ_REL) == 1;
}

PRIMITIVE static enum status make_block(TAKES(struct box) box, FILLS(struct shared) shared)
{
    TRY(heap_allocate(sizeof(struct shared_block), &shared->piece));
    struct shared_block *block = shared->block;
    block->owners = 1;
    block->references = 1;
    MOVE_TO(&block->box, box);
    return STATUS_OK;
}

enum status shared_from(TAKES(struct box) box, FILLS(struct shared) shared)
{
    if (!box->content)
        return STATUS_INVALID;
    return make_block(box, shared);
}

PRIMITIVE static enum status add_owner(struct shared_block *block, FILLS(struct shared) shared)
{
    TRY(count_up(&block->owners));
    FILL(shared, .block = block);
    return STATUS_OK;
}

PRIMITIVE static enum status add_reference(struct shared_block *block, FILLS(struct weak) weak)
{
    TRY(count_up(&block->references));
    FILL(weak, .block = block);
    return STATUS_OK;
}

enum status shared_share(const struct shared *shared, FILLS(struct shared) other)
{
    return shared->block ? add_owner(shared->block, other) : STATUS_INVALID;
}

enum status shared_weaken(const struct shared *shared, FILLS(struct weak) weak)
{
    return shared->block ? add_reference(shared->block, weak) : STATUS_INVALID;
}

enum status weak_share(const struct weak *weak, FILLS(struct shared) shared)
{
    return weak->block ? add_owner(weak->block, shared) : STATUS_INVALID;
}

const struct box *shared_box(const struct shared *shared)
{
    return &shared->block->box;
}

uint32_t shared_count(const struct shared *shared)
{
    return __atomic_load_n(&shared->block->owners, __ATOMIC_RELAXED);
}

PRIMITIVE static void leave(TAKES(struct shared) shared, FILLS(struct box) box,
                            FILLS(struct weak) reference)
{
    TAKE(taken, shared);
    if (!count_down(&taken.block->owners))
        return;
    MOVE_TO(box, &taken.block->box);
    FILL(reference, .block = taken.block);
}

void shared_drop(TAKES(struct shared) shared)
{
    OWNED(weak, reference);
    OWNED(box, box);
    if (shared->block)
        leave(shared, &box, &reference);
}

PRIMITIVE static void forget_block(TAKES(struct weak) weak)
{
    if (count_down(&weak->block->references))
        heap_piece_drop(&weak->piece);
    weak->block = nullptr; // of the piece the same word: for the checker
}

void weak_drop(TAKES(struct weak) weak)
{
    if (weak->block)
        forget_block(weak);
}

OWNERSHIP(shared, block);
OWNERSHIP(weak, block);
