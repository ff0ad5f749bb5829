// SPDX-License-Identifier: MIT
// Assembly outside any function.

asm(".globl marker\nmarker:"); // expect: [cellcheck-unsafe]
