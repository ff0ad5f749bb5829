// SPDX-License-Identifier: MIT
#include "FlowState.h"

#include "llvm/ADT/bit.h"

namespace cellcheck
{

static unsigned indexOf(SlotBit Bit)
{
    return llvm::countr_zero(static_cast<unsigned>(Bit));
}

const Step *SlotState::history(SlotBit Bit) const
{
    return Histories[indexOf(Bit)];
}

void SlotState::add(SlotBit Bit, const Step *History)
{
    Bits |= Bit;
    Histories[indexOf(Bit)] = History;
}

void SlotState::remove(unsigned Mask)
{
    Bits &= ~Mask;
    for (unsigned Index = 0; Index < SlotBits; Index++)
        if (!(Bits & 1u << Index))
            Histories[Index] = nullptr;
}

/// A take whose result nobody asks for is believed to have worked.
void SlotState::loseCondition()
{
    if (Condition && OwnsOn == Failure && may(~Owned))
        remove(Owned);
    Condition = nullptr;
}

bool SlotState::join(const SlotState &Other)
{
    bool Changed = (Other.Bits & ~Bits) != 0;
    for (unsigned Index = 0; Index < SlotBits; Index++) {
        const unsigned Bit = 1u << Index;
        if ((Bits & Bit) && (Other.Bits & Bit))
            Histories[Index] = Steps::join(Histories[Index], Other.Histories[Index]);
        else if (Other.Bits & Bit)
            Histories[Index] = Other.Histories[Index];
    }
    Bits |= Other.Bits;
    return Changed;
}

void Holder::add(const Borrow &New)
{
    for (Borrow &Known : Borrows)
        if (Known.Owner == New.Owner && Known.IsAddress == New.IsAddress) {
            if (!Known.Stale)
                Known.Stale = New.Stale;
            return;
        }
    Borrows.push_back(New);
}

void Holder::add(const Holder &Other)
{
    for (const Borrow &New : Other.Borrows)
        add(New);
    Elsewhere |= Other.Elsewhere;
}

/// True if more is possible than was.
bool Holder::join(const Holder &Other)
{
    const auto Weight = [](const Holder &Whose) {
        size_t Sum = Whose.Borrows.size() + Whose.Elsewhere;
        for (const Borrow &One : Whose.Borrows)
            Sum += One.Stale != nullptr;
        return Sum;
    };
    const size_t Before = Weight(*this);
    add(Other);
    return Weight(*this) != Before;
}

SlotState FlowState::lookup(const Paths &Places, PathId Path) const
{
    for (; Path != NoPath; Path = Places[Path].Parent) {
        const auto Entry = Slots.find(Path);
        if (Entry != Slots.end())
            return Entry->second;
    }
    return {};
}

void FlowState::set(const Paths &Places, PathId Path, const SlotState &State)
{
    forget(Places, Path);
    Slots[Path] = State;
}

void FlowState::forget(const Paths &Places, PathId Path)
{
    for (auto Entry = Slots.begin(); Entry != Slots.end();)
        Entry = Places.isWithin(Entry->first, Path) ? Slots.erase(Entry) : std::next(Entry);
}

/// Whether the slot is as it would be if it owned exactly when Condition is OwnsOn.
bool FlowState::agrees(const SlotState &Slot, const void *Condition, unsigned OwnsOn) const
{
    if (Slot.Condition)
        return Slot.Condition == Condition && Slot.OwnsOn == OwnsOn;
    const auto Known = Statuses.find(Condition);
    if (Known == Statuses.end())
        return false;
    return Slot.is(Owned)
               ? Known->second == OwnsOn
               : !Slot.may(Owned | Unknown) && Known->second == (OwnsOn ^ (Success | Failure));
}

SlotState FlowState::joined(const Paths &Places, PathId Path, const FlowState &Other,
                            bool &Changed) const
{
    SlotState Mine = lookup(Places, Path);
    SlotState Theirs = Other.lookup(Places, Path);
    const SlotState &Leader = Mine.Condition ? Mine : Theirs;
    const void *Condition = Leader.Condition;
    const unsigned OwnsOn = Leader.OwnsOn;
    const void *Before = Mine.Condition;
    if (Condition &&
        (!agrees(Mine, Condition, OwnsOn) || !Other.agrees(Theirs, Condition, OwnsOn))) {
        Mine.loseCondition();
        Theirs.loseCondition();
        Condition = nullptr;
    }
    Changed |= Mine.join(Theirs) || Condition != Before;
    Mine.Condition = Condition;
    Mine.OwnsOn = OwnsOn;
    return Mine;
}

/// A variable that one side says nothing of can point anywhere there.
void FlowState::joinHolders(const FlowState &Other, bool &Changed)
{
    const Holder Anywhere{{}, true};
    for (auto &[Variable, Holds] : Holders) {
        const auto Theirs = Other.Holders.find(Variable);
        Changed |= Holds.join(Theirs == Other.Holders.end() ? Anywhere : Theirs->second);
    }
    for (const auto &[Variable, Holds] : Other.Holders)
        if (!Holders.count(Variable)) {
            Holders[Variable] = Holds;
            Holders[Variable].Elsewhere = true;
            Changed = true;
        }
}

void FlowState::joinStatuses(const FlowState &Other, bool &Changed)
{
    for (auto &[Status, Bits] : Statuses) {
        const auto Theirs = Other.Statuses.find(Status);
        const unsigned Both =
            Bits | (Theirs == Other.Statuses.end() ? Success | Failure : Theirs->second);
        Changed |= Both != Bits;
        Bits = Both;
    }
}

bool FlowState::join(const Paths &Places, const FlowState &Other)
{
    if (!IsReached) {
        *this = Other;
        IsReached = true;
        return true;
    }
    bool Changed = false;
    std::map<PathId, SlotState> Result;
    for (const std::map<PathId, SlotState> *Side : {&std::as_const(Slots), &Other.Slots})
        for (const auto &[Path, State] : *Side)
            if (!Result.count(Path))
                Result[Path] = joined(Places, Path, Other, Changed);
    Slots = std::move(Result);
    joinHolders(Other, Changed);
    joinStatuses(Other, Changed);
    return Changed;
}

void FlowState::renameStatus(const void *Old, const void *New)
{
    for (auto &[Path, Slot] : Slots)
        if (Slot.Condition == Old)
            Slot.Condition = New;
    const auto Known = Statuses.find(Old);
    if (Known != Statuses.end())
        Statuses[New] = Known->second;
}

void FlowState::forgetStatus(const void *Status)
{
    for (auto &[Path, Slot] : Slots)
        if (Slot.Condition == Status)
            Slot.loseCondition();
    Statuses.erase(Status);
}

void FlowState::assume(const void *Status, StatusBit Bit)
{
    Statuses[Status] = Bit;
    for (auto &[Path, Slot] : Slots)
        if (Slot.Condition == Status) {
            Slot.remove(Bit == Slot.OwnsOn ? ~unsigned(Owned) : unsigned(Owned));
            if (!Slot.Bits)
                Slot.add(Empty, nullptr);
            Slot.Condition = nullptr;
        }
}

} // namespace cellcheck
