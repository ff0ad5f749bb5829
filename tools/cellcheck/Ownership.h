// SPDX-License-Identifier: MIT
/// Ownership: the rules leak, double-drop, use-after-move, overwrite and borrow-escape, in one
/// function at a time, along every way through it.
///
/// The function's control-flow graph is walked until nothing new is learnt; then once more, and
/// this time what is wrong is reported. What callees do is read off their declarations: TAKES,
/// FILLS, or neither.
#pragma once

#include "Findings.h"
#include "Resolver.h"

#include "clang/AST/ParentMap.h"
#include "clang/Analysis/CFG.h"

namespace cellcheck
{

class Ownership
{
  public:
    Ownership(clang::ASTContext &Context, TypeFacts &Types, Findings &Report,
              const clang::FunctionDecl *Function);

    void check();

  private:
    // The walk (Ownership.cpp).
    FlowState atEntry();
    void walk(const clang::CFG &Graph);
    void transfer(const clang::CFGBlock &Block);
    void transfer(const clang::Stmt *S);
    void leave(const clang::CFGBlock &Block);
    FlowState follow(const clang::CFGBlock &Block, unsigned Successor);
    void addStep(clang::SourceLocation Where, const std::string &Text);
    void checkLeaks(const clang::VarDecl *Variable, PathId Root, clang::SourceLocation End);
    void endScope(const clang::VarDecl *Variable, const clang::Stmt *Where);
    void endFunction(clang::SourceLocation Where, const clang::Expr *Value);
    bool isFailure(const clang::Expr *Value);
    bool mayFail(const clang::Expr *Value);

    // What statements do to slots (OwnershipStatements.cpp).
    void declare(const clang::VarDecl *Variable);
    void assign(const clang::BinaryOperator *Operator);
    void initialise(PathId Place, const clang::Expr *Value, clang::SourceLocation Where);
    void assignSlot(PathId Slot, const clang::Expr *Value, clang::SourceLocation Where);
    bool assignLiveWord(const clang::Expr *Target, const clang::Expr *Value,
                        clang::SourceLocation Where);
    void assignVariable(const clang::VarDecl *Variable, const clang::Expr *Value);
    void read(const clang::Expr *Place);
    void giveBack(const clang::ReturnStmt *Return);
    void changeIndex(const clang::VarDecl *Index);
    void losePlaces(llvm::function_ref<bool(PathId)> IsLost);

    // What calls do to slots (OwnershipCalls.cpp).
    void call(const clang::CallExpr *Call);
    void moveBetween(const clang::CallExpr *Call);
    void lend(const clang::CallExpr *Call, unsigned Index);
    void forgetReachable(const clang::Expr *Argument);

    // The life of one slot (Slots.cpp).
    void fill(const PathList &Slots, clang::SourceLocation Where, const std::string &By,
              const void *Condition);
    void take(const PathList &Slots, clang::SourceLocation Where, const std::string &By,
              bool IsDrop, const void *Condition);
    void clear(PathId Slot, clang::SourceLocation Where);
    void use(PathId Place, clang::SourceLocation Where);
    void checkFill(PathId Slot, clang::SourceLocation Where);
    void checkTake(PathId Slot, clang::SourceLocation Where, const std::string &By, bool IsDrop);
    void makeStale(PathId Owner, const Step *How, bool AddressesToo);
    void set(PathId Slot, const SlotState &State, bool IsCertain);
    bool isCertain(const PathList &Slots) const;
    void forgetOtherElements(PathId Slot);
    void loseAliases(PathId Slot);
    bool isLent(PathId Slot) const;

    // Borrows that stay longer than their owner (Borrows.cpp).
    void checkStale(const clang::Expr *Place);
    void checkEscape(const clang::Expr *Value, const clang::Expr *Target,
                     clang::SourceLocation Where);
    void checkReturn(const clang::Expr *Value, clang::SourceLocation Where);
    bool isOwnedHere(const Borrow &What) const;

    // What a condition tells (Refinement.cpp).
    void assume(const clang::Expr *Condition, bool IsTrue);
    void assumeComparison(const clang::BinaryOperator *Comparison, bool IsTrue);
    void assumeZero(const clang::Expr *E, bool IsZero);
    void assumeStatus(const void *Status, clang::QualType Type, bool IsZero);
    void assumeLive(const clang::MemberExpr *LiveWord, bool IsLive);
    void assumeCase(const clang::SwitchStmt *Switch, const clang::Stmt *Label);

    const void *statusOf(const clang::Expr *E) const;
    void report(Rule Kind, clang::SourceLocation Where, std::string Text, const Step *Path,
                std::string Instead);
    std::string quoted(PathId Path) const;

    clang::ASTContext &Context;
    TypeFacts &Types;
    Findings &Report;
    const clang::FunctionDecl *Function;
    Paths Places;
    Steps Story;
    Resolver Resolve;
    FlowState Now;
    bool IsReporting = false;
    std::set<PathId> Leaked; ///< reported already
};

/// Whether the walk is worth it: the function has to do with affine values.
bool mentionsAffine(const clang::FunctionDecl *Function, TypeFacts &Types);

/// Whether a call's result says if it worked, and by zero or not zero.
enum class ResultKind { None, ZeroIsSuccess, NotZeroIsSuccess };
ResultKind resultKind(clang::QualType Type);

} // namespace cellcheck
