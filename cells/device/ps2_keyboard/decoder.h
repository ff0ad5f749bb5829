// SPDX-License-Identifier: MIT
/// From scan codes of set 1 to terminal input. Pure: all that it remembers is in the decoder.
#pragma once
#include <stddef.h>
#include <stdint.h>

enum : size_t { PS2_KEY_BYTES = 8 }; ///< the longest input that a key gives

struct ps2_decoder {
    uint8_t held; ///< modifier keys held down
    bool caps_lock;
    bool num_lock;
    bool extended;   ///< an E0 came before
    uint8_t skipped; ///< codes still to be ignored
};

/// No key held, num lock on.
void ps2_decoder_start(struct ps2_decoder *decoder);

/// Handles one scan code; writes the input that it gives and returns its length, often 0.
size_t ps2_decode(struct ps2_decoder *decoder, uint8_t code, char input[static PS2_KEY_BYTES]);
