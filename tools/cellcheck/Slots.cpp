// SPDX-License-Identifier: MIT
// The life of one slot: it is filled, used, emptied, and may be filled again.
#include "Ownership.h"

using namespace clang;

namespace cellcheck
{

/// Where an expression denotes one place for certain, what happens there replaces what was known.
bool Ownership::isCertain(const PathList &Slots) const
{
    return Slots.size() == 1;
}

/// A slot that is the caller's and that the declaration does not say is emptied or filled.
bool Ownership::isLent(PathId Slot) const
{
    const auto *Parameter = dyn_cast<ParmVarDecl>(Places.root(Slot));
    return Parameter && Places[Slot].Kind == PathKind::Pointee &&
           Places[Places[Slot].Parent].Kind == PathKind::Variable && !hasTag(Parameter, "takes") &&
           !hasTag(Parameter, "fills");
}

/// Elements with other indices can be the same element.
void Ownership::forgetOtherElements(PathId Slot)
{
    for (PathId Path = Slot; Path != NoPath; Path = Places[Path].Parent) {
        const PathNode &Node = Places[Path];
        if (Node.Kind != PathKind::Element && Node.Kind != PathKind::VariableElement)
            continue;
        for (auto &[Other, State] : Now.Slots) {
            const PathNode &Sibling = Places[Other];
            const bool Differs =
                Sibling.Kind == PathKind::VariableElement ||
                (Sibling.Kind == PathKind::Element && Node.Kind == PathKind::VariableElement);
            if (Other != Path && Sibling.Parent == Node.Parent && Differs)
                State = SlotState();
        }
        if (Node.Kind == PathKind::VariableElement)
            Now.Slots[Node.Parent] = SlotState();
    }
}

/// Behind a pointer that may point to a known slot or elsewhere, either may have changed.
void Ownership::loseAliases(PathId Slot)
{
    for (PathId Path = Slot; Path != NoPath; Path = Places[Path].Parent) {
        if (Places[Path].Kind != PathKind::Pointee)
            continue;
        const auto Known = Now.Holders.find(Places[Path].Parent);
        if (Known != Now.Holders.end() && Known->second.Elsewhere)
            for (const Borrow &One : Known->second.Borrows)
                if (One.IsAddress)
                    Now.set(Places, One.Owner, SlotState());
    }
}

void Ownership::set(PathId Slot, const SlotState &State, bool IsCertain)
{
    forgetOtherElements(Slot);
    loseAliases(Slot);
    SlotState New = State;
    if (!IsCertain) {
        New.join(Now.lookup(Places, Slot));
        New.Condition = nullptr;
    }
    Now.set(Places, Slot, New);
}

void Ownership::checkFill(PathId Slot, SourceLocation Where)
{
    const SlotState State = Now.lookup(Places, Slot);
    const bool IsTaken = State.Condition && State.OwnsOn == Failure;
    if (!State.may(Owned) || IsTaken)
        return;
    const char *Some = State.is(Owned) ? "" : " on some path";
    if (isLent(Slot) && !State.may(Moved))
        report(Rule::Overwrite, Where,
               quoted(Slot) + " is lent and may still own when it is filled", State.history(Owned),
               "FILLS(...) in the declaration of '" + Places.root(Slot)->getNameAsString() + "'");
    else
        report(Rule::Overwrite, Where, quoted(Slot) + " still owns when it is filled again" + Some,
               State.history(Owned), "drop or move " + quoted(Slot) + " before this");
}

void Ownership::fill(const PathList &Slots, SourceLocation Where, const std::string &By,
                     const void *Condition)
{
    for (const PathId Slot : Slots) {
        checkFill(Slot, Where);
        SlotState New(Owned, Story.event(Where, quoted(Slot) + " is acquired here" + By, nullptr));
        if (Condition) {
            New.add(Empty, nullptr);
            New.Condition = Condition;
            New.OwnsOn = Success;
        }
        set(Slot, New, isCertain(Slots));
    }
}

void Ownership::checkTake(PathId Slot, SourceLocation Where, const std::string &By, bool IsDrop)
{
    // A slot from which a part was moved cannot be given away whole.
    SlotState State = Now.lookup(Places, Slot);
    PathId Gone = Slot;
    for (const auto &[Path, Part] : Now.Slots)
        if (Path != Slot && Places.isWithin(Path, Slot) && Part.may(Moved)) {
            State = Part;
            Gone = Path;
        }
    if (!State.may(Moved | Uninitialised))
        return;
    const std::string Some = State.is(Moved) || State.is(Uninitialised) ? "" : " on some path";
    if (!State.may(Moved))
        report(Rule::NotOwned, Where,
               quoted(Slot) + " is taken before anything was put into it" + Some,
               State.history(Uninitialised), "OWNED(type, name); an empty slot");
    else if (IsDrop && Gone == Slot)
        report(Rule::DoubleDrop, Where,
               quoted(Slot) + " is dropped, but it owns nothing any more" + Some,
               State.history(Moved), "drop once, or test the live word before");
    else
        report(Rule::UseAfterMove, Where,
               quoted(Gone) + " is moved" + By + ", but it owns nothing any more" + Some,
               State.history(Moved), "fill " + quoted(Gone) + " again before this");
}

void Ownership::take(const PathList &Slots, SourceLocation Where, const std::string &By,
                     bool IsDrop, const void *Condition)
{
    for (const PathId Slot : Slots) {
        checkTake(Slot, Where, By, IsDrop);
        const SlotState Before = Now.lookup(Places, Slot);
        const Step *Past = Before.history(Owned);
        if (!Past)
            Past = Before.history(Moved);
        const char *Verb = IsDrop ? " is dropped here" : " is moved here";
        const Step *How = Story.event(Where, quoted(Slot) + Verb + By, Past);
        // What owned nothing for certain is as empty as before.
        const bool Nothing = Before.is(Empty);
        SlotState After(Nothing ? Empty : Moved, How);
        if (Condition && Before.may(Owned)) {
            After.add(Owned, Before.history(Owned));
            After.Condition = Condition;
            After.OwnsOn = Failure;
        }
        set(Slot, After, isCertain(Slots));
        if (!Nothing)
            makeStale(Slot, How, false);
    }
}

/// The live word is set to zero by hand: how an implementation takes what its caller gives. In a
/// slot of the function itself this loses what is owned.
void Ownership::clear(PathId Slot, SourceLocation Where)
{
    const SlotState State = Now.lookup(Places, Slot);
    const bool IsOwn = Places.root(Slot)->hasLocalStorage() && !Places.followsPointer(Slot);
    if (IsOwn && State.may(Owned))
        report(Rule::Overwrite, Where,
               quoted(Slot) + " is emptied while it owns" +
                   (State.is(Owned) ? "" : " on some path"),
               State.history(Owned), "drop " + quoted(Slot) + ", or move it to its next owner");
    const Step *How = Story.event(Where, quoted(Slot) + " is emptied here", State.history(Owned));
    set(Slot, State.may(Owned) ? SlotState(Moved, How) : SlotState(Empty, nullptr), true);
    makeStale(Slot, How, false);
}

void Ownership::use(PathId Place, SourceLocation Where)
{
    const PathId Slot = Places.owner(Place);
    if (Slot == NoPath)
        return;
    const SlotState State = Now.lookup(Places, Slot);
    if (!State.may(Moved))
        return;
    report(Rule::UseAfterMove, Where,
           quoted(Slot) + " is used after it was moved or dropped" +
               (State.is(Moved) ? "" : " on some path"),
           State.history(Moved), "use it before, or from its new owner");
}

/// Everything borrowed from Owner points to what others own now. AddressesToo: the place itself is
/// gone as well.
void Ownership::makeStale(PathId Owner, const Step *How, bool AddressesToo)
{
    for (auto &[Variable, Holds] : Now.Holders)
        for (Borrow &One : Holds.Borrows)
            if (Places.isWithin(One.Owner, Owner) &&
                (AddressesToo ? !Places.followsPointer(One.Owner) : !One.IsAddress))
                One.Stale = How;
}

} // namespace cellcheck
