// SPDX-License-Identifier: MIT
#include "cost.h"
#include "world.h"

#include <cell/lock.h>

// The technique that was not chosen: a node beside each slot, linked to the one before.
struct linked_node {
    struct linked_node *previous;
    void *slot;
    const struct ownership_descriptor *descriptor;
};

struct linked_resource {
    struct resource slot;
    struct linked_node node;
};

[[gnu::always_inline]] static inline struct linked_node *linked_top(void)
{
    struct linked_node *top;
    asm volatile("movq %%gs:0, %0" : "=r"(top)::"memory");
    return top;
}

[[gnu::always_inline]] static inline void linked_set_top(struct linked_node *top)
{
    asm volatile("movq %0, %%gs:0" ::"r"(top) : "memory");
}

[[gnu::always_inline]] static inline void linked_begin(struct linked_resource *linked)
{
    linked->node.previous = linked_top();
    linked->node.slot = &linked->slot;
    linked->node.descriptor = &resource_ownership;
    linked_set_top(&linked->node);
}

static void linked_end(struct linked_resource *linked)
{
    if (linked->slot.number)
        resource_drop(&linked->slot);
    linked_set_top(linked->node.previous);
}

#define LINKED(name)                                                                               \
    [[gnu::cleanup(linked_end)]] struct linked_resource name = {};                                 \
    linked_begin(&(name))

static void plain_end(struct resource *resource)
{
    if (resource->number)
        resource_drop(resource);
}

#define PLAIN(name) [[gnu::cleanup(plain_end)]] struct resource name = {}

void plain_one(void)
{
    PLAIN(a);
    (void)resource_make(&a);
}

void plain_three(void)
{
    PLAIN(a);
    (void)resource_make(&a);
    PLAIN(b);
    (void)resource_make(&b);
    PLAIN(c);
    (void)resource_make(&c);
}

void owned_one(void)
{
    OWNED(resource, a);
    (void)resource_make(&a);
}

void owned_three(void)
{
    OWNED(resource, a);
    (void)resource_make(&a);
    OWNED(resource, b);
    (void)resource_make(&b);
    OWNED(resource, c);
    (void)resource_make(&c);
}

void linked_one(void)
{
    LINKED(a);
    (void)resource_make(&a.slot);
}

void linked_three(void)
{
    LINKED(a);
    (void)resource_make(&a.slot);
    LINKED(b);
    (void)resource_make(&b.slot);
    LINKED(c);
    (void)resource_make(&c.slot);
}

void plain_no_move(void)
{
    PLAIN(a);
    PLAIN(b);
    (void)resource_make(&a);
}

void plain_move(void)
{
    PLAIN(a);
    PLAIN(b);
    (void)resource_make(&a);
    b.first = a.first;
    b.last = a.last;
    b.number = a.number;
    a.number = 0;
}

void owned_no_move(void)
{
    OWNED(resource, a);
    OWNED(resource, b);
    (void)resource_make(&a);
}

void owned_move(void)
{
    OWNED(resource, a);
    OWNED(resource, b);
    (void)resource_make(&a);
    MOVE_TO(&b, &a);
}

[[gnu::noinline]] static void touch(void)
{
    asm volatile("" ::: "memory");
}

void no_lock(void)
{
    touch();
    COMPILER_BARRIER(); // or the call would be a jump
}

void raw_spin_lock(void)
{
    spin_lock_acquire(&world.spin);
    touch();
    spin_lock_release(&world.spin);
}

void raw_irq_lock(void)
{
    const uint64_t flags = irq_lock_acquire(&world.irq);
    touch();
    irq_lock_release(&world.irq, flags);
}

void held_spin_lock(void)
{
    HOLD(&world.spin);
    touch();
}

void held_irq_lock(void)
{
    HOLD(&world.irq);
    touch();
}
