// SPDX-License-Identifier: MIT
// Which namespace a cell lives in follows from what it is and what it needs. What can be there only
// once is never loaded for one namespace alone.
//
// Live swap:  nothing is remembered.
// Fault:      see cell_loader.c.
#include "load.h"

// An application goes when its caller is done with it; no other cell may rest on that.
static enum status check_kinds(struct load *load)
{
    const struct cell *cell = load->cell;
    for (size_t i = 0; i < cell->needs.length && !cell->application; i++) {
        const struct cell *need = cell_of(&SLICE_AT(cell->needs, i));
        if (need->application)
            return load_fail(load, STATUS_DENIED, 0,
                             "it needs the application %.*s, but is of kind %.*s",
                             (int)need->description.name.length, need->description.name.start,
                             (int)cell->description.kind.length, cell->description.kind.start);
    }
    return STATUS_OK;
}

enum status load_place(struct load *load)
{
    TRY(check_kinds(load));
    const struct cell_namespace *home =
        load->replaces ? namespace_of(load->within) : namespace_home(load->within, load->cell);
    const bool alone = home->form == NAMESPACE_FORKED || home->form == NAMESPACE_STACKED;
    if (alone && load->cell->singular)
        return load_fail(load, STATUS_DENIED, 0,
                         "there can be one of it only, for it touches the machine and has data, "
                         "and %.*s would have a second one: live evolution (swap) replaces a cell "
                         "for all",
                         (int)home->name.length, home->name.start);
    load->cell->space = home->number;
    return STATUS_OK;
}
