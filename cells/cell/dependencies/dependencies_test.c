// SPDX-License-Identifier: MIT
#include <cell/cell_namespace.h>
#include <cell/dependencies.h>
#include <cell/test.h>
#include <libc/string.h>

// A function in a section of its own that is referred to from another one.
[[gnu::noinline, maybe_unused]] static enum status begin_own(struct dependency_walk *walk,
                                                             FILLS(struct cell_reference) own)
{
    TRY(namespace_find_typed(text_of("dependencies_test"), own));
    return dependencies_begin(cell_of(own), walk);
}

SYSTEM_TEST(a_call_into_another_cell_is_an_outgoing_dependency)
{
    OWNED(cell_reference, own);
    struct dependency_walk walk;
    struct dependency dependency;
    EXPECT_STATUS(STATUS_OK, begin_own(&walk, &own));
    const struct cell_section *section = cell_section_at(cell_of(&own), (uint64_t)begin_own);
    EXPECT(section);
    bool found = false;
    while (dependency_next_from(&walk, section, &dependency)) {
        EXPECT(dependency.dependent == cell_of(&own) && dependency.from == section);
        EXPECT(dependency.offset < section->size);
        found |= dependency.address == (uint64_t)dependencies_begin && dependency.named &&
                 strcmp(dependency.named->name, "dependencies_begin") == 0 && dependency.to &&
                 strcmp(dependency.to->name, ".text.dependencies_begin") == 0;
    }
    EXPECT(found);
}

SYSTEM_TEST(a_relocation_within_a_cell_counts)
{
    OWNED(cell_reference, own);
    struct dependency_walk walk;
    struct dependency dependency;
    EXPECT_STATUS(STATUS_OK, begin_own(&walk, &own));
    const struct cell_section *section = cell_section_at(cell_of(&own), (uint64_t)begin_own);
    unsigned count = 0;
    while (dependency_next_to(&walk, cell_of(&own), section, &dependency))
        count += dependency.from != section && dependency.provider == dependency.dependent;
    EXPECT(count >= 2);
}

SYSTEM_TEST(the_same_is_an_incoming_dependency_of_the_other_cell)
{
    OWNED(cell_reference, own);
    OWNED(cell_reference, other);
    struct dependency_walk walk;
    struct dependency dependency;
    EXPECT_STATUS(STATUS_OK, begin_own(&walk, &own));
    EXPECT_STATUS(STATUS_OK, namespace_find_typed(text_of("dependencies"), &other));
    const struct cell_section *section =
        cell_section_at(cell_of(&other), (uint64_t)dependencies_begin);
    EXPECT(section);
    EXPECT(dependency_next_to(&walk, cell_of(&other), section, &dependency));
    EXPECT(dependency.dependent == cell_of(&own));
}

SYSTEM_TEST(a_list_owns_every_loaded_cell_once)
{
    OWNED(box, box);
    EXPECT_STATUS(STATUS_OK, cell_list_take(&box));
    const struct cell_list *list = BOX_CONTENT(cell_list, &box);
    EXPECT(list->count > 30 && list->count <= list->capacity);
    for (size_t i = 1; i < list->count; i++)
        EXPECT(cell_of(&list->cells[i - 1])->number < cell_of(&list->cells[i])->number);
}
