// SPDX-License-Identifier: MIT
/// cost: pairs of functions whose lengths in instructions say what ownership costs.
#pragma once

void plain_one(void);   ///< a resource, made and dropped by hand
void plain_three(void); ///< three of them
void owned_one(void);   ///< by OWNED: an entry in the chain
void owned_three(void);
void linked_one(void); ///< by a node on the stack that is linked into a list
void linked_three(void);
void plain_no_move(void);
void plain_move(void); ///< payload, live word, live word
void owned_no_move(void);
void owned_move(void); ///< MOVE_TO
void no_lock(void);
void raw_spin_lock(void);
void raw_irq_lock(void);
void held_spin_lock(void); ///< HOLD
void held_irq_lock(void);
