// SPDX-License-Identifier: MIT
#include "Ownership.h"

#include "clang/AST/Attr.h"
#include "clang/AST/RecursiveASTVisitor.h"
#include "clang/Analysis/FlowSensitive/DataflowWorklist.h"
#include "clang/Lex/Lexer.h"

using namespace clang;

namespace cellcheck
{

Ownership::Ownership(ASTContext &Context, TypeFacts &Types, Findings &Report,
                     const FunctionDecl *Function)
    : Context(Context), Types(Types), Report(Report), Function(Function), Places(Types),
      Resolve(Places, Types, Context)
{
    Resolve.at(&Now);
}

void Ownership::report(Rule Kind, SourceLocation Where, std::string Text, const Step *Path,
                       std::string Instead)
{
    if (IsReporting)
        Report.report({Kind, Where, std::move(Text), Steps::tell(Path), std::move(Instead)});
}

std::string Ownership::quoted(PathId Path) const
{
    return "'" + Places.text(Path) + "'";
}

/// A parameter that points to a slot: TAKES gets it full, FILLS empty, any other is a loan, whose
/// lender may own.
FlowState Ownership::atEntry()
{
    FlowState Entry;
    Entry.IsReached = true;
    for (const ParmVarDecl *Parameter : Function->parameters()) {
        const QualType Type = Parameter->getType()->getPointeeType();
        if (!Types.holdsAffine(Type))
            continue;
        const PathId Pointer = Places.variable(Parameter);
        const PathId Slot = Places.pointee(Pointer, Type);
        Entry.Holders[Pointer].add({Slot, true, nullptr});
        if (!Types.isAffine(Type))
            continue;
        const SourceLocation Where = Parameter->getLocation();
        const std::string Name = quoted(Slot);
        if (hasTag(Parameter, "takes"))
            Entry.Slots[Slot] =
                SlotState(Owned, Story.event(Where, Name + " is given by the caller", nullptr));
        else if (hasTag(Parameter, "fills"))
            Entry.Slots[Slot] = SlotState(Empty, nullptr);
        else
            Entry.Slots[Slot] =
                SlotState(Owned, Story.event(Where, Name + " is lent by the caller", nullptr));
    }
    return Entry;
}

void Ownership::check()
{
    CFG::BuildOptions Options;
    Options.AddLifetime = true;
    Options.setAllAlwaysAdd();
    const std::unique_ptr<CFG> Graph =
        CFG::buildCFG(Function, Function->getBody(), &Context, Options);
    if (Graph)
        walk(*Graph);
}

void Ownership::walk(const CFG &Graph)
{
    PostOrderCFGView Order(&Graph);
    ForwardDataflowWorklist Pending(Graph, &Order);
    std::vector<FlowState> In(Graph.getNumBlockIDs());
    In[Graph.getEntry().getBlockID()] = atEntry();
    Pending.enqueueBlock(&Graph.getEntry());
    while (const CFGBlock *Block = Pending.dequeue()) {
        Now = In[Block->getBlockID()];
        transfer(*Block);
        const FlowState Out = Now;
        unsigned Index = 0;
        for (const CFGBlock::AdjacentBlock &Edge : Block->succs()) {
            Now = Out;
            if (const CFGBlock *Next = Edge.getReachableBlock())
                if (In[Next->getBlockID()].join(Places, follow(*Block, Index)))
                    Pending.enqueueBlock(Next);
            Index++;
        }
    }
    IsReporting = true;
    for (const CFGBlock *Block : Order) {
        Now = In[Block->getBlockID()];
        if (Now.IsReached) {
            transfer(*Block);
            leave(*Block);
        }
    }
}

void Ownership::transfer(const CFGBlock &Block)
{
    for (const CFGElement &Element : Block) {
        if (const auto Statement = Element.getAs<CFGStmt>())
            transfer(Statement->getStmt());
        else if (const auto End = Element.getAs<CFGLifetimeEnds>())
            endScope(End->getVarDecl(), End->getTriggerStmt());
    }
}

void Ownership::transfer(const Stmt *S)
{
    if (const auto *Declarations = dyn_cast<DeclStmt>(S)) {
        for (const Decl *D : Declarations->decls())
            if (const auto *Variable = dyn_cast<VarDecl>(D))
                declare(Variable);
    } else if (const auto *Operator = dyn_cast<BinaryOperator>(S)) {
        if (Operator->isAssignmentOp())
            assign(Operator);
    } else if (const auto *Operator = dyn_cast<UnaryOperator>(S)) {
        if (Operator->isIncrementDecrementOp())
            if (const VarDecl *Variable = Resolver::variable(Operator->getSubExpr()))
                changeIndex(Variable);
    } else if (const auto *Call = dyn_cast<CallExpr>(S)) {
        call(Call);
    } else if (const auto *Cast = dyn_cast<ImplicitCastExpr>(S)) {
        if (Cast->getCastKind() == CK_LValueToRValue)
            read(Cast->getSubExpr());
    } else if (const auto *Return = dyn_cast<ReturnStmt>(S)) {
        giveBack(Return);
    }
}

/// The end of a function without a value is reached at its closing brace.
void Ownership::leave(const CFGBlock &Block)
{
    const bool Returns = llvm::any_of(Block, [](const CFGElement &Element) {
        const auto Statement = Element.getAs<CFGStmt>();
        return Statement && isa<ReturnStmt>(Statement->getStmt());
    });
    if (Returns || Block.hasNoReturnElement())
        return;
    const FlowState Out = Now;
    unsigned Index = 0;
    for (const CFGBlock::AdjacentBlock &Edge : Block.succs()) {
        const CFGBlock *Next = Edge.getReachableBlock();
        if (Next && Next->succ_empty()) {
            Now = Out;
            follow(Block, Index);
            endFunction(Function->getBody()->getEndLoc(), nullptr);
        }
        Index++;
    }
}

/// What a branch means to the reader.
static std::string stepText(const Expr *Condition, bool IsTrue, const ASTContext &Context)
{
    const SourceLocation Where = Condition->getBeginLoc();
    const bool IsTry =
        Where.isMacroID() && Lexer::getImmediateMacroName(Where, Context.getSourceManager(),
                                                          Context.getLangOpts()) == "TRY";
    if (IsTry)
        return IsTrue ? "if this fails" : "if this succeeds";
    return IsTrue ? "if this is true" : "if this is false";
}

void Ownership::addStep(SourceLocation Where, const std::string &Text)
{
    for (auto &[Path, Slot] : Now.Slots)
        for (const Step *&History : Slot.Histories)
            if (History)
                History = Story.branch(Where, Text, History);
}

/// The state in which a block's successor is entered: what the deciding condition tells, noted as a
/// step in the story of each slot.
FlowState Ownership::follow(const CFGBlock &Block, unsigned Successor)
{
    const auto Reachable = llvm::count_if(Block.succs(), [](const CFGBlock::AdjacentBlock &Edge) {
        return Edge.getReachableBlock() != nullptr;
    });
    if (Block.hasNoReturnElement() || Reachable < 2)
        return Now;
    const CFGBlock *Next = (Block.succ_begin() + Successor)->getReachableBlock();
    const Expr *Condition = Block.getLastCondition();
    if (const auto *Switch = dyn_cast_or_null<SwitchStmt>(Block.getTerminatorStmt())) {
        const Stmt *Label = Next->getLabel();
        assumeCase(Switch, Label);
        addStep(Label ? Label->getBeginLoc() : Switch->getBeginLoc(),
                Label ? "if this case is chosen" : "if no case is chosen");
    } else if (Condition && Block.succ_size() == 2) {
        assume(Condition, Successor == 0);
        addStep(Condition->getBeginLoc(), stepText(Condition, Successor == 0, Context));
    }
    return Now;
}

/// What a variable that nobody drops still owns when its scope ends is lost; said once each.
void Ownership::checkLeaks(const VarDecl *Variable, PathId Root, SourceLocation End)
{
    for (const auto &[Path, Slot] : Now.Slots) {
        const bool IsIn = Places.isWithin(Path, Root) && !Places.followsPointer(Path);
        if (!IsIn || !Slot.may(Owned) || !IsReporting || !Leaked.insert(Path).second)
            continue;
        report(Rule::Leak, End,
               quoted(Path) + " still owns at the end of its scope" +
                   (Slot.is(Owned) ? "" : " on some path"),
               Slot.history(Owned),
               "OWNED(type, " + Variable->getNameAsString() + "); it is dropped on every way out");
    }
}

void Ownership::endScope(const VarDecl *Variable, const Stmt *Where)
{
    const PathId Root = Places.variable(Variable);
    const SourceLocation End = Where ? Where->getEndLoc() : Variable->getLocation();
    if (Types.holdsAffine(Variable->getType())) {
        if (!Variable->hasAttr<CleanupAttr>())
            checkLeaks(Variable, Root, End);
        const Step *Gone = Story.event(End, quoted(Root) + " goes out of scope here", nullptr);
        makeStale(Root, Gone, true);
    }
    Now.forget(Places, Root);
    Now.Holders.erase(Root);
}

bool Ownership::isFailure(const Expr *Value)
{
    if (!Value || resultKind(Value->getType()) != ResultKind::ZeroIsSuccess)
        return false;
    Expr::EvalResult Constant;
    if (Value->EvaluateAsInt(Constant, Context))
        return Constant.Val.getInt() != 0;
    const auto Known = Now.Statuses.find(statusOf(Value));
    return Known != Now.Statuses.end() && Known->second == Failure;
}

/// The function's result can say that it failed: then it may leave what it was to take.
bool Ownership::mayFail(const Expr *Value)
{
    if (!Value || resultKind(Value->getType()) == ResultKind::None)
        return false;
    Expr::EvalResult Constant;
    if (Value->EvaluateAsInt(Constant, Context))
        return (Constant.Val.getInt() != 0) ==
               (resultKind(Value->getType()) == ResultKind::ZeroIsSuccess);
    const auto Known = Now.Statuses.find(statusOf(Value));
    return Known == Now.Statuses.end() || Known->second != Success;
}

/// What the declaration promised about each parameter must be true when the function returns.
void Ownership::endFunction(SourceLocation Where, const Expr *Value)
{
    for (const ParmVarDecl *Parameter : Function->parameters()) {
        const QualType Type = Parameter->getType()->getPointeeType();
        if (!Types.isAffine(Type))
            continue;
        const PathId Path = Places.pointee(Places.variable(Parameter), Type);
        const SlotState Slot = Now.lookup(Places, Path);
        const char *Some = Slot.is(Owned) ? "" : " on some path";
        if (hasTag(Parameter, "takes")) {
            if (Slot.may(Owned) && !mayFail(Value))
                report(Rule::Leak, Where,
                       quoted(Path) + " is TAKES and still owns at this return" + Some,
                       Slot.history(Owned),
                       "move it into an OWNED slot first, or drop it before this return");
        } else if (hasTag(Parameter, "fills")) {
            if (Slot.is(Owned) && isFailure(Value))
                report(Rule::Leak, Where,
                       quoted(Path) + " is FILLS and owns although the function fails",
                       Slot.history(Owned),
                       "fill an OWNED slot and MOVE_TO() the parameter when nothing can fail");
        } else if (Slot.may(Moved)) {
            report(Rule::UseAfterMove, Where,
                   quoted(Path) + " was lent, and its lender goes on using it, but it was emptied" +
                       (Slot.is(Moved) ? "" : " on some path"),
                   Slot.history(Moved),
                   "TAKES(...) in the declaration of '" + Parameter->getNameAsString() + "'");
        }
    }
}

namespace
{

/// Finds out whether a body has any expression or variable of an affine type.
class AffineSearch : public RecursiveASTVisitor<AffineSearch>
{
  public:
    explicit AffineSearch(TypeFacts &Types) : Types(Types)
    {
    }
    bool VisitExpr(Expr *E)
    {
        return !isAffine(E->getType());
    }
    bool VisitVarDecl(VarDecl *Variable)
    {
        return !isAffine(Variable->getType());
    }
    bool isAffine(QualType Type)
    {
        return Types.holdsAffine(Type) ||
               (!Type.isNull() && Types.holdsAffine(Type->getPointeeType()));
    }

  private:
    TypeFacts &Types;
};

} // namespace

bool mentionsAffine(const FunctionDecl *Function, TypeFacts &Types)
{
    AffineSearch Search(Types);
    for (const ParmVarDecl *Parameter : Function->parameters())
        if (Search.isAffine(Parameter->getType()))
            return true;
    return !Search.TraverseStmt(Function->getBody());
}

ResultKind resultKind(QualType Type)
{
    if (Type->isBooleanType())
        return ResultKind::NotZeroIsSuccess;
    return Type->isEnumeralType() ? ResultKind::ZeroIsSuccess : ResultKind::None;
}

} // namespace cellcheck
