// SPDX-License-Identifier: MIT
// A binding in place of a raw pointer.
#include <cell/binding.h>

void on_key(int key);

BINDING(key_handler, void (*)(int key));
BINDING_OWNERSHIP(key_handler);

void install(FILLS(struct key_handler) handler)
{
    BIND(handler, on_key);
}

void press(const struct key_handler *handler, int key)
{
    CALL(handler, key);
}

void replace(TAKES(struct key_handler) old, FILLS(struct key_handler) handler)
{
    key_handler_drop(old);
    BIND(handler, on_key);
}
