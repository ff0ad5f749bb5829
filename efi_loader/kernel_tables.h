// SPDX-License-Identifier: MIT
/// kernel_tables: the page tables under which nano_core starts.
#pragma once
#include "page_tables.h"

/// Maps all regions, each with its own protection, and the tables themselves at RECURSIVE_SLOT. The
/// tables are a region too, the last one.
struct page_tables kernel_tables_build(void);
