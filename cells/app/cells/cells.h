// SPDX-License-Identifier: MIT
/// cells: what the parts of this command share. Other cells cannot use it.
#pragma once
#include <app/app.h>
#include <cell/cell_metadata.h>
#include <cell/cell_namespace.h>
#include <cell/dependencies.h>

/// The name of the namespace in which `of` lives; borrows from `space`.
struct text name_of_space(const struct cell *of, FILLS(struct namespace_reference) space);

/// Prints the name of the namespace in which `of` lives, as JSON.
void print_namespace(const struct cell *of);

/// Prints the names of the cells that `of` needs, or of the listed ones that need it, as JSON.
void print_dependencies(const struct cell *of);
void print_dependents(const struct cell *of, const struct cell_list *list);

/// Prints `{"name":...` with what all lists of cells give, without the closing brace.
void print_facts(const struct cell_reference *reference, const struct cell_list *list);

uint64_t cell_data_size(const struct cell *cell);

/// `cells show NAME`.
int show_cell(const char *name, bool json);

/// `cells unload NAME`.
int unload_cell(const char *name);

/// `cells verify [NAME...]`.
int verify_cells(int count, char *names[], bool json);
