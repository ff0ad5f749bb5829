// SPDX-License-Identifier: MIT
/// mutate_text: changes of texts that are made of lines. The buffers have room for `most` bytes;
/// the new size is given.
#pragma once
#include "random.h"

size_t mutate_manifest(uint8_t *text, size_t size, size_t most, struct random *random);

/// A policy or a list of signatures.
size_t mutate_lines(uint8_t *text, size_t size, size_t most, struct random *random);
