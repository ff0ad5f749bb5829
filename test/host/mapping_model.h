// SPDX-License-Identifier: MIT
/// mapping_model: operations on mappings, chosen by bytes, against a model that is too simple to be
/// wrong: for each mapping its kind, its pages, and what was written to each of them.
#pragma once
#include <stddef.h>
#include <stdint.h>

/// Does what the bytes say, three for each operation, then drops everything. Null, or what was not
/// as the model says.
const char *mapping_model_run(const uint8_t *bytes, size_t size);
