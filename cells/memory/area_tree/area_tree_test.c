// SPDX-License-Identifier: MIT
#include <cell/test.h>
#include <memory/area_tree.h>

enum : uint64_t { START = 0x10000, PAGE = 0x1000, ROOM = 4000 };

struct check {
    size_t areas;
    uint64_t end;   // of the area before
    unsigned black; // on the way down to the first leaf; 0: not known yet
    bool holds;
};

static uint64_t largest(const struct area *area)
{
    return area ? area->largest_gap : 0;
}

// Walks a subtree by address and checks every equation of the header.
// NOLINTNEXTLINE(misc-no-recursion): as deep as the tree
static void check_subtree(struct check *check, const struct area *area, unsigned black)
{
    if (!area) {
        check->holds = check->holds && (check->black == 0 || check->black == black + 1);
        check->black = black + 1;
        return;
    }
    const bool red_child = (area->left && area->left->red) || (area->right && area->right->red);
    uint64_t gap = area->gap;
    gap = largest(area->left) > gap ? largest(area->left) : gap;
    gap = largest(area->right) > gap ? largest(area->right) : gap;
    check->holds = check->holds && !(area->red && red_child) && area->largest_gap == gap;
    check_subtree(check, area->left, black + !area->red);
    check->holds = check->holds && area->start >= check->end && area->end > area->start &&
                   area->gap == area->start - check->end;
    check->end = area->end;
    check->areas++;
    check_subtree(check, area->right, black + !area->red);
}

static bool is_sound(const struct area_tree *tree)
{
    struct check check = {.end = tree->start, .holds = true};
    check_subtree(&check, tree->root, 0);
    size_t listed = 0;
    for (const struct area *area = tree->first; area; area = area->after)
        listed++;
    return check.holds && check.areas == tree->count && listed == tree->count;
}

TEST(areas_take_the_lowest_gap_and_leave_a_guard)
{
    uint64_t address;
    OWNED(area_tree, tree);
    area_tree_start(START, START + 8 * PAGE, &tree);
    for (uint64_t i = 0; i < 4; i++) {
        EXPECT_STATUS(STATUS_OK, area_insert(&tree, PAGE, PAGE, 0, &address));
        EXPECT(address == START + (2 * i + 1) * PAGE);
    }
    EXPECT_STATUS(STATUS_EXHAUSTED, area_insert(&tree, PAGE, PAGE, 0, &address));
    area_remove(&tree, area_find(&tree, START + 3 * PAGE));
    EXPECT(!area_find(&tree, START + 3 * PAGE) && is_sound(&tree));
    EXPECT_STATUS(STATUS_OK, area_insert(&tree, PAGE, PAGE, 0, &address));
    EXPECT(address == START + 3 * PAGE && is_sound(&tree));
}

TEST(adjoining_areas_of_one_protection_are_one)
{
    uint64_t address;
    OWNED(area_tree, tree);
    area_tree_start(START, START + 8 * PAGE, &tree);
    for (unsigned i = 0; i < 3; i++)
        EXPECT_STATUS(STATUS_OK, area_insert(&tree, PAGE, 0, i % 2, &address));
    EXPECT(tree.count == 3 && is_sound(&tree));
    area_protect(&tree, area_find(&tree, START + PAGE), 0);
    EXPECT(tree.count == 1 && is_sound(&tree));
    EXPECT(tree.root->start == START && tree.root->end == START + 3 * PAGE);
    EXPECT_STATUS(STATUS_OK, area_insert(&tree, PAGE, 0, 0, &address));
    EXPECT(tree.count == 1 && tree.root->end == START + 4 * PAGE);
}

TEST(a_tree_stays_sound_whatever_comes_and_goes)
{
    static const unsigned turns = 20000;
    uint64_t address;
    uint32_t random = 1;
    OWNED(area_tree, tree);
    area_tree_start(START, START + ROOM * PAGE, &tree);
    for (unsigned turn = 0; turn < turns; turn++) {
        random = random * 1664525 + 1013904223;
        struct area *area = area_find(&tree, START + (random >> 8) % ROOM * PAGE);
        const uint64_t size = (1 + (random >> 28) % 4) * PAGE;
        if (area && random % 2)
            area_remove(&tree, area);
        else if (area && random % 5 == 0)
            area_protect(&tree, area, random % 3);
        else if (area_insert(&tree, size, random % 7 ? PAGE : 0, random % 3, &address) == STATUS_OK)
            EXPECT(area_find(&tree, address + size - 1));
        EXPECT(turn % 100 != 0 || is_sound(&tree));
    }
    EXPECT(tree.count > 100 && is_sound(&tree));
    while (tree.root)
        area_remove(&tree, tree.root);
    EXPECT(tree.count == 0 && is_sound(&tree));
}
