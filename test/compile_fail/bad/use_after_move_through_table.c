// SPDX-License-Identifier: MIT
// A function that takes is known through a pointer to it.
#include <memory/frame_allocator.h>

struct operations {
    void (*close)(TAKES(struct frames) deed);
};

uint64_t read_late(const struct operations *operations, TAKES(struct frames) deed)
{
    operations->close(deed);
    return deed->first; // expect: [cellcheck-use-after-move]
}
