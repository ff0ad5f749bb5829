// SPDX-License-Identifier: MIT
// The vocabulary belongs to no cell, but is compiled into all of them. The checker takes what it
// shows for this cell's own, because this file shows all of it: a header that is missing here is
// one that no cell can be compiled with.
//
// Live swap:  nothing is remembered.
// Fault:      nothing is changed.
#include <cell/annotations.h>
#include <cell/binding.h>
#include <cell/blocks.h>
#include <cell/capability.h>
#include <cell/context.h>
#include <cell/heap_piece.h>
#include <cell/interrupts.h>
#include <cell/irq_lock.h>
#include <cell/lock.h>
#include <cell/ownership.h>
#include <cell/panic.h>
#include <cell/restartable.h>
#include <cell/slice.h>
#include <cell/spin_lock.h>
#include <cell/status.h>
#include <cell/test.h>
#include <cell/text.h>
