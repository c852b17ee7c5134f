#include "compiler/select/Passes.h"

#include "mlir/Pass/PassRegistry.h"

using namespace mlir;

namespace barecc {

void buildSelectPipeline(OpPassManager &passes, ArrayRef<std::string> features, bool small)
{
    const SmallVector<std::string> list(features);
    passes.addNestedPass<func::FuncOp>(createSelectKernelsPass({list, small}));
    passes.addNestedPass<func::FuncOp>(createLowerToLinalgPass());
    passes.addPass(createOutlineLoopsPass({list}));
    passes.addNestedPass<func::FuncOp>(createFuseRowsPass());
    if (small)
        passes.addPass(createShareKernelsPass());
}

void registerSelectStage()
{
    registerSelectPasses();
    PassPipelineRegistration<>("select", "Stage 3: every operation becomes a step of the kernel dialect",
                               [](OpPassManager &passes) { buildSelectPipeline(passes, {}); });
}

} // namespace barecc
