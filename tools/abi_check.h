// SPDX-License-Identifier: MIT
/// abi_check: what the loader asks of the sections `.cell.abi` of two cells, asked by the build.
/// The comparison is the loader's own, cells/cell/cell_abi.
#pragma once
#include <stddef.h>

/// A cell's section `.cell.abi`. The bytes are null where it has none.
struct abi_cell {
    const char *name;
    const void *bytes;
    size_t size;
};

enum { ABI_SENTENCE = 4096 };

/// Why a section cannot be read, a sentence without a full stop; null: it can, or there is none.
const char *abi_problem(const struct abi_cell *cell);

/// Writes a sentence and returns false unless `user` was compiled against what `provider` exports
/// as `symbol`.
bool abi_check_import(const struct abi_cell *user, const struct abi_cell *provider,
                      const char *symbol, char sentence[static ABI_SENTENCE]);

/// Steps through what `user` compiled in of other cells' headers, `*index` from 0 on, up to the
/// next that does not fit; `providers` are all cells whose headers it could see. False: no more.
bool abi_check_used(const struct abi_cell *user, const struct abi_cell providers[], size_t count,
                    unsigned *index, char sentence[static ABI_SENTENCE]);
