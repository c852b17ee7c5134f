#include "compiler/optimize/Passes.h"

#include "mlir/Pass/PassRegistry.h"
#include "mlir/Transforms/Passes.h"

using namespace mlir;

namespace barecc {

void buildOptimizePipeline(OpPassManager &passes)
{
    auto &function = passes.nest<func::FuncOp>();
    function.addPass(createFoldConstantsPass());
    function.addPass(createPropagateTransposesPass());
    function.addPass(createFuseIntoKernelsPass());
    function.addPass(createFuseWindowPaddingPass());
    function.addPass(createCSEPass());
    function.addPass(createFoldQuantizationPass());
    function.addPass(createFuseWindowPaddingPass());
    function.addPass(createLowerQuantizationPass());
    function.addPass(createFoldConstantsPass());
    function.addPass(createCSEPass());
    function.addPass(createFuseElementwisePass());
    function.addPass(createCSEPass());
}

void registerOptimizeStage()
{
    registerOptimizePasses();
    PassPipelineRegistration<>("optimize", "Stage 2: everything between import and the choice of kernels",
                               buildOptimizePipeline);
}

} // namespace barecc
