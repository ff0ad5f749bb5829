// SPDX-License-Identifier: MIT
/// manifest: parses what a cell says about itself, the text in its section `.cell.manifest`.
///
/// Lines `key: value`, each ended by a newline, of printable ASCII. The first is the version of the
/// format, `manifest: MAJOR.MINOR`. A minor version adds keys, so unknown ones are ignored; a newer
/// major version is refused. `name`, `version` and `kind` are required, no known
/// key may come twice.
///
/// Ownership: the texts of a `struct manifest` borrow from the source.
/// Callers:   any context; there is no state, no heap and no lock here.
/// Live swap: nothing to carry over.
/// Fault:     nothing to undo.
#pragma once
#include <cell/status.h>
#include <cell/text.h>

enum cell_kind { CELL_KERNEL, CELL_DRIVER, CELL_APPLICATION };

/// What is absent is empty. Lists are separated by blanks: see text_next_part().
struct manifest {
    struct text name;    ///< lower-case letters, digits and _; the first is a letter
    struct text version; ///< three numbers separated by dots, then perhaps -word or +word
    struct text license;
    struct text purpose;
    struct text needs;        ///< list of names of cells
    struct text capabilities; ///< list of words like names
    struct text guards;       ///< list of CAPABILITY and CAPABILITY=SYMBOL
    struct text start;        ///< name of a C function, like the next two
    struct text evolved_from;
    struct text stop;
    struct text renames;   ///< list of OLD=NEW, both names in C
    struct text kind_name; ///< "kernel", "driver" or "application", in the source
    enum cell_kind kind;
};

/// STATUS_DAMAGED: it breaks a rule of the format. STATUS_UNSUPPORTED: a newer major version.
/// `reason` is null on success, else a static sentence without a full stop; `manifest` is then
/// empty.
enum status manifest_parse(struct text source, struct manifest *manifest, const char **reason);

/// "kernel", "driver" or "application".
const char *cell_kind_name(enum cell_kind kind);
