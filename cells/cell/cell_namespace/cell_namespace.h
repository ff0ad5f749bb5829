// SPDX-License-Identifier: MIT
/// cell_namespace: what the name of a cell means, and to whom.
///
/// A namespace is a layer over another one, its base; the lowest is `kernel`, and `application`
/// lies over it. A name means the first cell of that name from the top down:
///
///     fast          forked from application; own: format2 as format, and what was relinked with it
///     application   echo, shell...
///     kernel        all else
///
/// *Stacked* over its base, a namespace uses what lies below as it is. *Forked* from it, it uses
/// what lies below unless that needs, perhaps through others, a cell which the fork replaced: then
/// the name means nothing here until the cell loader has made a second instance of it. So a fork
/// begins by sharing all, and has of its own what differs.
///
/// A namespace does not change once it is published, but for cells that are loaded on demand. A
/// replacement is a new one of the same name: what was forked from the old one still sees that.
///
///     namespace_create --> one owner --namespace_publish--> has its name, and owns itself
///     namespace_find, namespace_next, namespace_current --> one more owner
///     namespace_withdraw --> has no name; when the last owner is dropped, what was pinned there
///                            is unpinned, and goes where nobody else owns it
///
/// A cell names its namespace by number, so that it keeps none alive.
///
/// Callers:    boot CPU only, not from exceptions.
/// Live swap:  the list of namespaces and the current one are all the state there is.
/// Fault:      a namespace enters and leaves the list by one store (atomic), as it gets its name
///             and loses it; one that is half dropped is dropped again (restartable). If the
///             current one is lost, it is `application`.
#pragma once
#include <stddef.h>
#include <stdint.h>

#include <cell/cell_metadata.h>
#include <cell/ownership.h>
#include <cell/status.h>
#include <cell/text.h>
#include <memory/shared.h>

enum { NAMESPACE_NAME = 31, NAMESPACE_DEPTH = 32 };

enum namespace_form {
    NAMESPACE_KERNEL,       ///< the lowest
    NAMESPACE_APPLICATIONS, ///< of cells of KIND application; others are loaded below
    NAMESPACE_STACKED,
    NAMESPACE_FORKED,
};

/// What is known of a namespace; it does not change, but for `depth`.
struct cell_namespace {
    struct text name;
    uint64_t number; ///< rises in the order of making
    enum namespace_form form;
    uint32_t depth; ///< namespaces down to the lowest, itself included
};

/// An owner of a namespace, one of many.
struct AFFINE namespace_reference {
    union {
        LIVE_POINTER(struct shared_block) block;
        struct shared shared; ///< that the block is of
    };
};

void namespace_reference_drop(TAKES(struct namespace_reference) reference);
OWNS(namespace_reference, block);

/// Makes `kernel` and `application`. Nothing is done by a second call.
enum status namespaces_start(void);

/// Fills `made` with the only owner of a namespace over `base`, stacked or forked, that no name
/// means yet. A fork of another name owns what is pinned in what it sees.
/// STATUS_INVALID: a name has 1 to 31 characters, lower-case letters, digits and _.
/// STATUS_OVERFLOW: it would be the 33rd of a stack. STATUS_EXHAUSTED: no memory.
enum status namespace_create(struct text name, enum namespace_form form,
                             const struct namespace_reference *base,
                             FILLS(struct namespace_reference) made);

/// Lets its name mean it, and no longer `instead`, which may be null. STATUS_EXISTS: it means
/// another one.
enum status namespace_publish(const struct namespace_reference *made,
                              const struct namespace_reference *instead);

/// Gives all that lives in `base` and is not replaced to `changed`, which lies over it under the
/// same name, and takes it out from below; does nothing if others use `base`, which has no name any
/// more, too.
void namespace_absorb(const struct namespace_reference *changed,
                      const struct namespace_reference *base);

/// Takes its name away. STATUS_DENIED: it is `kernel` or `application`. STATUS_BUSY: another one
/// lies over it, or a command runs in it.
enum status namespace_withdraw(const struct namespace_reference *withdrawn);

/// Fills `found` with one more owner of the namespace of that name. STATUS_NOT_FOUND.
enum status namespace_find(struct text name, FILLS(struct namespace_reference) found);

/// Fills `found` with one more owner of the namespace with that number, whether or not its name
/// means it. STATUS_NOT_FOUND: it is gone.
enum status namespace_find_number(uint64_t number, FILLS(struct namespace_reference) found);

/// Fills `next` with one more owner of the published namespace made after the one that `*cursor`,
/// 0 at first, tells of. False: no more.
bool namespace_next(uint64_t *cursor, FILLS(struct namespace_reference) next);

enum status namespace_share(const struct namespace_reference *reference,
                            FILLS(struct namespace_reference) other);

/// The namespace that `reference`, which must not be empty, owns with others.
const struct cell_namespace *namespace_of(const struct namespace_reference *reference);

/// Its base; null for `kernel`.
const struct namespace_reference *namespace_base(const struct namespace_reference *reference);

/// How many commands run in it, each having entered it.
uint32_t namespace_visits(const struct namespace_reference *reference);

/// Fills `cell` with one more owner of the loaded cell that `name` means within a namespace.
/// STATUS_NOT_FOUND.
enum status namespace_find_cell(const struct namespace_reference *within, struct text name,
                                FILLS(struct cell_reference) cell);

/// The same for a loaded cell that could not be used there, for it needs another one that was
/// replaced: the one that it is to be relinked from. STATUS_NOT_FOUND: there is none.
enum status namespace_find_to_relink(const struct namespace_reference *within, struct text name,
                                     FILLS(struct cell_reference) cell);

/// The same as namespace_find_cell() for what a user types: NAME in the current namespace, or
/// NAMESPACE/NAME.
enum status namespace_find_typed(struct text typed, FILLS(struct cell_reference) cell);

/// Where a cell in the making lives that is asked for `within` a namespace: as low as it can, so
/// that as many as possible share it. It cannot lie below what it needs, as far as it needs
/// anything yet; applications lie in `application` or above it, all other cells below it; in
/// a stacked namespace lies what is asked for there and is not `singular`.
const struct cell_namespace *namespace_home(const struct namespace_reference *within,
                                            const struct cell *cell);

/// Says of a fork in the making, over which nothing lies yet, that for each cell up to that number
/// that it cannot share it has another one.
void namespace_settle(const struct namespace_reference *fork, uint64_t number);

/// A stay in a namespace, whose name means something to commands that are typed meanwhile.
struct AFFINE namespace_visit {
    struct namespace_reference outer; ///< where one was before; empty: in `application`
    LIVE_WORD uint64_t begun;
};

/// Makes a namespace the current one until `visit` is dropped. Visits end in the reverse order.
enum status namespace_enter(const struct namespace_reference *entered,
                            FILLS(struct namespace_visit) visit);

void namespace_visit_drop(TAKES(struct namespace_visit) visit);
OWNS(namespace_visit, begun);

/// Fills `current` with one more owner of the current namespace: `application`, unless one was
/// entered.
enum status namespace_current(FILLS(struct namespace_reference) current);
