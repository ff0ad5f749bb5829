// SPDX-License-Identifier: MIT
#include <cell/test.h>
#include <memory/heap.h>

TEST(pieces_of_many_sizes_are_zero_aligned_and_apart)
{
    static const size_t sizes[] = {1, 15, 16, 17, 100, 2000, 2032, 2033, 5000, 100000};
    enum { COUNT = sizeof sizes / sizeof *sizes };
    unsigned char *pieces[COUNT];
    for (size_t i = 0; i < COUNT; i++) {
        void *piece;
        EXPECT_STATUS(STATUS_OK, heap_allocate(sizes[i], &piece));
        EXPECT((unsigned long)piece % 16 == 0);
        pieces[i] = piece;
        for (size_t j = 0; j < sizes[i]; j++) {
            EXPECT(pieces[i][j] == 0);
            pieces[i][j] = (unsigned char)(i + 1);
        }
    }
    for (size_t i = 0; i < COUNT; i++) {
        for (size_t j = 0; j < sizes[i]; j++)
            EXPECT(pieces[i][j] == i + 1);
        heap_free(pieces[i]);
    }
}

TEST(a_piece_that_was_used_before_is_zero_again)
{
    void *piece;
    EXPECT_STATUS(STATUS_OK, heap_allocate(64, &piece));
    unsigned char *bytes = piece;
    for (size_t i = 0; i < 64; i++)
        bytes[i] = 255;
    heap_free(piece);
    EXPECT_STATUS(STATUS_OK, heap_allocate(64, &piece));
    bytes = piece;
    for (size_t i = 0; i < 64; i++)
        EXPECT(bytes[i] == 0);
    heap_free(piece);
}

TEST(no_bytes_and_too_many_are_refused)
{
    void *piece = (void *)&piece;
    EXPECT_STATUS(STATUS_INVALID, heap_allocate(0, &piece));
    EXPECT(!piece);
    EXPECT_STATUS(STATUS_EXHAUSTED, heap_allocate(SIZE_MAX, &piece));
    EXPECT_STATUS(STATUS_EXHAUSTED, heap_allocate(SIZE_MAX / 2, &piece));
    heap_free(nullptr);
}
