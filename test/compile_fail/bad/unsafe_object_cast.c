// SPDX-License-Identifier: MIT
// A pointer to one object made a pointer to another.

struct first {
    int a;
};
struct second {
    int b;
};

struct second *other(struct first *first)
{
    return (struct second *)first; // expect: [cellcheck-unsafe]
}
