#include "compiler/emit/LoopStructure.h"

using namespace mlir;

namespace barecc {

// ---- Operands

/// Adds scale * expression to steps and offset; false where it is not linear in the dimensions.
static bool addLinear(AffineExpr expression, int64_t scale, SmallVectorImpl<int64_t> &steps, int64_t &offset)
{
    if (auto dim = dyn_cast<AffineDimExpr>(expression)) {
        steps[dim.getPosition()] += scale;
        return true;
    }
    if (auto constant = dyn_cast<AffineConstantExpr>(expression)) {
        offset += scale * constant.getValue();
        return true;
    }
    auto binary = dyn_cast<AffineBinaryOpExpr>(expression);
    if (!binary)
        return false;
    if (expression.getKind() == AffineExprKind::Add)
        return addLinear(binary.getLHS(), scale, steps, offset) && addLinear(binary.getRHS(), scale, steps, offset);
    auto factor = dyn_cast<AffineConstantExpr>(binary.getRHS());
    return expression.getKind() == AffineExprKind::Mul && factor &&
           addLinear(binary.getLHS(), scale * factor.getValue(), steps, offset);
}

static Access accessOf(std::string pointer, Value tensor, AffineMap map, ArrayRef<int64_t> strides)
{
    Access access{std::move(pointer),
                  cast<RankedTensorType>(tensor.getType()).getElementType(),
                  map,
                  SmallVector<int64_t>(strides),
                  SmallVector<int64_t>(map.getNumDims(), 0),
                  0};
    for (auto [d, expression] : llvm::enumerate(map.getResults()))
        if (!addLinear(expression, strides[d], *access.linear, access.offset)) {
            access.linear.reset();
            access.offset = 0;
            break;
        }
    return access;
}

LoopStructure::LoopStructure(kernel::LoopsOp source, ArrayRef<LoopOperand> arguments, ArrayRef<LoopOperand> results,
                             const LoopParameters &parameters, std::optional<LoopPart> part)
{
    linalg::LinalgOp op = source.getLinalgOp();
    auto argument = [&](OpOperand *operand) -> std::optional<Access> {
        auto argument = dyn_cast<BlockArgument>(operand->get());
        if (!argument)
            return std::nullopt;
        const unsigned number = argument.getArgNumber();
        return accessOf(parameters.inputs[number], argument, op.getMatchingIndexingMap(operand),
                        arguments[number].strides);
    };
    for (OpOperand *input : op.getDpsInputOperands())
        read.push_back(argument(input));
    for (auto [i, init] : llvm::enumerate(op.getDpsInitsMutable())) {
        written.push_back(
            accessOf(parameters.results[i], init.get(), op.getMatchingIndexingMap(&init), results[i].strides));
        started.push_back(argument(&init));
    }
    formLoops(op, part);
}

// ---- Loops

void LoopStructure::formLoops(linalg::LinalgOp op, std::optional<LoopPart> part)
{
    SmallVector<bool> indexed(op.getNumLoops(), false);
    for (linalg::IndexOp index : op.getBlock()->getOps<linalg::IndexOp>())
        indexed[index.getDim()] = true;
    SmallVector<int64_t> ranges = op.getStaticLoopRanges();
    if (part)
        ranges[part->dimension] = part->steps;
    const SmallVector<utils::IteratorType> iterators = op.getIteratorTypesArray();
    for (unsigned d = 0; d < ranges.size(); ++d) {
        if (ranges[d] == 1)
            continue;
        const bool isReduction = iterators[d] == utils::IteratorType::reduction;
        Loop *previous = nest.empty() ? nullptr : &nest.back();
        if (previous && previous->isReduction == isReduction && !indexed[d] && !indexed[previous->dims.back()] &&
            canMerge(previous->dims.back(), d, ranges[d])) {
            previous->extent *= ranges[d];
            previous->dims.push_back(d);
        } else {
            nest.push_back({ranges[d], isReduction, {d}, {}});
        }
    }
    for (auto [i, loop] : llvm::enumerate(nest))
        loop.variable = loopVariable(i);
}

bool LoopStructure::canMerge(unsigned outer, unsigned inner, int64_t innerExtent) const
{
    auto follows = [&](const std::optional<Access> &a) {
        return !a || (a->linear && (*a->linear)[outer] == (*a->linear)[inner] * innerExtent);
    };
    return llvm::all_of(read, follows) && llvm::all_of(started, follows) &&
           llvm::all_of(written, [&](const Access &a) { return follows(a); });
}

bool LoopStructure::reductionsInnermost() const
{
    return llvm::is_sorted(nest, [](const Loop &a, const Loop &b) { return a.isReduction < b.isReduction; });
}

// ---- Positions

c::Atom LoopStructure::dimension(unsigned dim) const
{
    for (const Loop &loop : nest)
        if (loop.dims.size() == 1 && loop.dims[0] == dim)
            return c::Atom::name(loop.variable);
    return c::Atom::literal(0); // extent 1: merged dimensions are asked for by no one
}

c::Expr LoopStructure::affine(AffineExpr expression) const
{
    if (auto dim = dyn_cast<AffineDimExpr>(expression))
        return dimension(dim.getPosition());
    if (auto constant = dyn_cast<AffineConstantExpr>(expression))
        return c::Atom::literal(constant.getValue());
    auto binary = cast<AffineBinaryOpExpr>(expression);
    // Dimensions are not negative, so division rounds down by itself.
    const c::Operator symbol = expression.getKind() == AffineExprKind::Add   ? c::Operator::Add
                               : expression.getKind() == AffineExprKind::Mul ? c::Operator::Multiply
                               : expression.getKind() == AffineExprKind::Mod ? c::Operator::Remainder
                                                                             : c::Operator::Divide;
    return c::binary(symbol, affine(binary.getLHS()), affine(binary.getRHS()));
}

c::Expr LoopStructure::element(const Access &access) const
{
    std::vector<LinearTerm> terms;
    if (access.linear) {
        for (const Loop &loop : nest)
            terms.push_back({c::Atom::name(loop.variable), *access.step(loop)});
    } else {
        for (auto [d, expression] : llvm::enumerate(access.map.getResults()))
            terms.push_back({affine(expression), access.strides[d]});
    }
    return c::index(c::Atom::name(access.pointer), linear(std::move(terms), access.offset));
}

} // namespace barecc
