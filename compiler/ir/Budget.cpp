#include "compiler/ir/Budget.h"

#include "compiler/ir/Constants.h"
#include "compiler/ir/NN.h"

using namespace mlir;

namespace barecc {

Budget &Budget::of(MLIRContext *context)
{
    return *context->getOrLoadDialect<nn::NNDialect>()->getRegisteredInterface<Budget>();
}

void Budget::begin(Limits limits)
{
    given = std::move(limits);
    fileBytes = 0;
    taken = {};
    exhausted = {};
}

bool Budget::take(Limit limit, int64_t amount)
{
    if (amount > left(limit)) {
        exhausted[unsigned(limit)] = true;
        return false;
    }
    taken[unsigned(limit)] += amount;
    return true;
}

void Budget::add(ElementsAttr constant)
{
    if (!constant.isSplat())
        taken[unsigned(Limit::ConstantBytes)] += constant.getNumElements() * byteWidth(constant.getElementType());
}

std::string Budget::excess(Limit limit) const
{
    const LimitInfo &info = allLimits()[unsigned(limit)];
    return ("more than " + Twine(most(limit)) + " " + info.meaning +
            "; simplify the model, or raise the limit with --limit " + info.name + "=N")
        .str();
}

LogicalResult checkConstants(ModuleOp module)
{
    const Budget &budget = Budget::of(module.getContext());
    llvm::DenseSet<Attribute> seen;
    int64_t sum = 0, largest = 0;
    Operation *largestOp = nullptr;
    module.walk([&](arith::ConstantOp op) {
        auto value = dyn_cast<ElementsAttr>(op.getValue());
        if (!value || !seen.insert(value).second)
            return;
        const int64_t bytes = value.getNumElements() * byteWidth(value.getElementType());
        sum += bytes;
        if (bytes > largest) {
            largest = bytes;
            largestOp = op;
        }
    });
    if (sum <= budget.most(Limit::WeightBytes))
        return success();
    return largestOp->emitError("with this constant of ")
           << largest << " bytes the model has " << budget.excess(Limit::WeightBytes);
}

} // namespace barecc
