// SPDX-License-Identifier: MIT
// trap_sites: gives every check its own trap.
//
// Clang lets all checks of one kind in a function share one trap instruction, which then has no
// line of its own. This pass runs first, before anything is optimised: it copies the trap for each
// check, gives it the line of the check and forbids the optimiser to merge the copies again.
// (Clang's -ubsan-unique-traps does the same, but loses the kind of the check.)
//
//     clang-19 -fpass-plugin=trap_sites.so ...
#include <llvm/IR/IntrinsicInst.h>
#include <llvm/IR/Module.h>
#include <llvm/Passes/PassBuilder.h>
#include <llvm/Passes/PassPlugin.h>
#include <llvm/Transforms/Utils/Cloning.h>

namespace
{

llvm::IntrinsicInst *trap_of(llvm::BasicBlock &block)
{
    auto *call = llvm::dyn_cast<llvm::IntrinsicInst>(block.getFirstNonPHIOrDbg());
    const bool is_trap = call && call->getIntrinsicID() == llvm::Intrinsic::ubsantrap &&
                         call->getNextNonDebugInstruction() == block.getTerminator();
    return is_trap && block.phis().empty() ? call : nullptr;
}

void place_trap(llvm::BasicBlock &block, llvm::Instruction &check)
{
    llvm::IntrinsicInst *trap = trap_of(block);
    trap->setDebugLoc(check.getDebugLoc());
    trap->addFnAttr(llvm::Attribute::NoMerge);
}

void split(llvm::BasicBlock &block)
{
    llvm::SmallVector<llvm::BasicBlock *> checks(llvm::predecessors(&block));
    for (llvm::BasicBlock *check : checks) {
        llvm::BasicBlock *own = &block;
        if (check != checks.back()) {
            llvm::ValueToValueMapTy unused;
            own = llvm::CloneBasicBlock(&block, unused, "", block.getParent());
            check->getTerminator()->replaceSuccessorWith(&block, own);
        }
        place_trap(*own, *check->getTerminator());
    }
}

struct TrapSites : llvm::PassInfoMixin<TrapSites> {
    llvm::PreservedAnalyses run(llvm::Module &module, llvm::ModuleAnalysisManager &)
    {
        for (llvm::Function &function : module) {
            llvm::SmallVector<llvm::BasicBlock *> traps;
            for (llvm::BasicBlock &block : function)
                if (trap_of(block))
                    traps.push_back(&block);
            for (llvm::BasicBlock *block : traps)
                split(*block);
        }
        return llvm::PreservedAnalyses::none();
    }
    static bool isRequired()
    {
        return true;
    }
};

} // namespace

extern "C" llvm::PassPluginLibraryInfo llvmGetPassPluginInfo()
{
    return {LLVM_PLUGIN_API_VERSION, "trap_sites", "1", [](llvm::PassBuilder &builder) {
                builder.registerPipelineStartEPCallback(
                    [](llvm::ModulePassManager &passes, llvm::OptimizationLevel) {
                        passes.addPass(TrapSites());
                    });
            }};
}
