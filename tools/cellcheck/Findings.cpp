// SPDX-License-Identifier: MIT
#include "Findings.h"

#include "Annotations.h"

#include "clang/Basic/SourceManager.h"

using namespace clang;

namespace cellcheck
{

static const char *identifier(Rule Kind)
{
    switch (Kind) {
    case Rule::Leak:
        return "leak";
    case Rule::DoubleDrop:
        return "double-drop";
    case Rule::UseAfterMove:
        return "use-after-move";
    case Rule::Copy:
        return "copy";
    case Rule::Overwrite:
        return "overwrite";
    case Rule::NotOwned:
        return "not-owned";
    case Rule::BorrowEscape:
        return "borrow-escape";
    case Rule::RawStaticPointer:
        return "raw-static-pointer";
    case Rule::Blocks:
        return "blocks";
    case Rule::State:
        return "state";
    case Rule::Unsafe:
        return "unsafe";
    case Rule::UnsafeReason:
        return "unsafe-reason";
    }
    llvm_unreachable("every rule has an identifier");
}

/// What UNSAFE answers for: all that the checker cannot prove of a function's own body.
static bool isCoveredByUnsafe(Rule Kind)
{
    return Kind != Rule::Blocks && Kind != Rule::State && Kind != Rule::UnsafeReason;
}

Findings::Findings(DiagnosticsEngine &Engine, bool AsErrors) : Engine(Engine)
{
    Message = Engine.getCustomDiagID(
        AsErrors ? DiagnosticsEngine::Error : DiagnosticsEngine::Warning, "[cellcheck-%0] %1");
    Remark = Engine.getCustomDiagID(DiagnosticsEngine::Note, "%0");
}

/// Where the reader wrote it: for what a macro's body contains, the macro's use.
SourceLocation Findings::place(SourceLocation Location) const
{
    return Engine.getSourceManager().getFileLoc(Location);
}

void Findings::report(const Finding &What)
{
    if (InUnsafe && isCoveredByUnsafe(What.Kind)) {
        Covered++;
        return;
    }
    const SourceLocation Location = place(What.Location);
    if (!Reported.emplace(Location.getRawEncoding(), What.Kind, What.Text).second)
        return;
    Engine.Report(Location, Message) << identifier(What.Kind) << What.Text;
    for (const Note &Step : What.Path)
        Engine.Report(place(Step.Location), Remark) << Step.Text;
    if (!What.Instead.empty())
        Engine.Report(Location, Remark) << "write instead: " + What.Instead;
}

void Findings::enter(const FunctionDecl *Function)
{
    InUnsafe = unsafeMark(Function).has_value();
    Covered = 0;
}

} // namespace cellcheck
