// SPDX-License-Identifier: MIT
/// mutate: changes of an input that know what a cell is made of.
#pragma once
#include <stddef.h>
#include <stdint.h>

/// Changes `input`, which has room for `most` bytes; gives the new size. Everything follows from
/// `seed`.
size_t mutate(uint8_t *input, size_t size, size_t most, uint32_t seed);

/// Copies `size` bytes of `first` to `input` and replaces a section by one of `second`; the same
/// otherwise.
size_t mutate_splice(uint8_t *input, const uint8_t *first, size_t size, const uint8_t *second,
                     size_t second_size, size_t most, uint32_t seed);

/// Any change of `size` bytes at `bytes`, which has room for `most`: the fuzzer's own.
size_t mutate_bytes(uint8_t *bytes, size_t size, size_t most);
