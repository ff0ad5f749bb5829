// SPDX-License-Identifier: MIT
/// cell_abi: whether a cell was compiled against the interfaces that it will meet.
///
/// Each cell carries, in its section `.cell.abi` (docs/reference/cell_abi.md), a hash and the text
/// in C of every symbol that it exports or imports, of its STATE objects, and of what its header
/// offers to be compiled into others, and of what it compiled in itself. Two cells fit if the
/// hashes are equal. Nothing in a section is trusted: every offset is checked where it is used.
///
/// This cell also answers for the vocabulary, which belongs to no cell: vocabulary.c.
///
/// Ownership: a `struct cell_abi` and all that is read from it borrow from the section's bytes.
/// Callers:   any context, the build's tools too; there is no state, no heap and no lock here.
/// Live swap: nothing to carry over.
/// Fault:     nothing to undo.
#pragma once
#include <stddef.h>
#include <stdint.h>

#include <cell/slice.h>
#include <cell/status.h>
#include <cell/text.h>

enum cell_abi_kind : uint16_t {
    CELL_ABI_EXPORT = 1, ///< a symbol that others can import
    CELL_ABI_IMPORT,
    CELL_ABI_STATE,   ///< an object that outlives the cell
    CELL_ABI_OFFERED, ///< of the cell's header, to be compiled into others
    CELL_ABI_USED,    ///< of another cell's header, compiled into this one
};

enum { CELL_ABI_HASH_SIZE = 16 }; ///< in bytes

/// An opened section. The fields are private to this cell; zero is a section without entries.
struct cell_abi {
    struct const_bytes entries;
    struct const_bytes parts;
    struct const_bytes strings;
    uint32_t entry_size; ///< in bytes
    uint32_t count;
};

struct cell_abi_entry {
    enum cell_abi_kind kind;
    struct text name;     ///< of a symbol, else "struct NAME", "NAME", "NAME()" or "#NAME"
    struct text provider; ///< whose header shows it, or "vocabulary"; may be empty
    struct text text;     ///< the declaration
    uint32_t first_part;  ///< the definitions of the types that it reaches
    uint32_t part_count;
    struct const_bytes hash; ///< of the text and its parts
};

/// A cell in a comparison.
struct cell_abi_party {
    struct text name;
    const struct cell_abi *abi;
};

/// STATUS_DAMAGED: it breaks a rule of the format. STATUS_UNSUPPORTED: a newer major version.
/// `reason` is null on success, else a static sentence without a full stop; `abi` is then empty.
enum status cell_abi_open(struct const_bytes section, struct cell_abi *abi, const char **reason);

/// Entry `index`, counted from 0. STATUS_NOT_FOUND: there are not so many. STATUS_DAMAGED: it
/// breaks a rule of the format.
enum status cell_abi_entry(const struct cell_abi *abi, uint32_t index,
                           struct cell_abi_entry *entry);

/// The entry of that kind and name. Statuses as above.
enum status cell_abi_find(const struct cell_abi *abi, enum cell_abi_kind kind, struct text name,
                          struct cell_abi_entry *entry);

/// Definition `index` of those that an entry reaches; empty: there are not so many.
struct text cell_abi_part(const struct cell_abi *abi, const struct cell_abi_entry *entry,
                          uint32_t index);

/// Whether `user`, which imports `symbol`, was compiled against what `provider` exports.
/// STATUS_INVALID: no, and the zero-ended `sentence` of at most `size` bytes, which is not 0, says
/// why, with both types in C where they differ; it may be cut.
enum status cell_abi_check_import(const struct cell_abi_party *user,
                                  const struct cell_abi_party *provider, struct text symbol,
                                  char *sentence, size_t size);

/// The same for an entry of kind CELL_ABI_USED and the cell whose header offers it.
enum status cell_abi_check_used(const struct cell_abi_party *user,
                                const struct cell_abi_party *provider,
                                const struct cell_abi_entry *used, char *sentence, size_t size);
