// SPDX-License-Identifier: MIT
// One pass over a function's body that shows each statement to the rules it concerns. What is only
// named, as in sizeof, typeof and _Generic, is not evaluated and not shown.
#include "Ownership.h"
#include "Rules.h"

#include "clang/AST/RecursiveASTVisitor.h"
#include "llvm/ADT/SmallPtrSet.h"

using namespace clang;

namespace cellcheck
{

namespace
{

class Body : public RecursiveASTVisitor<Body>
{
    using Base = RecursiveASTVisitor<Body>;

  public:
    Body(Checker &Check, const FunctionDecl *Function) : Check(Check), Function(Function)
    {
    }

    /// Of an initialiser, what it means and not how it is written.
    bool shouldVisitImplicitCode() const
    {
        return true;
    }
    bool TraverseUnaryExprOrTypeTraitExpr(UnaryExprOrTypeTraitExpr *)
    {
        return true;
    }
    bool TraverseTypeLoc(TypeLoc)
    {
        return true;
    }
    bool TraverseStaticAssertDecl(StaticAssertDecl *)
    {
        return true;
    }
    bool TraverseGenericSelectionExpr(GenericSelectionExpr *Selection)
    {
        return TraverseStmt(Selection->getResultExpr());
    }
    bool TraverseDoStmt(DoStmt *Loop)
    {
        return wrapped(Loop->getCond(), [&] { return Base::TraverseDoStmt(Loop); });
    }
    bool TraverseWhileStmt(WhileStmt *Loop)
    {
        return wrapped(Loop->getCond(), [&] { return Base::TraverseWhileStmt(Loop); });
    }

    bool VisitVarDecl(VarDecl *Variable)
    {
        checkOwned(Check, Function, Variable);
        checkState(Check, Variable);
        checkStaticPointer(Check, Variable);
        return true;
    }
    bool VisitCastExpr(CastExpr *Cast)
    {
        if (const auto *Literal = dyn_cast<CompoundLiteralExpr>(strip(Cast->getSubExpr())))
            if (Cast->getCastKind() == CK_LValueToRValue)
                Values.insert(Literal);
        checkCopy(Check, Cast);
        checkCast(Check, Cast);
        return true;
    }
    bool VisitCompoundLiteralExpr(CompoundLiteralExpr *Literal)
    {
        if (!Values.count(Literal))
            checkOwned(Check, Literal);
        return true;
    }
    bool VisitGCCAsmStmt(GCCAsmStmt *Assembly)
    {
        checkAssembly(Check, Assembly);
        return true;
    }
    bool VisitCallExpr(CallExpr *Call)
    {
        // FILL writes the new value as a temporary, which never owns.
        if (CalleeFacts(Call).is("ownership_fill"))
            for (const Expr *Argument : Call->arguments())
                if (const auto *Address = dyn_cast<UnaryOperator>(strip(Argument)))
                    if (const auto *Literal =
                            dyn_cast<CompoundLiteralExpr>(strip(Address->getSubExpr())))
                        Values.insert(Literal);
        checkMemoryCopy(Check, Call);
        checkBlocksCall(Check, Function, Call, Wrappers > 0);
        return true;
    }
    bool VisitBinaryOperator(BinaryOperator *Operator)
    {
        checkStaticPointer(Check, Operator);
        return true;
    }
    bool VisitForStmt(ForStmt *Loop)
    {
        checkLoop(Check, Function, Loop, Loop->getCond(), Loop->getBody());
        return true;
    }
    bool VisitWhileStmt(WhileStmt *Loop)
    {
        checkLoop(Check, Function, Loop, Loop->getCond(), Loop->getBody());
        return true;
    }
    bool VisitDoStmt(DoStmt *Loop)
    {
        checkLoop(Check, Function, Loop, Loop->getCond(), Loop->getBody());
        return true;
    }

  private:
    template <typename Visit> bool wrapped(const Expr *Condition, Visit Go)
    {
        const bool IsWrapper = isWrapperCondition(Condition);
        Wrappers += IsWrapper;
        const bool Result = Go();
        Wrappers -= IsWrapper;
        return Result;
    }

    Checker &Check;
    const FunctionDecl *Function;
    llvm::SmallPtrSet<const CompoundLiteralExpr *, 4> Values;
    unsigned Wrappers = 0;
};

/// What OWNS() defines for each type: the primitives on which the rules about slots rest.
bool isPrimitiveOfSlots(const FunctionDecl *Function)
{
    const StringRef Name = Function->getIdentifier() ? Function->getName() : StringRef();
    return Name == "ownership_move" || Name == "ownership_fill" || Name == "ownership_take" ||
           Name.ends_with("_scope_end");
}

} // namespace

void checkFunction(Checker &Check, const FunctionDecl *Function)
{
    Check.Report.enter(Function);
    checkSignatureCopies(Check, Function);
    checkBlocksSignature(Check, Function);
    Body(Check, Function).TraverseStmt(Function->getBody());
    if (!isPrimitiveOfSlots(Function) && mentionsAffine(Function, Check.Types))
        Ownership(Check.Context, Check.Types, Check.Report, Function).check();
    checkReason(Check, Function);
    Check.Report.enter(nullptr);
}

} // namespace cellcheck
