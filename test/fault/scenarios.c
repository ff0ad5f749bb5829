// SPDX-License-Identifier: MIT
#include "scenarios.h"
#include "types.h"

#include <memory/shared.h>

#define RUN(call)                                                                                  \
    do {                                                                                           \
        if ((call) != STATUS_OK)                                                                   \
            return;                                                                                \
    } while (0)

static void nested_scopes(void)
{
    OWNED(resource, outer);
    RUN(resource_make(&outer));
    {
        OWNED(resource, inner);
        RUN(resource_make(&inner));
        {
            OWNED(resource, innermost);
            RUN(resource_make(&innermost));
        }
        OWNED(resource, late);
        RUN(resource_make(&late));
    }
    OWNED(resource, last);
    RUN(resource_make(&last));
}

static enum status returns_early(int when)
{
    OWNED(resource, first);
    TRY(resource_make(&first));
    if (when == 1)
        return STATUS_BUSY;
    OWNED(resource, second);
    TRY(resource_make(&second));
    if (when == 2)
        return STATUS_BUSY;
    TRY(resource_refuse(&first));
    return STATUS_OK;
}

static void early_returns(void)
{
    for (int when = 1; when <= 3; when++)
        if (returns_early(when) == STATUS_OK)
            return;
}

static void loops(void)
{
    for (int i = 0; i < 6; i++) {
        OWNED(resource, item);
        if (i == 1)
            continue;
        RUN(resource_make(&item));
        if (i == 2)
            continue;
        OWNED(resource, second);
        RUN(resource_make(&second));
        if (i == 4)
            break;
    }
}

static void jumps(void)
{
    int rounds = 0;
again: {
    OWNED(resource, item);
    RUN(resource_make(&item));
    if (rounds++ < 2)
        goto again;
    OWNED(resource, second);
    RUN(resource_make(&second));
    if (rounds > 0)
        goto out;
    RUN(resource_make(&second));
}
out:;
    OWNED(resource, last);
    RUN(resource_make(&last));
}

static void switches(void)
{
    for (int i = 0; i < 3; i++) {
        switch (i + world.zero) {
        case 0: {
            OWNED(resource, a);
            RUN(resource_make(&a));
            break;
        }
        case 1: {
            OWNED(resource, b);
            RUN(resource_make(&b));
            continue;
        }
        default:
            return;
        }
    }
}

static void moves_between_slots(void)
{
    OWNED(resource, a);
    OWNED(resource, b);
    OWNED(resource, nothing);
    RUN(resource_make(&a));
    MOVE_TO(&b, &a);
    RUN(resource_make(&a));
    {
        OWNED(resource, c);
        MOVE_TO(&c, &b);
        MOVE_TO(&b, &a);
        MOVE_TO(&a, &c);
    }
    MOVE_TO(&nothing, &(struct resource){});
}

static enum status makes_for_its_caller(FILLS(struct resource) result)
{
    OWNED(resource, made);
    TRY(resource_make(&made));
    MOVE_TO(result, &made);
    return STATUS_OK;
}

[[gnu::noinline]] static void takes_from_its_caller(TAKES(struct resource) given)
{
    OWNED(resource, mine);
    MOVE_TO(&mine, given);
}

static void moves_through_parameters(void)
{
    OWNED(resource, slot);
    RUN(makes_for_its_caller(&slot));
    takes_from_its_caller(&slot);
    RUN(makes_for_its_caller(&slot));
}

static void structures(void)
{
    OWNED(pair, pair);
    RUN(pair_make(&pair));
    OWNED(resource, out);
    MOVE_TO(&out, &pair.left);
    OWNED(resource, in);
    RUN(resource_make(&in));
    MOVE_TO(&pair.left, &in);
    OWNED(pair, other);
    MOVE_TO(&other, &pair);
    pair_drop(&other);
    RUN(pair_make(&pair));
}

static void arrays(void)
{
    OWNED(row, row);
    RUN(row_make(3, &row));
    OWNED(resource, item);
    MOVE_TO(&item, &row.items[1]);
    MOVE_TO(&row.items[3], &item);
    OWNED(row, other);
    MOVE_TO(&other, &row);
}

static void conditional_acquisition(void)
{
    for (int i = 0; i < 4; i++) {
        OWNED(resource, sometimes);
        OWNED(resource, other);
        if (i & 1)
            RUN(resource_make(&sometimes));
        if (i & 2)
            MOVE_TO(&other, &sometimes);
        if (sometimes.number)
            resource_drop(&sometimes);
    }
}

static void boxes(void)
{
    OWNED(box, box);
    RUN(BOX_NEW(pair, &box));
    RUN(pair_make(BOX_CONTENT(pair, &box)));
    OWNED(pair, pair);
    MOVE_TO(&pair, BOX_CONTENT(pair, &box));
    OWNED(box, other);
    RUN(BOX_NEW(pair, &other));
    MOVE_TO(BOX_CONTENT(pair, &other), &pair);
    box_drop(&box);
    MOVE_TO(&box, &other);
}

static void lists(void)
{
    OWNED(list, list);
    list_make(&list);
    for (int i = 0; i < 4; i++)
        RUN(list_push(&list));
    OWNED(list, other);
    MOVE_TO(&other, &list);
    list_drop(&other);
    list_make(&list);
    RUN(list_push(&list));
}

static void counted_references(void)
{
    OWNED(shared, first);
    {
        OWNED(box, box);
        RUN(BOX_NEW(pair, &box));
        RUN(pair_make(BOX_CONTENT(pair, &box)));
        RUN(shared_from(&box, &first));
    }
    OWNED(shared, second); // the same bits as the first
    OWNED(shared, third);
    OWNED(weak, weak);
    RUN(shared_share(&first, &second));
    RUN(shared_weaken(&first, &weak));
    MOVE_TO(&third, &second);
    shared_drop(&first);
    MOVE_TO(&first, &third);
    RUN(weak_share(&weak, &second));
}

static void guards(void)
{
    OWNED(resource, before);
    RUN(resource_make(&before));
    HOLD(&world.spin);
    {
        HOLD(&world.irq);
        OWNED(resource, within);
        RUN(resource_make(&within));
    }
    OWNED(resource, after);
    RUN(resource_make(&after));
}

const struct scenario scenarios[] = {
    {"nested scopes", nested_scopes},
    {"early returns", early_returns},
    {"loops", loops},
    {"jumps", jumps},
    {"switches", switches},
    {"moves between slots", moves_between_slots},
    {"moves through parameters", moves_through_parameters},
    {"structures", structures},
    {"arrays", arrays},
    {"conditional acquisition", conditional_acquisition},
    {"boxes", boxes},
    {"lists", lists},
    {"counted references", counted_references},
    {"guards", guards},
    {},
};
