// SPDX-License-Identifier: MIT
#include <cell/cell_metadata.h>
#include <cell/cell_namespace.h>
#include <cell/test.h>

static const char low[] = "a_low_cell";       // needs nothing
static const char middle[] = "a_middle_cell"; // needs the low one
static const char high[] = "a_high_cell";     // needs the middle one

// A cell in the making that needs another one, or none.
[[maybe_unused]] static enum status describe(const char *name, const struct cell_reference *need,
                                             FILLS(struct cell_reference) cell)
{
    const struct cell_capacity capacity = {.needs = need ? 1 : 0};
    OWNED(cell_reference, fresh);
    TRY(cell_create(&capacity, &fresh));
    struct cell *facts = cell_in_making(&fresh);
    facts->description.name = text_of(name);
    if (need)
        TRY(cell_reference_share(need, &facts->needs.pointer[0]));
    MOVE_TO(cell, &fresh);
    return STATUS_OK;
}

// One that lives in a namespace.
[[maybe_unused]] static enum status make(const char *name, const struct namespace_reference *space,
                                         const struct cell_reference *need,
                                         FILLS(struct cell_reference) cell)
{
    OWNED(cell_reference, fresh);
    TRY(describe(name, need, &fresh));
    cell_in_making(&fresh)->space = namespace_of(space)->number;
    TRY(cell_enter(&fresh));
    cell_begin(&fresh);
    MOVE_TO(cell, &fresh);
    return STATUS_OK;
}

// Three cells in one namespace, of which each needs the one before.
[[maybe_unused]] static enum status make_trio(const struct namespace_reference *space,
                                              FILLS(struct cell_reference) first,
                                              FILLS(struct cell_reference) second,
                                              FILLS(struct cell_reference) third)
{
    OWNED(cell_reference, lowest);
    OWNED(cell_reference, next);
    TRY(make(low, space, nullptr, &lowest));
    TRY(make(middle, space, &lowest, &next));
    TRY(make(high, space, &next, third));
    MOVE_TO(first, &lowest);
    MOVE_TO(second, &next);
    return STATUS_OK;
}

[[maybe_unused]] static enum status find_base(const char *name,
                                              FILLS(struct namespace_reference) base)
{
    TRY(namespaces_start());
    return namespace_find(text_of(name), base);
}

// Whether a name means that cell within a namespace; null: nothing.
[[maybe_unused]] static bool means(const struct namespace_reference *within, const char *name,
                                   const struct cell_reference *meant)
{
    OWNED(cell_reference, cell);
    if (namespace_find_cell(within, text_of(name), &cell) != STATUS_OK)
        return !meant;
    return meant && cell_of(&cell) == cell_of(meant);
}

[[maybe_unused]] static bool is_stale(const struct namespace_reference *within, const char *name)
{
    OWNED(cell_reference, cell);
    return namespace_find_to_relink(within, text_of(name), &cell) == STATUS_OK;
}

TEST(kernel_and_application_are_there_once)
{
    OWNED(namespace_reference, kernel);
    OWNED(namespace_reference, application);
    EXPECT_STATUS(STATUS_OK, find_base("kernel", &kernel));
    EXPECT_STATUS(STATUS_OK, find_base("application", &application));
    EXPECT(!namespace_base(&kernel) && namespace_of(&kernel)->form == NAMESPACE_KERNEL);
    EXPECT(namespace_of(namespace_base(&application)) == namespace_of(&kernel));
    EXPECT_STATUS(STATUS_DENIED, namespace_withdraw(&kernel));
    EXPECT_STATUS(STATUS_DENIED, namespace_withdraw(&application));
}

TEST(a_name_means_the_first_cell_from_the_top_down)
{
    OWNED(namespace_reference, kernel);
    OWNED(namespace_reference, upper);
    OWNED(cell_reference, below);
    OWNED(cell_reference, above);
    EXPECT_STATUS(STATUS_OK, find_base("kernel", &kernel));
    EXPECT_STATUS(STATUS_OK,
                  namespace_create(text_of("upper"), NAMESPACE_STACKED, &kernel, &upper));
    EXPECT_STATUS(STATUS_OK, make(low, &kernel, nullptr, &below));
    EXPECT(means(&upper, low, &below));
    EXPECT_STATUS(STATUS_OK, make(low, &upper, nullptr, &above));
    EXPECT(means(&upper, low, &above));
    EXPECT(means(&kernel, low, &below));
}

TEST(a_stacked_namespace_uses_what_lies_below_as_it_is)
{
    OWNED(namespace_reference, kernel);
    OWNED(namespace_reference, upper);
    OWNED(cell_reference, first);
    OWNED(cell_reference, second);
    OWNED(cell_reference, third);
    OWNED(cell_reference, above);
    EXPECT_STATUS(STATUS_OK, find_base("kernel", &kernel));
    EXPECT_STATUS(STATUS_OK,
                  namespace_create(text_of("upper"), NAMESPACE_STACKED, &kernel, &upper));
    EXPECT_STATUS(STATUS_OK, make_trio(&kernel, &first, &second, &third));
    EXPECT_STATUS(STATUS_OK, make(low, &upper, nullptr, &above));
    EXPECT(means(&upper, high, &third) && !is_stale(&upper, high));
}

TEST(a_fork_does_not_share_what_needs_a_replaced_cell)
{
    OWNED(namespace_reference, kernel);
    OWNED(namespace_reference, fork);
    OWNED(cell_reference, first);
    OWNED(cell_reference, second);
    OWNED(cell_reference, third);
    OWNED(cell_reference, replacing);
    EXPECT_STATUS(STATUS_OK, find_base("kernel", &kernel));
    EXPECT_STATUS(STATUS_OK, make_trio(&kernel, &first, &second, &third));
    EXPECT_STATUS(STATUS_OK, namespace_create(text_of("fork"), NAMESPACE_FORKED, &kernel, &fork));
    EXPECT(means(&fork, high, &third));
    namespace_settle(&fork, 0);
    EXPECT_STATUS(STATUS_OK, make(middle, &fork, &first, &replacing));
    EXPECT(means(&fork, low, &first));
    EXPECT(means(&fork, middle, &replacing));
    EXPECT(means(&fork, high, nullptr) && is_stale(&fork, high));
    EXPECT(means(&kernel, high, &third));
}

TEST(what_needs_a_replaced_cell_through_others_is_not_shared_either)
{
    OWNED(namespace_reference, kernel);
    OWNED(namespace_reference, fork);
    OWNED(namespace_reference, upper);
    OWNED(cell_reference, first);
    OWNED(cell_reference, second);
    OWNED(cell_reference, third);
    OWNED(cell_reference, replacing);
    EXPECT_STATUS(STATUS_OK, find_base("kernel", &kernel));
    EXPECT_STATUS(STATUS_OK, make_trio(&kernel, &first, &second, &third));
    EXPECT_STATUS(STATUS_OK, namespace_create(text_of("fork"), NAMESPACE_FORKED, &kernel, &fork));
    namespace_settle(&fork, 0);
    EXPECT_STATUS(STATUS_OK, make(low, &fork, nullptr, &replacing));
    EXPECT(means(&fork, middle, nullptr) && means(&fork, high, nullptr) && is_stale(&fork, high));
    // So it is in what is forked from it.
    EXPECT_STATUS(STATUS_OK, namespace_create(text_of("upper"), NAMESPACE_FORKED, &fork, &upper));
    EXPECT(means(&upper, high, nullptr) && means(&upper, low, &replacing));
}

TEST(a_settled_fork_looks_further_into_newer_cells_only)
{
    OWNED(namespace_reference, kernel);
    OWNED(namespace_reference, fork);
    OWNED(cell_reference, first);
    OWNED(cell_reference, replacing);
    OWNED(cell_reference, second);
    OWNED(cell_reference, third);
    EXPECT_STATUS(STATUS_OK, find_base("kernel", &kernel));
    EXPECT_STATUS(STATUS_OK, make(low, &kernel, nullptr, &first));
    EXPECT_STATUS(STATUS_OK, namespace_create(text_of("fork"), NAMESPACE_FORKED, &kernel, &fork));
    EXPECT_STATUS(STATUS_OK, make(low, &fork, nullptr, &replacing));
    namespace_settle(&fork, cell_of(&replacing)->number);
    EXPECT_STATUS(STATUS_OK, make(middle, &kernel, &first, &second));
    EXPECT_STATUS(STATUS_OK, make(high, &kernel, &second, &third));
    EXPECT(means(&fork, middle, nullptr) && means(&fork, high, nullptr));
}

TEST(a_cell_lives_as_low_as_it_can)
{
    OWNED(namespace_reference, kernel);
    OWNED(namespace_reference, application);
    OWNED(namespace_reference, upper);
    OWNED(namespace_reference, fork);
    OWNED(cell_reference, need);
    OWNED(cell_reference, cell);
    EXPECT_STATUS(STATUS_OK, find_base("kernel", &kernel));
    EXPECT_STATUS(STATUS_OK, find_base("application", &application));
    EXPECT_STATUS(STATUS_OK,
                  namespace_create(text_of("fork"), NAMESPACE_FORKED, &application, &fork));
    EXPECT_STATUS(STATUS_OK, namespace_create(text_of("upper"), NAMESPACE_STACKED, &fork, &upper));
    EXPECT_STATUS(STATUS_OK, describe(middle, nullptr, &cell));
    EXPECT(namespace_home(&fork, cell_of(&cell)) == namespace_of(&kernel));
    EXPECT(namespace_home(&upper, cell_of(&cell)) == namespace_of(&upper));
    cell_in_making(&cell)->singular = true;
    EXPECT(namespace_home(&upper, cell_of(&cell)) == namespace_of(&kernel));
    cell_in_making(&cell)->application = true;
    EXPECT(namespace_home(&fork, cell_of(&cell)) == namespace_of(&application));
    cell_reference_drop(&cell);
    EXPECT_STATUS(STATUS_OK, make(low, &fork, nullptr, &need));
    EXPECT_STATUS(STATUS_OK, describe(middle, &need, &cell));
    EXPECT(namespace_home(&fork, cell_of(&cell)) == namespace_of(&fork));
}

TEST(a_name_is_given_once_and_can_be_handed_on)
{
    OWNED(namespace_reference, kernel);
    OWNED(namespace_reference, first);
    OWNED(namespace_reference, second);
    OWNED(namespace_reference, found);
    EXPECT_STATUS(STATUS_OK, find_base("kernel", &kernel));
    EXPECT_STATUS(STATUS_OK, namespace_create(text_of("fork"), NAMESPACE_FORKED, &kernel, &first));
    EXPECT_STATUS(STATUS_NOT_FOUND, namespace_find(text_of("fork"), &found));
    EXPECT_STATUS(STATUS_OK, namespace_publish(&first, nullptr));
    EXPECT_STATUS(STATUS_OK, namespace_create(text_of("fork"), NAMESPACE_FORKED, &first, &second));
    EXPECT_STATUS(STATUS_EXISTS, namespace_publish(&second, nullptr));
    EXPECT_STATUS(STATUS_OK, namespace_publish(&second, &first));
    EXPECT_STATUS(STATUS_OK, namespace_find(text_of("fork"), &found));
    EXPECT(namespace_of(&found) == namespace_of(&second));
    namespace_reference_drop(&found);
    EXPECT_STATUS(STATUS_OK, namespace_withdraw(&second));
    EXPECT_STATUS(STATUS_NOT_FOUND, namespace_find(text_of("fork"), &found));
}

TEST(names_and_depth_have_limits)
{
    static const char *const bad[] = {"", "Upper", "a b", "a/b",
                                      "a_name_of_thirty_two_characters_"};
    OWNED(namespace_reference, top);
    EXPECT_STATUS(STATUS_OK, find_base("kernel", &top));
    for (unsigned i = 0; i < sizeof bad / sizeof *bad; i++) {
        OWNED(namespace_reference, made);
        EXPECT_STATUS(STATUS_INVALID,
                      namespace_create(text_of(bad[i]), NAMESPACE_STACKED, &top, &made));
    }
    for (unsigned depth = 1; depth < NAMESPACE_DEPTH; depth++) {
        OWNED(namespace_reference, made);
        EXPECT_STATUS(STATUS_OK, namespace_create(text_of("a_name_of_thirty_one_characters"),
                                                  NAMESPACE_STACKED, &top, &made));
        namespace_reference_drop(&top);
        MOVE_TO(&top, &made);
    }
    OWNED(namespace_reference, last);
    EXPECT_STATUS(STATUS_OVERFLOW,
                  namespace_create(text_of("upper"), NAMESPACE_STACKED, &top, &last));
}

TEST(a_namespace_in_use_is_not_dropped)
{
    OWNED(namespace_reference, kernel);
    OWNED(namespace_reference, fork);
    OWNED(namespace_reference, upper);
    EXPECT_STATUS(STATUS_OK, find_base("kernel", &kernel));
    EXPECT_STATUS(STATUS_OK, namespace_create(text_of("fork"), NAMESPACE_FORKED, &kernel, &fork));
    EXPECT_STATUS(STATUS_OK, namespace_publish(&fork, nullptr));
    EXPECT_STATUS(STATUS_OK, namespace_create(text_of("upper"), NAMESPACE_STACKED, &fork, &upper));
    EXPECT_STATUS(STATUS_BUSY, namespace_withdraw(&fork));
    namespace_reference_drop(&upper);
    {
        OWNED(namespace_visit, visit);
        EXPECT_STATUS(STATUS_OK, namespace_enter(&fork, &visit));
        EXPECT(namespace_visits(&fork) == 1);
        EXPECT_STATUS(STATUS_BUSY, namespace_withdraw(&fork));
    }
    EXPECT(namespace_visits(&fork) == 0);
    EXPECT_STATUS(STATUS_OK, namespace_withdraw(&fork));
}

TEST(visits_lie_within_each_other)
{
    OWNED(namespace_reference, application);
    OWNED(namespace_reference, fork);
    OWNED(namespace_reference, current);
    EXPECT_STATUS(STATUS_OK, find_base("application", &application));
    EXPECT_STATUS(STATUS_OK,
                  namespace_create(text_of("fork"), NAMESPACE_FORKED, &application, &fork));
    OWNED(namespace_visit, outer);
    EXPECT_STATUS(STATUS_OK, namespace_enter(&fork, &outer));
    {
        OWNED(namespace_visit, inner);
        EXPECT_STATUS(STATUS_OK, namespace_enter(&application, &inner));
        EXPECT_STATUS(STATUS_OK, namespace_current(&current));
        EXPECT(namespace_of(&current) == namespace_of(&application));
        namespace_reference_drop(&current);
    }
    EXPECT_STATUS(STATUS_OK, namespace_current(&current));
    EXPECT(namespace_of(&current) == namespace_of(&fork));
    namespace_reference_drop(&current);
    namespace_visit_drop(&outer);
    EXPECT_STATUS(STATUS_OK, namespace_current(&current));
    EXPECT(namespace_of(&current) == namespace_of(&application));
}

TEST(what_is_typed_can_name_the_namespace)
{
    OWNED(namespace_reference, kernel);
    OWNED(namespace_reference, fork);
    OWNED(cell_reference, below);
    OWNED(cell_reference, above);
    OWNED(cell_reference, found);
    EXPECT_STATUS(STATUS_OK, find_base("kernel", &kernel));
    EXPECT_STATUS(STATUS_OK, namespace_create(text_of("fork"), NAMESPACE_FORKED, &kernel, &fork));
    EXPECT_STATUS(STATUS_OK, namespace_publish(&fork, nullptr));
    EXPECT_STATUS(STATUS_OK, make(low, &kernel, nullptr, &below));
    EXPECT_STATUS(STATUS_OK, make(low, &fork, nullptr, &above));
    EXPECT_STATUS(STATUS_OK, namespace_find_typed(text_of(low), &found));
    EXPECT(cell_of(&found) == cell_of(&below));
    cell_reference_drop(&found);
    EXPECT_STATUS(STATUS_OK, namespace_find_typed(text_of("fork/a_low_cell"), &found));
    EXPECT(cell_of(&found) == cell_of(&above));
    cell_reference_drop(&found);
    EXPECT_STATUS(STATUS_NOT_FOUND, namespace_find_typed(text_of("nowhere/a_low_cell"), &found));
    EXPECT_STATUS(STATUS_NOT_FOUND, namespace_find_typed(text_of("fork/"), &found));
    EXPECT_STATUS(STATUS_NOT_FOUND, namespace_find_typed(text_of(""), &found));
    EXPECT_STATUS(STATUS_OK, namespace_withdraw(&fork));
}

TEST(a_namespace_keeps_its_pinned_cells_and_a_fork_those_it_shares)
{
    OWNED(namespace_reference, kernel);
    OWNED(namespace_reference, fork);
    OWNED(cell_reference, below);
    OWNED(cell_reference, above);
    EXPECT_STATUS(STATUS_OK, find_base("kernel", &kernel));
    EXPECT_STATUS(STATUS_OK, make(low, &kernel, nullptr, &below));
    EXPECT_STATUS(STATUS_OK, cell_pin(&below));
    EXPECT_STATUS(STATUS_OK, namespace_create(text_of("fork"), NAMESPACE_FORKED, &kernel, &fork));
    EXPECT_STATUS(STATUS_OK, make(middle, &fork, nullptr, &above));
    EXPECT_STATUS(STATUS_OK, cell_pin(&above));
    cell_reference_drop(&above);
    EXPECT_STATUS(STATUS_OK, cell_unpin(&below));
    cell_reference_drop(&below);
    EXPECT(!means(&fork, low, nullptr) && !means(&fork, middle, nullptr));
    namespace_reference_drop(&fork);
    EXPECT(means(&kernel, low, nullptr));
}

TEST(a_changed_fork_absorbs_what_it_was)
{
    OWNED(namespace_reference, kernel);
    OWNED(namespace_reference, fork);
    OWNED(namespace_reference, changed);
    OWNED(cell_reference, kept);
    OWNED(cell_reference, replaced);
    OWNED(cell_reference, replacing);
    EXPECT_STATUS(STATUS_OK, find_base("kernel", &kernel));
    EXPECT_STATUS(STATUS_OK, namespace_create(text_of("fork"), NAMESPACE_FORKED, &kernel, &fork));
    EXPECT_STATUS(STATUS_OK, make(low, &fork, nullptr, &kept));
    EXPECT_STATUS(STATUS_OK, make(middle, &fork, nullptr, &replaced));
    EXPECT_STATUS(STATUS_OK, cell_pin(&replaced));
    EXPECT_STATUS(STATUS_OK, namespace_create(text_of("fork"), NAMESPACE_FORKED, &fork, &changed));
    EXPECT_STATUS(STATUS_OK, make(middle, &changed, nullptr, &replacing));
    namespace_absorb(&changed, &fork);
    EXPECT(namespace_of(namespace_base(&changed)) == namespace_of(&kernel));
    EXPECT(namespace_of(&changed)->depth == 2);
    EXPECT(cell_of(&kept)->space == namespace_of(&changed)->number);
    EXPECT(cell_of(&replaced)->space != namespace_of(&changed)->number);
    namespace_reference_drop(&fork);
    EXPECT(!cell_is_pinned(&replaced));
    EXPECT(means(&changed, low, &kept));
    EXPECT(means(&changed, middle, &replacing));
}

TEST(what_others_use_is_not_absorbed)
{
    OWNED(namespace_reference, kernel);
    OWNED(namespace_reference, fork);
    OWNED(namespace_reference, other);
    OWNED(namespace_reference, changed);
    EXPECT_STATUS(STATUS_OK, find_base("kernel", &kernel));
    EXPECT_STATUS(STATUS_OK, namespace_create(text_of("fork"), NAMESPACE_FORKED, &kernel, &fork));
    EXPECT_STATUS(STATUS_OK, namespace_create(text_of("other"), NAMESPACE_FORKED, &fork, &other));
    EXPECT_STATUS(STATUS_OK, namespace_create(text_of("fork"), NAMESPACE_FORKED, &fork, &changed));
    namespace_absorb(&changed, &fork);
    EXPECT(namespace_of(namespace_base(&changed)) == namespace_of(&fork));
}
