// SPDX-License-Identifier: MIT
// What declarations, assignments, reads and returns do to slots.
#include "Ownership.h"

using namespace clang;

namespace cellcheck
{

/// Slots in a new object, by its initialiser.
void Ownership::initialise(PathId Place, const Expr *Value, SourceLocation Where)
{
    if (!Value)
        return Now.set(
            Places, Place,
            SlotState(Uninitialised,
                      Story.event(Where, quoted(Place) + " is declared without a value", nullptr)));
    if (isZeroInitialiser(Value))
        return Now.set(Places, Place, SlotState(Empty, nullptr));
    const QualType Type = Places[Place].Type;
    const auto *List = dyn_cast<InitListExpr>(Value->IgnoreParenImpCasts());
    if (!List || Types.isAffine(Type))
        return Now.set(
            Places, Place,
            SlotState(Owned, Story.event(Where, quoted(Place) + " is acquired here", nullptr)));
    Now.set(Places, Place, SlotState(Empty, nullptr));
    if (const RecordDecl *Record = Type->getAsRecordDecl()) {
        unsigned Index = 0;
        for (const FieldDecl *Field : Record->fields())
            if (!Field->isUnnamedBitField() && Index < List->getNumInits()) {
                const Expr *Part = List->getInit(Index++);
                if (Types.holdsAffine(Field->getType()))
                    initialise(Places.member(Place, Field), Part, Where);
            }
    } else if (const ArrayType *Array = Context.getAsArrayType(Type)) {
        for (unsigned Index = 0; Index < List->getNumInits(); Index++)
            initialise(Places.element(Place, Index, Array->getElementType()), List->getInit(Index),
                       Where);
    }
}

void Ownership::declare(const VarDecl *Variable)
{
    if (!Variable->hasLocalStorage())
        return;
    const Expr *Value = Variable->getInit();
    const PathId Root = Places.variable(Variable);
    if (hasTag(Variable, "taken") || hasTag(Variable, "held"))
        return;
    if (Types.holdsAffine(Variable->getType())) {
        initialise(Root, Value, Variable->getLocation());
        return;
    }
    assignVariable(Variable, Value);
}

void Ownership::assign(const BinaryOperator *Operator)
{
    const Expr *Target = Operator->getLHS()->IgnoreParens();
    const Expr *Value = Operator->getRHS();
    const SourceLocation Where = Operator->getBeginLoc();
    const VarDecl *Variable = Resolver::variable(Target);
    const bool IsWhole = Variable && isa<DeclRefExpr>(Target);
    if (Operator->isCompoundAssignmentOp()) {
        if (IsWhole)
            changeIndex(Variable);
        return;
    }
    if (assignLiveWord(Target, Value, Where))
        return;
    if (Types.holdsAffine(Target->getType())) {
        const PathList Slots = Resolve.lvalue(Target);
        if (isCertain(Slots))
            assignSlot(Slots.front(), Value, Where);
        return;
    }
    if (IsWhole && Variable->hasLocalStorage())
        assignVariable(Variable, Value);
    else if (Types.holdsPointer(Target->getType()))
        checkEscape(Value, Target, Where);
}

void Ownership::assignSlot(PathId Slot, const Expr *Value, SourceLocation Where)
{
    if (!isZeroInitialiser(Value)) {
        checkFill(Slot, Where);
        initialise(Slot, strip(Value), Where);
        return;
    }
    std::vector<PathId> Full = {Slot};
    for (const auto &[Path, State] : Now.Slots)
        if (Path != Slot && Places.isWithin(Path, Slot) && State.may(Owned))
            Full.push_back(Path);
    for (auto Path = Full.rbegin(); Path != Full.rend(); ++Path)
        clear(*Path, Where);
}

/// An implementation writes the live word itself: not zero fills the slot, zero empties it.
bool Ownership::assignLiveWord(const Expr *Target, const Expr *Value, SourceLocation Where)
{
    const auto *Member = dyn_cast<MemberExpr>(Target);
    if (!Member || !hasTag(Member->getMemberDecl(), "live_word"))
        return false;
    const Expr *Base = Member->getBase();
    const PathList Slots = Member->isArrow() ? Resolve.pointee(Base) : Resolve.lvalue(Base);
    for (const PathId Written : Slots) {
        const PathId Slot = Places.owner(Written);
        // A slot's own live word may be adjusted while it owns; that of the slot within, by which
        // a binding says what it is bound to, is written when it is filled.
        if (Slot != Written && !isZeroInitialiser(Value))
            checkFill(Slot, Where);
        if (isZeroInitialiser(Value))
            clear(Slot, Where);
        else if (!Now.lookup(Places, Slot).is(Owned))
            set(Slot,
                SlotState(Owned, Story.event(Where, quoted(Slot) + " is acquired here", nullptr)),
                isCertain(Slots));
    }
    return true;
}

/// What was known by way of places that now have another meaning is forgotten.
void Ownership::losePlaces(llvm::function_ref<bool(PathId)> IsLost)
{
    for (auto Entry = Now.Slots.begin(); Entry != Now.Slots.end();)
        Entry = IsLost(Entry->first) ? Now.Slots.erase(Entry) : std::next(Entry);
    for (auto &[Variable, Holds] : Now.Holders) {
        const size_t Before = Holds.Borrows.size();
        llvm::erase_if(Holds.Borrows, [&](const Borrow &One) { return IsLost(One.Owner); });
        Holds.Elsewhere |= Holds.Borrows.size() != Before;
    }
}

void Ownership::changeIndex(const VarDecl *Index)
{
    Index = Index->getCanonicalDecl();
    losePlaces([&](PathId Path) {
        for (; Path != NoPath; Path = Places[Path].Parent)
            if (Places[Path].Kind == PathKind::VariableElement && Places[Path].Name == Index)
                return true;
        return false;
    });
}

void Ownership::assignVariable(const VarDecl *Variable, const Expr *Value)
{
    const PathId Root = Places.variable(Variable);
    Holder Holds;
    if (Types.holdsPointer(Variable->getType()))
        Holds = Resolve.borrows(Value);
    changeIndex(Variable);
    losePlaces([&](PathId Path) { return Path != Root && Places.isWithin(Path, Root); });
    if (Types.holdsPointer(Variable->getType()))
        Now.Holders[Root] = Holds;
    const void *Status = Variable->getCanonicalDecl();
    Now.forgetStatus(Status);
    if (const auto *Call = dyn_cast_or_null<CallExpr>(strip(Value)))
        Now.renameStatus(Call, Status);
}

void Ownership::read(const Expr *Place)
{
    checkStale(Place);
    Place = Place->IgnoreParens();
    const auto *Member = dyn_cast<MemberExpr>(Place);
    if (Member && hasTag(Member->getMemberDecl(), "live_word"))
        return;
    if (isa<MemberExpr, DeclRefExpr, ArraySubscriptExpr, UnaryOperator>(Place))
        for (const PathId Path : Resolve.lvalue(Place))
            use(Path, Place->getBeginLoc());
}

void Ownership::giveBack(const ReturnStmt *Return)
{
    if (const Expr *Value = Return->getRetValue())
        checkReturn(Value, Return->getReturnLoc());
    endFunction(Return->getReturnLoc(), Return->getRetValue());
}

} // namespace cellcheck
