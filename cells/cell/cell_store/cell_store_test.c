// SPDX-License-Identifier: MIT
#include <cell/cell_store.h>
#include <cell/test.h>

// Every file is found by its full name, or another one of that name that comes before it.
SYSTEM_TEST(every_file_is_found_by_its_name)
{
    struct stored_file file;
    struct stored_file found;
    size_t count = 0;
    for (size_t cursor = 0; cell_store_next(&cursor, &file); count++) {
        EXPECT_STATUS(STATUS_OK, cell_store_find_file(file.name, &found));
        EXPECT(text_equal(found.name, file.name));
    }
    EXPECT(count > 40);
}

SYSTEM_TEST(a_cell_is_found_by_the_name_without_its_suffix)
{
    struct stored_file file;
    EXPECT_STATUS(STATUS_OK, cell_store_find(text_of("cell_store"), &file));
    EXPECT(text_equal(file.name, text_of("cell_store.cell")) && !file.extra);
}

SYSTEM_TEST(what_is_not_there_is_not_found)
{
    struct stored_file file;
    EXPECT_STATUS(STATUS_NOT_FOUND, cell_store_find(text_of("nowhere"), &file));
    EXPECT_STATUS(STATUS_NOT_FOUND, cell_store_find_file(text_of("cell_store"), &file));
    EXPECT_STATUS(STATUS_NOT_FOUND, cell_store_find(text_of(""), &file));
    // In the archive only the name without the suffix means a cell.
    EXPECT_STATUS(STATUS_NOT_FOUND, cell_store_find(text_of("cell_store.cell"), &file));
}
