#include "compiler/select/Passes.h"

#include "mlir/Pass/PassRegistry.h"

#include "llvm/ADT/StringExtras.h"

using namespace mlir;

namespace barecc {

void buildSelectPipeline(OpPassManager &passes, ArrayRef<std::string> features, int64_t codePercent,
                         ArrayRef<FeatureLevel> lowerLevels)
{
    const SmallVector<std::string> list(features);
    SmallVector<std::string> lower;
    for (const FeatureLevel &level : lowerLevels)
        lower.push_back(llvm::join(level.features, "+"));
    passes.addNestedPass<func::FuncOp>(createSelectKernelsPass({list, lower, codePercent}));
    passes.addNestedPass<func::FuncOp>(createLowerToLinalgPass());
    passes.addNestedPass<func::FuncOp>(createSimplifyScalarsPass());
    // All levels have the same loops.
    const ArrayRef<std::string> promised = lowerLevels.empty() ? features : ArrayRef(lowerLevels.back().features);
    passes.addPass(createOutlineLoopsPass({SmallVector<std::string>(promised)}));
    passes.addNestedPass<func::FuncOp>(createFuseRowsPass());
    if (codePercent)
        passes.addPass(createShareKernelsPass());
}

void registerSelectStage()
{
    registerSelectPasses();
    PassPipelineRegistration<>("select", "Stage 3: every operation becomes a step of the kernel dialect",
                               [](OpPassManager &passes) { buildSelectPipeline(passes, {}); });
}

} // namespace barecc
