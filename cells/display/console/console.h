#pragma once
#include <stddef.h>
void console_write(const char *text, size_t length);
int console_read(void);
int console_poll(void);
