// SPDX-License-Identifier: MIT
/// ns: what the parts of this command share. Other cells cannot use it.
#pragma once
#include <app/app.h>
#include <cell/cell_metadata.h>
#include <cell/cell_namespace.h>

/// Finds a namespace, or says that it does not exist.
enum status find_named(const char *name, FILLS(struct namespace_reference) found);

/// The name of the namespace that `cell` lives in; borrows from `home`.
struct text home_of(const struct cell *cell, FILLS(struct namespace_reference) home);

/// `ns list`, `ns show NAME`, `ns diff A B`.
int list_namespaces(bool json);
int show_namespace(const char *name, bool json);
int diff_namespaces(const char *left, const char *right, bool json);
