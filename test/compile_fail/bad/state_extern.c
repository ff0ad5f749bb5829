// SPDX-License-Identifier: MIT
// Mutable data with external linkage.

int count; // expect: [cellcheck-state]
