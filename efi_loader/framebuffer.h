// SPDX-License-Identifier: MIT
/// framebuffer: a screen that nano_core can draw on without the firmware.
#pragma once
#include <kernel/boot_info.h>

/// Keeps the current mode of a display if it is linear with 32 bits a pixel, else sets its largest
/// such mode, and adds the region. Without any, the format is BOOT_PIXEL_NONE.
struct boot_framebuffer framebuffer_find(void);
