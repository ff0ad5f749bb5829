// SPDX-License-Identifier: MIT
// What the heap of the debug build finds. A panic is seen as the signal that ends a child.
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cell/test.h>
#include <memory/heap.h>

enum : size_t { SIZE = 100 };

static bool panics(void (*function)(struct heap_piece *piece))
{
    int state = 0;
    const pid_t child = fork();
    if (child == 0) {
        OWNED(heap_piece, neighbour);
        OWNED(heap_piece, piece);
        (void)signal(SIGILL, SIG_DFL);
        if (heap_allocate(SIZE, &neighbour) == STATUS_OK &&
            heap_allocate(SIZE, &piece) == STATUS_OK)
            function(&piece);
        _exit(0);
    }
    return child > 0 && waitpid(child, &state, 0) == child && WIFSIGNALED(state) &&
           WTERMSIG(state) == SIGILL;
}

static void drop_once(struct heap_piece *piece)
{
    heap_piece_drop(piece);
}

static void drop_twice(struct heap_piece *piece)
{
    void *start = piece->start;
    heap_piece_drop(piece);
    piece->start = start;
    heap_piece_drop(piece);
}

static void write_past(struct heap_piece *piece)
{
    memset(piece->start, 1, SIZE + 1);
    heap_piece_drop(piece);
}

static void write_to_free(struct heap_piece *piece)
{
    char *start = piece->start;
    heap_piece_drop(piece);
    start[SIZE / 2] = 1;
    (void)heap_allocate(SIZE, piece);
}

static void drop_no_piece(struct heap_piece *piece)
{
    char local[SIZE];
    piece->start = local;
    heap_piece_drop(piece);
}

TEST(a_good_use_does_not_panic)
{
    EXPECT(!panics(drop_once));
}

TEST(dropping_twice_panics)
{
    EXPECT(panics(drop_twice));
}

TEST(writing_past_a_piece_panics)
{
    EXPECT(panics(write_past));
}

TEST(writing_to_a_free_piece_panics)
{
    EXPECT(panics(write_to_free));
}

TEST(dropping_what_is_no_piece_panics)
{
    EXPECT(panics(drop_no_piece));
}
