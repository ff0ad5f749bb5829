// SPDX-License-Identifier: MIT
#include "Rules.h"

#include "clang/AST/RecursiveASTVisitor.h"

using namespace clang;

namespace cellcheck
{

static bool isMain(const FunctionDecl *Function)
{
    return Function->getIdentifier() && Function->getName() == "main" &&
           Function->getReturnType()->isSpecificBuiltinType(BuiltinType::Int);
}

void checkBlocksSignature(Checker &Check, const FunctionDecl *Function)
{
    if (!hasTag(Function, "blocks") || isMain(Function))
        return;
    const auto *Result = Function->getReturnType()->getAs<EnumType>();
    if (Result && Result->getDecl()->getName() == "status")
        return;
    Check.Report.report(
        {Rule::Blocks,
         Function->getLocation(),
         "'" + Function->getNameAsString() +
             "' is BLOCKS and cannot say STATUS_EVOLVED: it does not return enum status",
         {},
         "enum status as its result, and a FILLS parameter for what it makes"});
}

void checkBlocksCall(Checker &Check, const FunctionDecl *Caller, const CallExpr *Call,
                     bool IsWrapped)
{
    const FunctionDecl *Callee = Call->getDirectCallee();
    if (!hasTag(Callee, "blocks"))
        return;
    const std::string Name = "'" + Callee->getNameAsString() + "'";
    const std::vector<Note> Declared = {{Callee->getLocation(), Name + " is declared BLOCKS here"}};
    if (!hasTag(Caller, "blocks"))
        Check.Report.report(
            {Rule::Blocks, Call->getBeginLoc(),
             Name + " may block, but '" + Caller->getNameAsString() + "' is not BLOCKS", Declared,
             "BLOCKS in the declaration of '" + Caller->getNameAsString() + "'"});
    else if (!IsWrapped)
        Check.Report.report({Rule::Blocks, Call->getBeginLoc(),
                             Name + " is called directly: nothing calls it again after a swap",
                             Declared, "the call within BLOCKING() of <cell/blocks.h>"});
}

namespace
{

/// Looks for ways out of a loop's body.
class ExitSearch : public RecursiveASTVisitor<ExitSearch>
{
  public:
    bool VisitReturnStmt(ReturnStmt *)
    {
        return false;
    }
    bool VisitGotoStmt(GotoStmt *)
    {
        return false;
    }
    bool VisitBreakStmt(BreakStmt *)
    {
        return Depth > 0;
    }
    bool VisitCallExpr(CallExpr *Call)
    {
        const FunctionDecl *Callee = Call->getDirectCallee();
        return !Callee || !Callee->isNoReturn();
    }
    // A break within these leaves them, and not the loop outside.
    bool TraverseForStmt(ForStmt *S)
    {
        return inside([&] { return RecursiveASTVisitor::TraverseForStmt(S); });
    }
    bool TraverseWhileStmt(WhileStmt *S)
    {
        return inside([&] { return RecursiveASTVisitor::TraverseWhileStmt(S); });
    }
    bool TraverseDoStmt(DoStmt *S)
    {
        return inside([&] { return RecursiveASTVisitor::TraverseDoStmt(S); });
    }
    bool TraverseSwitchStmt(SwitchStmt *S)
    {
        return inside([&] { return RecursiveASTVisitor::TraverseSwitchStmt(S); });
    }

  private:
    template <typename Visit> bool inside(Visit Go)
    {
        Depth++;
        const bool Result = Go();
        Depth--;
        return Result;
    }
    unsigned Depth = 0;
};

/// Looks for the enumerator STATUS_EVOLVED.
class EvolvedSearch : public RecursiveASTVisitor<EvolvedSearch>
{
  public:
    bool VisitDeclRefExpr(DeclRefExpr *Reference)
    {
        return Reference->getDecl()->getName() != "STATUS_EVOLVED";
    }
};

} // namespace

bool isWrapperCondition(const Expr *Condition)
{
    return Condition && !EvolvedSearch().TraverseStmt(const_cast<Expr *>(Condition));
}

void checkLoop(Checker &Check, const FunctionDecl *Function, const Stmt *Loop,
               const Expr *Condition, const Stmt *Body)
{
    if (hasTag(Function, "blocks") || Function->isNoReturn())
        return;
    Expr::EvalResult Value;
    if (Condition && !(Condition->EvaluateAsInt(Value, Check.Context) && Value.Val.getInt() != 0))
        return;
    if (!ExitSearch().TraverseStmt(const_cast<Stmt *>(Body)))
        return;
    Check.Report.report({Rule::Blocks,
                         Loop->getBeginLoc(),
                         "this loop never ends, and '" + Function->getNameAsString() +
                             "' is neither BLOCKS nor [[noreturn]]",
                         {},
                         "a bound, or BLOCKS on the function and a wait in the loop"});
}

} // namespace cellcheck
