// SPDX-License-Identifier: MIT
#include <cell/annotations.h>
#include <cell/test.h>
#include <memory/shared.h>

struct AFFINE leaf {
    LIVE_WORD uint32_t alive;
};

STATE unsigned drops;

static void leaf_drop(TAKES(struct leaf) leaf)
{
    drops += leaf->alive;
    leaf->alive = 0;
}

OWNS(leaf, alive);
OWNERSHIP(leaf, alive);

static enum status make(FILLS(struct shared) shared)
{
    OWNED(box, box);
    TRY(BOX_NEW(leaf, &box));
    FILL(BOX_CONTENT(leaf, &box), .alive = 1);
    drops = 0;
    return shared_from(&box, shared);
}

TEST(the_last_owner_drops_the_content)
{
    OWNED(shared, first);
    OWNED(shared, second);
    EXPECT_STATUS(STATUS_OK, make(&first));
    EXPECT_STATUS(STATUS_OK, shared_share(&first, &second));
    EXPECT(first.block == second.block && shared_count(&first) == 2);
    shared_drop(&first);
    EXPECT(drops == 0 && !first.block && shared_count(&second) == 1);
    EXPECT(BOX_CONTENT(leaf, shared_box(&second))->alive == 1);
    shared_drop(&second);
    EXPECT(drops == 1);
}

TEST(a_weak_reference_does_not_keep_the_content)
{
    OWNED(shared, owner);
    OWNED(weak, weak);
    OWNED(shared, again);
    EXPECT_STATUS(STATUS_OK, make(&owner));
    EXPECT_STATUS(STATUS_OK, shared_weaken(&owner, &weak));
    EXPECT_STATUS(STATUS_OK, weak_share(&weak, &again));
    shared_drop(&owner);
    EXPECT(drops == 0);
    shared_drop(&again);
    EXPECT(drops == 1);
    EXPECT_STATUS(STATUS_NOT_FOUND, weak_share(&weak, &again));
}

TEST(empty_references_are_refused_and_dropped_without_effect)
{
    OWNED(box, box);
    OWNED(shared, shared);
    OWNED(shared, other);
    OWNED(weak, weak);
    EXPECT_STATUS(STATUS_INVALID, shared_from(&box, &shared));
    EXPECT_STATUS(STATUS_INVALID, shared_share(&shared, &other));
    EXPECT_STATUS(STATUS_INVALID, shared_weaken(&shared, &weak));
    EXPECT_STATUS(STATUS_INVALID, weak_share(&weak, &shared));
    shared_drop(&shared);
    weak_drop(&weak);
}
