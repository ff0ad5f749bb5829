// SPDX-License-Identifier: MIT
/// string: the functions of C's <string.h> that the system uses, with C's meanings.
///
/// Compilers emit calls of memcpy, memmove, memset and memcmp where the source has none, so every
/// cell may come to need this one. All of it is pure: no state, no locks, callable anywhere, in
/// interrupt handlers too. General registers only.
#pragma once
#include <stddef.h>

void *memcpy(void *restrict to, const void *restrict from, size_t size);
void *memmove(void *to, const void *from, size_t size);
void *memset(void *to, int byte, size_t size);
int memcmp(const void *a, const void *b, size_t size);

size_t strlen(const char *text);
size_t strnlen(const char *text, size_t limit);
int strcmp(const char *a, const char *b);
int strncmp(const char *a, const char *b, size_t limit);
char *strchr(const char *text, int character);
