// SPDX-License-Identifier: MIT
// What calls do to slots: read off the callee's declaration.
#include "Ownership.h"

using namespace clang;

namespace cellcheck
{

static std::string by(const CalleeFacts &Callee)
{
    return Callee.name().empty() ? std::string() : ", by " + Callee.name().str() + "()";
}

void Ownership::call(const CallExpr *Call)
{
    const CalleeFacts Callee(Call);
    const StringRef Name = Callee.name();
    if (Name == "ownership_move" && Call->getNumArgs() == 2)
        return moveBetween(Call);
    if (Name == "ownership_note")
        return;
    if (Name == "ownership_take" && Call->getNumArgs() == 2)
        return take(Resolve.pointee(Call->getArg(0)), Call->getBeginLoc(), "", false, nullptr);
    if (Name == "ownership_fill" && Call->getNumArgs() == 2)
        return fill(Resolve.pointee(Call->getArg(0)), Call->getBeginLoc(), "", nullptr);
    Now.forgetStatus(Call);
    // A function that fails may leave what it was to take; what it was to fill is empty then.
    const void *Condition = resultKind(Call->getType()) == ResultKind::None ? nullptr : Call;
    const bool IsDrop = Name.ends_with("_drop");
    for (unsigned Index = 0; Index < Call->getNumArgs(); Index++) {
        const Expr *Argument = Call->getArg(Index);
        const PathList Slots =
            Argument->getType()->isPointerType() ? Resolve.pointee(Argument) : PathList();
        const SourceLocation Where = Argument->getBeginLoc();
        if (Callee.role(Index) == ParameterRole::Takes)
            take(Slots, Where, by(Callee), IsDrop, Condition);
        else if (Callee.role(Index) == ParameterRole::Borrows)
            lend(Call, Index);
    }
    // A maker works only after it has taken what it needs.
    for (unsigned Index = 0; Index < Call->getNumArgs(); Index++)
        if (Callee.role(Index) == ParameterRole::Fills)
            fill(Resolve.pointee(Call->getArg(Index)), Call->getArg(Index)->getBeginLoc(),
                 by(Callee), Condition);
}

/// MOVE_TO(destination, source): the destination owns what the source owned, if it did.
void Ownership::moveBetween(const CallExpr *Call)
{
    const PathList To = Resolve.pointee(Call->getArg(0));
    const PathList From = Resolve.pointee(Call->getArg(1));
    const SourceLocation Where = Call->getBeginLoc();
    SlotState Source;
    if (isCertain(From))
        Source = Now.lookup(Places, From.front());
    take(From, Where, To.size() == 1 ? ", to " + quoted(To.front()) : std::string(), false,
         nullptr);
    fill(To, Where, isCertain(From) ? ", from " + quoted(From.front()) : std::string(), nullptr);
    if (!isCertain(To) || !Source.may(Empty) || Source.may(Moved))
        return;
    SlotState Moved = Now.lookup(Places, To.front());
    if (Source.is(Empty))
        Moved = SlotState(Empty, nullptr);
    else
        Moved.add(Empty, nullptr);
    Moved.Condition = Source.Condition;
    Moved.OwnsOn = Source.OwnsOn;
    Now.set(Places, To.front(), Moved);
}

/// An argument that is only lent must own; what the callee can reach through it, it can change.
void Ownership::lend(const CallExpr *Call, unsigned Index)
{
    const Expr *Argument = Call->getArg(Index);
    if (!Argument->getType()->isPointerType())
        return;
    checkStale(strip(Argument));
    for (const PathId Place : Resolve.pointee(Argument))
        use(Place, Argument->getBeginLoc());
    if (!Argument->getType()->getPointeeType().isConstQualified())
        forgetReachable(Argument);
}

/// The callee gets a pointer to memory that is not a single slot: what was known of the slots
/// behind that pointer may be true no longer.
void Ownership::forgetReachable(const Expr *Argument)
{
    for (const PathId Place : Resolve.pointee(Argument)) {
        if (Places.owner(Place) != NoPath)
            continue;
        for (auto &[Path, Slot] : Now.Slots)
            if (Places.isWithin(Path, Place))
                Slot = SlotState();
    }
}

} // namespace cellcheck
