// SPDX-License-Identifier: MIT
// Binding twice.
#include <cell/binding.h>

void on_key(int key);
void on_other_key(int key);

BINDING(key_handler, void (*)(int key));

void bind_twice(FILLS(struct key_handler) handler)
{
    BIND(handler, on_key);
    BIND(handler, on_other_key); // expect: [cellcheck-overwrite]
}
