// SPDX-License-Identifier: MIT
// Borrows that stay longer than their owner: used after it, returned, or stored where they last.
#include "Ownership.h"

using namespace clang;

namespace cellcheck
{

/// The owner is a local variable: it ends with this function, whatever becomes of the borrow.
bool Ownership::isOwnedHere(const Borrow &What) const
{
    return Places.root(What.Owner)->hasLocalStorage() && !Places.followsPointer(What.Owner);
}

void Ownership::checkStale(const Expr *Place)
{
    if (const auto *Operator = dyn_cast_or_null<UnaryOperator>(Place))
        if (Operator->getOpcode() == UO_AddrOf)
            Place = Operator->getSubExpr();
    const VarDecl *Variable = Resolver::variable(Place);
    if (!Variable)
        return;
    const auto Known = Now.Holders.find(Places.variable(Variable));
    if (Known == Now.Holders.end())
        return;
    for (Borrow &One : Known->second.Borrows) {
        if (!One.Stale)
            continue;
        report(Rule::BorrowEscape, Place->getBeginLoc(),
               "'" + Variable->getNameAsString() + "' borrows from " + quoted(One.Owner) +
                   " and is used after its owner was moved, dropped or left",
               One.Stale, "use it before, or borrow again from the new owner");
        One.Stale = nullptr; // said once; copies of it are not news
    }
}

/// Value is stored in Target, which is no local variable.
void Ownership::checkEscape(const Expr *Value, const Expr *Target, SourceLocation Where)
{
    const VarDecl *Variable = Resolver::variable(Target);
    const Holder Holds = Resolve.borrows(Value);
    const PathList Stored = Resolve.lvalue(Target);
    if (isCertain(Stored) && !Places.followsPointer(Stored.front()) &&
        Places.root(Stored.front())->hasLocalStorage()) {
        Now.Holders[Places.variable(Places.root(Stored.front()))].add(Holds);
        return;
    }
    const auto *Member = dyn_cast<MemberExpr>(Target);
    const bool Borrows = Member && hasTag(Member->getMemberDecl(), "borrows");
    for (const Borrow &One : Holds.Borrows) {
        const PathId Owner = Places.owner(One.Owner);
        const bool IsOwn = isOwnedHere(One);
        const bool IsLentParameter = Owner != NoPath && isa<ParmVarDecl>(Places.root(Owner));
        const bool IsWithinOwner =
            llvm::any_of(Stored, [&](PathId Path) { return Places.owner(Path) == Owner; });
        if (IsWithinOwner || !(IsOwn || (IsLentParameter && !Borrows)))
            continue;
        const SlotState Slot = Now.lookup(Places, One.Owner);
        const std::string Into = Variable ? "static '" + Variable->getNameAsString() + "'"
                                          : std::string("a structure that outlives it");
        report(Rule::BorrowEscape, Where,
               "a borrow from " + quoted(One.Owner) + " is stored in " + Into, Slot.history(Owned),
               IsOwn ? "move the owner there, or keep the borrow in a local variable"
                     : "BORROWS on the member, if its structure cannot outlive the owner");
    }
}

void Ownership::checkReturn(const Expr *Value, SourceLocation Where)
{
    for (const Borrow &One : Resolve.borrows(Value).Borrows)
        if (isOwnedHere(One))
            report(Rule::BorrowEscape, Where,
                   "a borrow from " + quoted(One.Owner) + " is returned, but its owner ends here",
                   Now.lookup(Places, One.Owner).history(Owned),
                   "let the caller own: take a FILLS parameter and MOVE_TO() it");
}

} // namespace cellcheck
