// SPDX-License-Identifier: MIT
// State may point to the state of its own cell.
#include <cell/annotations.h>

struct node {
    struct node *next;
};

STATE struct node root;
STATE struct node *last = &root;

void reset(void)
{
    last = &root;
}
