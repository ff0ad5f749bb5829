// SPDX-License-Identifier: MIT
#include <cell/annotations.h>
#include <cell/test.h>
#include <memory/box.h>

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

TEST(a_box_drops_its_content_once)
{
    drops = 0;
    {
        OWNED(box, box);
        EXPECT_STATUS(STATUS_OK, BOX_NEW(leaf, &box));
        EXPECT(BOX_CONTENT(leaf, &box)->alive == 0);
        FILL(BOX_CONTENT(leaf, &box), .alive = 1);
        OWNED(box, other);
        MOVE_TO(&other, &box);
        EXPECT(!box.content && drops == 0);
    }
    EXPECT(drops == 1);
}

TEST(a_box_without_a_type_holds_zeroed_bytes)
{
    OWNED(box, box);
    EXPECT_STATUS(STATUS_INVALID, box_allocate(0, nullptr, &box));
    EXPECT(!box.content);
    EXPECT_STATUS(STATUS_OK, box_allocate(100, nullptr, &box));
    const unsigned char *bytes = box_content(&box, nullptr);
    for (int i = 0; i < 100; i++)
        EXPECT(bytes[i] == 0);
}

TEST(a_type_larger_than_the_box_is_refused)
{
    OWNED(box, box);
    EXPECT_STATUS(STATUS_INVALID, box_allocate(sizeof(struct leaf) - 1, &leaf_ownership, &box));
}

TEST(no_memory_leaves_the_box_empty)
{
    OWNED(box, box);
    EXPECT_STATUS(STATUS_EXHAUSTED, box_allocate(SIZE_MAX / 2, nullptr, &box));
    EXPECT(!box.content);
}
