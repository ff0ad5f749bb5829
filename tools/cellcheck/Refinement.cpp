// SPDX-License-Identifier: MIT
// What a condition tells: a maker's status says whether a slot was filled, a live word whether it
// owns.
#include "Ownership.h"

using namespace clang;

namespace cellcheck
{

/// The call, or the variable holding a call's result, that E evaluates to; null if it is neither.
const void *Ownership::statusOf(const Expr *E) const
{
    E = strip(E);
    if (const auto *Operator = dyn_cast_or_null<BinaryOperator>(E))
        if (Operator->getOpcode() == BO_Assign)
            return statusOf(Operator->getLHS());
    if (isa_and_nonnull<CallExpr>(E))
        return E;
    const auto *Reference = dyn_cast_or_null<DeclRefExpr>(E);
    const auto *Variable = Reference ? dyn_cast<VarDecl>(Reference->getDecl()) : nullptr;
    return Variable && Variable->hasLocalStorage() ? Variable->getCanonicalDecl() : nullptr;
}

void Ownership::assume(const Expr *Condition, bool IsTrue)
{
    const Expr *E = Condition->IgnoreParenImpCasts();
    if (const auto *Operator = dyn_cast<UnaryOperator>(E)) {
        if (Operator->getOpcode() == UO_LNot)
            return assume(Operator->getSubExpr(), !IsTrue);
    } else if (const auto *Operator = dyn_cast<BinaryOperator>(E)) {
        // Of `a && b`, the graph has decided `a` in an earlier block.
        if (Operator->isLogicalOp())
            return assume(Operator->getRHS(), IsTrue);
        if (Operator->isComparisonOp())
            return assumeComparison(Operator, IsTrue);
    } else if (const auto *Call = dyn_cast<CallExpr>(E)) {
        if (CalleeFacts(Call).is("__builtin_expect"))
            return assume(Call->getArg(0), IsTrue);
    }
    assumeZero(E, !IsTrue);
}

void Ownership::assumeComparison(const BinaryOperator *Comparison, bool IsTrue)
{
    BinaryOperatorKind Kind = Comparison->getOpcode();
    const Expr *Left = Comparison->getLHS();
    const Expr *Right = Comparison->getRHS();
    const auto Constant = [&](const Expr *E) -> std::optional<int64_t> {
        Expr::EvalResult Result;
        if (E->isNullPointerConstant(Context, Expr::NPC_ValueDependentIsNull))
            return 0;
        if (E->EvaluateAsInt(Result, Context) && Result.Val.getInt().isRepresentableByInt64())
            return Result.Val.getInt().getExtValue();
        return std::nullopt;
    };
    std::optional<int64_t> Value = Constant(Right);
    if (!Value) {
        Value = Constant(Left);
        std::swap(Left, Right);
        Kind = BinaryOperator::reverseComparisonOp(Kind);
    }
    if (!Value)
        return;
    if (!IsTrue)
        Kind = BinaryOperator::negateComparisonOp(Kind);
    // Live words and statuses are not negative.
    if (Kind == BO_EQ || (Kind == BO_LE && *Value == 0) || (Kind == BO_LT && *Value == 1))
        assumeZero(Left, *Value == 0 || Kind != BO_EQ);
    else if ((Kind == BO_NE && *Value == 0) || (Kind == BO_GT && *Value >= 0) ||
             (Kind == BO_GE && *Value >= 1))
        assumeZero(Left, false);
}

void Ownership::assumeZero(const Expr *E, bool IsZero)
{
    E = strip(E);
    if (const auto *Operator = dyn_cast<BinaryOperator>(E))
        if (Operator->getOpcode() == BO_Comma)
            return assumeZero(Operator->getRHS(), IsZero);
    if (const auto *Member = dyn_cast<MemberExpr>(E)) {
        if (hasTag(Member->getMemberDecl(), "live_word"))
            assumeLive(Member, !IsZero);
        return;
    }
    if (const void *Status = statusOf(E))
        assumeStatus(Status, E->getType(), IsZero);
}

void Ownership::assumeStatus(const void *Status, QualType Type, bool IsZero)
{
    switch (resultKind(Type)) {
    case ResultKind::None:
        return;
    case ResultKind::ZeroIsSuccess:
        return Now.assume(Status, IsZero ? Success : Failure);
    case ResultKind::NotZeroIsSuccess:
        return Now.assume(Status, IsZero ? Failure : Success);
    }
}

void Ownership::assumeLive(const MemberExpr *LiveWord, bool IsLive)
{
    const Expr *Base = LiveWord->getBase();
    const PathList Slots = LiveWord->isArrow() ? Resolve.pointee(Base) : Resolve.lvalue(Base);
    if (!isCertain(Slots))
        return;
    const PathId Slot = Places.owner(Slots.front());
    SlotState State = Now.lookup(Places, Slot);
    if (IsLive && State.may(Owned))
        State.remove(~Owned);
    else if (IsLive)
        State = SlotState(Owned, Story.event(LiveWord->getBeginLoc(),
                                             quoted(Slot) + " is found to own here", nullptr));
    else
        State = SlotState(Empty, nullptr);
    State.Condition = nullptr;
    Now.set(Places, Slot, State);
}

void Ownership::assumeCase(const SwitchStmt *Switch, const Stmt *Label)
{
    const void *Status = statusOf(Switch->getCond());
    if (!Status)
        return;
    const QualType Type = strip(Switch->getCond())->getType();
    const auto IsZeroCase = [&](const CaseStmt *Case) {
        Expr::EvalResult Value;
        return Case->getLHS()->EvaluateAsInt(Value, Context) && Value.Val.getInt() == 0;
    };
    if (const auto *Case = dyn_cast_or_null<CaseStmt>(Label))
        return assumeStatus(Status, Type, IsZeroCase(Case));
    for (const SwitchCase *Other = Switch->getSwitchCaseList(); Other;
         Other = Other->getNextSwitchCase())
        if (const auto *Case = dyn_cast<CaseStmt>(Other))
            if (IsZeroCase(Case))
                return assumeStatus(Status, Type, false);
}

} // namespace cellcheck
