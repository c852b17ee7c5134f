#include "compiler/ir/Simplify.h"

#include "compiler/ir/DeadCode.h"

#include "mlir/Transforms/GreedyPatternRewriteDriver.h"
#include "mlir/Transforms/RegionUtils.h"

using namespace mlir;

namespace barecc {

static SmallVector<Operation *> operationsWithBodies(func::FuncOp function)
{
    SmallVector<Operation *> operations;
    for (Block &block : function.getBody())
        for (Operation &op : block)
            if (op.getNumRegions() > 0)
                operations.push_back(&op);
    return operations;
}

LogicalResult simplifyBodies(func::FuncOp function, RewritePatternSet patterns)
{
    const FrozenRewritePatternSet frozen(std::move(patterns));
    GreedyRewriteConfig config;
    config.setStrictness(GreedyRewriteStrictness::ExistingAndNewOps).setScope(&function.getBody());
    IRRewriter rewriter(function.getContext());
    for (int64_t round = 0; round < config.getMaxIterations(); ++round) {
        SmallVector<Operation *> operations;
        for (Operation *op : operationsWithBodies(function))
            op->walk([&](Operation *inner) { operations.push_back(inner); });
        bool hasChanged = false;
        if (failed(applyOpPatternsGreedily(operations, frozen, config, &hasChanged)))
            return failure();
        for (Operation *op : operationsWithBodies(function)) // results of branches and loops that nothing reads
            hasChanged |= succeeded(simplifyRegions(rewriter, op->getRegions()));
        for (Block &block : function.getBody())
            eraseDeadOperations(block);
        if (!hasChanged)
            return success();
    }
    return failure();
}

} // namespace barecc
