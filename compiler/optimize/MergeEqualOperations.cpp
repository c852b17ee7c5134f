// Common subexpressions. Upstream's pass knows an operation by its operands and attributes and not by its body, so that
// loop nests of one form that differ in a number are all compared with each other; here the body counts too. What stands
// in bodies is left to upstream.
#include "compiler/optimize/Passes.h"

#include "mlir/IR/Dominance.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "mlir/Transforms/CSE.h"

using namespace mlir;

namespace barecc {

#define GEN_PASS_DEF_MERGEEQUALOPERATIONSPASS
#include "compiler/optimize/Passes.h.inc"

namespace {

/// Of an operation with its body, in which values count by their place.
llvm::hash_code hashOf(Operation *op)
{
    DenseMap<Value, size_t> places;
    auto result = [&](Value value) { return llvm::hash_value(places.try_emplace(value, places.size()).first->second); };
    auto operand = [&](Value value) {
        auto inside = places.find(value);
        return inside == places.end() ? OperationEquivalence::directHashValue(value) : llvm::hash_value(inside->second);
    };
    llvm::hash_code hash(0);
    op->walk<WalkOrder::PreOrder>([&](Operation *inner) {
        hash = llvm::hash_combine(
            hash, OperationEquivalence::computeHash(inner, operand, result, OperationEquivalence::IgnoreLocations));
        for (Region &region : inner->getRegions())
            for (BlockArgument argument : region.getArguments())
                hash = llvm::hash_combine(hash, result(argument));
    });
    return hash;
}

struct MergeEqualOperations : impl::MergeEqualOperationsPassBase<MergeEqualOperations> {
    void runOnOperation() override
    {
        IRRewriter rewriter(&getContext());
        DominanceInfo &dominance = getAnalysis<DominanceInfo>();
        for (Block &block : getOperation().getBody()) {
            DenseMap<size_t, SmallVector<Operation *, 1>> known; // by hash
            for (Operation &op : llvm::make_early_inc_range(block.without_terminator())) {
                if (isOpTriviallyDead(&op)) {
                    rewriter.eraseOp(&op);
                    continue;
                }
                if (op.getNumRegions() > 0)
                    eliminateCommonSubExpressions(rewriter, dominance, &op);
                if (!isMemoryEffectFree(&op))
                    continue;
                SmallVector<Operation *, 1> &candidates = known[size_t(hashOf(&op))];
                auto same = llvm::find_if(candidates, [&](Operation *candidate) {
                    return OperationEquivalence::isEquivalentTo(candidate, &op, OperationEquivalence::IgnoreLocations);
                });
                if (same == candidates.end())
                    candidates.push_back(&op);
                else
                    rewriter.replaceOp(&op, *same);
            }
        }
    }
};

} // namespace
} // namespace barecc
