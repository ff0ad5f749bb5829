// SPDX-License-Identifier: MIT
/// FlowState: what is known at one point of a function.
///
/// For each slot, the set of conditions in which some way to this point leaves it; for each local
/// variable that holds pointers, whose content they borrow; for each status, whether it is
/// STATUS_OK.
#pragma once

#include "Paths.h"
#include "Steps.h"

#include <array>
#include <map>

namespace cellcheck
{

/// What can be said of a slot. Several hold where ways through the function differ.
enum SlotBit : unsigned {
    Uninitialised = 1 << 0,
    Empty = 1 << 1,
    Owned = 1 << 2,
    Moved = 1 << 3,  ///< emptied: what it owned went elsewhere
    Unknown = 1 << 4 ///< nothing is known: memory that others write too
};
inline constexpr unsigned SlotBits = 5;

enum StatusBit : unsigned { Success = 1, Failure = 2 };

struct SlotState {
    unsigned Bits = Unknown;
    /// Not null: the slot owns exactly if this status, a call or a variable, is OwnsOn.
    const void *Condition = nullptr;
    unsigned OwnsOn = 0; ///< a StatusBit: Success of what fills it, Failure of what takes it
    /// For each bit that is set, how it came about.
    std::array<const Step *, SlotBits> Histories = {};

    SlotState() = default;
    SlotState(SlotBit Bit, const Step *History)
    {
        add(Bit, History);
        Bits = Bit;
    }
    bool may(unsigned Mask) const
    {
        return Bits & Mask;
    }
    bool is(unsigned Mask) const
    {
        return Bits && !(Bits & ~Mask);
    }
    const Step *history(SlotBit Bit) const;
    void add(SlotBit Bit, const Step *History);
    void remove(unsigned Mask);
    /// The status that the slot depends on is not known any more.
    void loseCondition();
    bool join(const SlotState &Other);
};

/// A pointer to what `Owner` owns, or to the slot itself.
struct Borrow {
    PathId Owner;
    bool IsAddress;    ///< of the place `Owner` itself, whatever it owns
    const Step *Stale; ///< not null: how the owner was moved, dropped, or left
};

/// What a local variable's pointers can point to.
struct Holder {
    std::vector<Borrow> Borrows;
    bool Elsewhere = false; ///< or to something that is not followed

    void add(const Borrow &New);
    void add(const Holder &Other);
    bool join(const Holder &Other);
};

class FlowState
{
  public:
    bool IsReached = false;
    std::map<PathId, SlotState> Slots;
    std::map<PathId, Holder> Holders;          ///< by variable
    std::map<const void *, unsigned> Statuses; ///< by call or variable

    /// The state of a slot: its own, or that of what it lies in.
    SlotState lookup(const Paths &Places, PathId Path) const;

    /// Sets a slot; what was known of its parts is forgotten.
    void set(const Paths &Places, PathId Path, const SlotState &State);

    /// Forgets all slots within Path.
    void forget(const Paths &Places, PathId Path);

    /// Joins in another way to this point. True if that changed anything.
    bool join(const Paths &Places, const FlowState &Other);

    /// The status is stored in another place, by which it is known from now on.
    void renameStatus(const void *Old, const void *New);

    /// Slots that depend on the status no longer do.
    void forgetStatus(const void *Status);

    /// The status is known to be success or failure: so is what each slot filled under it owns.
    void assume(const void *Status, StatusBit Bit);

  private:
    SlotState joined(const Paths &Places, PathId Path, const FlowState &Other, bool &Changed) const;
    void joinHolders(const FlowState &Other, bool &Changed);
    void joinStatuses(const FlowState &Other, bool &Changed);
    bool agrees(const SlotState &Slot, const void *Condition, unsigned OwnsOn) const;
};

} // namespace cellcheck
