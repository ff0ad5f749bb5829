// SPDX-License-Identifier: MIT
// The plugin itself: it runs before code is generated, so that one compile checks and compiles, and
// a finding leaves no object. Arguments:
//
//   findings=warning   findings are warnings and not errors
//   cell=NAME          the cell that is compiled, for the report
//   report=FILE        a line for each function marked UNSAFE is appended to FILE:
//                      cell, kind, function, file:line, reason, separated by tabs
//   abi=NAME           what the section .cell.abi is made of is written beside the object; private
//                      headers are those of the cell NAME, which `cell` may be the tests of
#include "Abi.h"
#include "Rules.h"

#include "clang/AST/ASTConsumer.h"
#include "clang/AST/Attr.h"
#include "clang/Basic/SourceManager.h"
#include "clang/Frontend/CompilerInstance.h"
#include "clang/Frontend/FrontendPluginRegistry.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/raw_ostream.h"

using namespace clang;

namespace cellcheck
{

namespace
{

struct Arguments {
    bool AsErrors = true;
    std::string Cell = "-";
    std::string ReportFile;
    std::string AbiOwner; ///< empty: it is not written
};

class Consumer : public ASTConsumer
{
  public:
    Consumer(CompilerInstance &Compiler, const Arguments &Given)
        : Engine(Compiler.getDiagnostics()), Given(Given), Report(Engine, Given.AsErrors),
          Object(Compiler.getFrontendOpts().OutputFile)
    {
        if (!Given.AbiOwner.empty())
            Headers = std::make_unique<AbiHeaders>(Compiler.getPreprocessor(), Given.Cell);
    }

    void HandleTranslationUnit(ASTContext &Context) override
    {
        if (Engine.hasErrorOccurred())
            return;
        Checker Check{Context, Types, Report};
        const SourceManager &Sources = Context.getSourceManager();
        for (const Decl *D : Context.getTranslationUnitDecl()->decls())
            if (!Sources.isInSystemHeader(D->getLocation()))
                checkDeclaration(Check, D);
        writeReport();
        if (Headers && !Engine.hasErrorOccurred())
            writeFile(abiFile(Object), llvm::sys::fs::OF_None,
                      describeAbi(Context, *Headers, Given.Cell, Given.AbiOwner));
    }

  private:
    void checkDeclaration(Checker &Check, const Decl *D)
    {
        if (const auto *Variable = dyn_cast<VarDecl>(D)) {
            checkState(Check, Variable);
            checkStaticPointer(Check, Variable);
        } else if (const auto *Assembly = dyn_cast<FileScopeAsmDecl>(D)) {
            checkAssembly(Check, Assembly);
        } else if (const auto *Function = dyn_cast<FunctionDecl>(D)) {
            if (Function->isThisDeclarationADefinition()) {
                checkFunction(Check, Function);
                note(Check.Context.getSourceManager(), Function);
            } else if (!Function->isImplicit()) {
                checkSignatureCopies(Check, Function);
                checkBlocksSignature(Check, Function);
            }
        }
    }

    void note(const SourceManager &Sources, const FunctionDecl *Function)
    {
        const std::optional<UnsafeMark> Unsafe = unsafeMark(Function);
        if (!Unsafe || Given.ReportFile.empty())
            return;
        const PresumedLoc Where =
            Sources.getPresumedLoc(Sources.getFileLoc(Function->getLocation()));
        Lines += Given.Cell + "\t" + Unsafe->Kind + "\t" + Function->getNameAsString() + "\t" +
                 Where.getFilename() + ":" + std::to_string(Where.getLine()) + "\t" +
                 Unsafe->Reason + "\n";
    }

    void writeReport()
    {
        if (!Lines.empty())
            writeFile(Given.ReportFile, llvm::sys::fs::OF_Append, Lines);
    }

    /// One write: several compilers append to the same file.
    void writeFile(const std::string &Name, llvm::sys::fs::OpenFlags Flags, StringRef Text)
    {
        std::error_code Error;
        llvm::raw_fd_ostream File(Name, Error, Flags);
        if (Error) {
            const unsigned Message = Engine.getCustomDiagID(DiagnosticsEngine::Error,
                                                            "cellcheck: cannot write '%0': %1");
            Engine.Report(Message) << Name << Error.message();
            return;
        }
        File.SetBufferSize(Text.size() + 1);
        File << Text;
    }

    DiagnosticsEngine &Engine;
    Arguments Given;
    TypeFacts Types;
    Findings Report;
    std::string Object;
    std::unique_ptr<AbiHeaders> Headers;
    std::string Lines;
};

class Action : public PluginASTAction
{
    std::unique_ptr<ASTConsumer> CreateASTConsumer(CompilerInstance &Compiler, StringRef) override
    {
        return std::make_unique<Consumer>(Compiler, Given);
    }

    bool ParseArgs(const CompilerInstance &Compiler, const std::vector<std::string> &List) override
    {
        for (const StringRef Argument : List) {
            const auto [Key, Value] = Argument.split('=');
            if (Key == "findings" && (Value == "warning" || Value == "error")) {
                Given.AsErrors = Value == "error";
            } else if (Key == "cell") {
                Given.Cell = Value;
            } else if (Key == "report") {
                Given.ReportFile = Value;
            } else if (Key == "abi") {
                Given.AbiOwner = Value;
            } else {
                DiagnosticsEngine &Engine = Compiler.getDiagnostics();
                const unsigned Message = Engine.getCustomDiagID(DiagnosticsEngine::Error,
                                                                "cellcheck: unknown argument '%0'");
                Engine.Report(Message) << Argument;
                return false;
            }
        }
        return true;
    }

    ActionType getActionType() override
    {
        return AddBeforeMainAction;
    }

    Arguments Given;
};

} // namespace

} // namespace cellcheck

static FrontendPluginRegistry::Add<cellcheck::Action>
    Registration("cellcheck", "checks ownership, state, blocking and unsafe constructs");
