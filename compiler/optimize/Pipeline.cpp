#include "compiler/optimize/Passes.h"

#include "mlir/Pass/PassRegistry.h"
#include "mlir/Transforms/Passes.h"

using namespace mlir;

namespace barecc {

void buildOptimizePipeline(OpPassManager &passes, const OperationPredicate &prefersHalf)
{
    auto &function = passes.nest<func::FuncOp>();
    function.addPass(createDropSignednessPass());
    function.addPass(createFoldEmptyTensorsPass());
    function.addPass(createFoldConstantsPass());
    // Layout comes first: only without a transpose between them do operations meet what they fuse with.
    function.addPass(createPropagateTransposesPass());
    if (prefersHalf)
        function.addPass(createNarrowToHalfPass(prefersHalf));
    function.addPass(createFuseIntoKernelsPass());
    function.addPass(createFuseWindowPaddingPass());
    // One cast of each tensor, with clamps and padding in the operation already, is what the integer forms are found
    // by; integers that are padded come to light with them.
    function.addPass(createMergeEqualOperationsPass());
    function.addPass(createFoldQuantizationPass());
    function.addPass(createFuseWindowPaddingPass());
    function.addPass(createLowerQuantizationPass());
    // Weights whose casts were not needed as integers are numbers now.
    function.addPass(createFoldConstantsPass());
    function.addPass(createMergeEqualOperationsPass());
    function.addPass(createFuseElementwisePass());
    function.addPass(createMergeEqualOperationsPass());
    passes.addPass(createSymbolDCEPass()); // subgraphs of control flow that nothing needs
}

void registerOptimizeStage()
{
    registerOptimizePasses();
    PassPipelineRegistration<>("optimize", "Stage 2: everything between import and the choice of kernels",
                               [](OpPassManager &passes) { buildOptimizePipeline(passes); });
}

} // namespace barecc
