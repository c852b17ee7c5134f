#include "compiler/optimize/GenericLayout.h"

#include "compiler/ir/Constants.h"

#include "mlir/Dialect/Utils/IndexingUtils.h"

using namespace mlir;

namespace barecc {

/// The map that reads `source` where `map` read transposed(source, permutation).
static AffineMap throughTranspose(AffineMap map, ArrayRef<int64_t> permutation)
{
    SmallVector<AffineExpr> results(map.getNumResults());
    for (auto [k, axis] : llvm::enumerate(permutation))
        results[axis] = map.getResult(k);
    return AffineMap::get(map.getNumDims(), 0, results, map.getContext());
}

/// Old loops that the axes of an operand are indexed by, in the order of the axes; axes of extent 1 do not count.
static SmallVector<int64_t> loopsOf(Value operand, AffineMap map)
{
    SmallVector<int64_t> loops;
    for (auto [extent, expression] : llvm::zip(cast<RankedTensorType>(operand.getType()).getShape(), map.getResults()))
        if (auto dim = dyn_cast<AffineDimExpr>(expression); dim && extent != 1)
            loops.push_back(dim.getPosition());
    return loops;
}

/// The largest transposed tensor that the body reads by tensor.extract at about the place it writes to.
static linalg::TransposeOp extractedTranspose(linalg::GenericOp op)
{
    linalg::TransposeOp largest;
    for (Operation &inner : *op.getBody()) {
        auto extract = dyn_cast<tensor::ExtractOp>(inner);
        auto producer = extract ? extract.getTensor().getDefiningOp<linalg::TransposeOp>() : linalg::TransposeOp();
        if (!producer || int64_t(producer.getPermutation().size()) != op.getNumLoops())
            continue;
        if (!largest || transposeCost(producer->getResult(0)) > transposeCost(largest->getResult(0)))
            largest = producer;
    }
    return largest;
}

GenericLayout::GenericLayout(linalg::GenericOp op) : op(op)
{
    for (OpOperand *operand : op.getDpsInputOperands()) {
        Value input = operand->get();
        AffineMap map = op.getMatchingIndexingMap(operand);
        while (auto producer = input.getDefiningOp<linalg::TransposeOp>()) {
            map = throughTranspose(map, producer.getPermutation());
            input = producer.getInput();
        }
        inputs.push_back(input);
        maps.push_back(map);
    }
}

/// Loops named in `first` in their order there; each other loop behind the one it followed before.
void GenericLayout::orderBy(ArrayRef<int64_t> first)
{
    order.assign(first.begin(), first.end());
    for (int64_t loop = 0; loop < op.getNumLoops(); ++loop) {
        if (llvm::is_contained(order, loop))
            continue;
        auto predecessor = llvm::find(order, loop - 1);
        order.insert(predecessor == order.end() ? order.begin() : predecessor + 1, loop);
    }
    position = invertPermutationVector(order);
    // The result's axes in the order of their loops.
    const AffineMap out = op.getIndexingMapsArray().back();
    results.resize(out.getNumResults());
    std::iota(results.begin(), results.end(), 0);
    llvm::sort(results,
               [&](int64_t a, int64_t b) { return position[out.getDimPosition(a)] < position[out.getDimPosition(b)]; });
}

static bool hasPlainOutputs(linalg::GenericOp op)
{
    const SmallVector<AffineMap> maps = op.getIndexingMapsArray();
    const AffineMap out = maps.back();
    return out.isProjectedPermutation() &&
           llvm::all_of(ArrayRef(maps).take_back(op.getNumDpsInits()), [&](AffineMap map) { return map == out; }) &&
           op.hasPureTensorSemantics();
}

std::optional<GenericLayout> GenericLayout::ofOperands(linalg::GenericOp op)
{
    if (!hasPlainOutputs(op))
        return std::nullopt;
    GenericLayout layout(op);
    int64_t largest = 0;
    SmallVector<int64_t> loops;
    for (auto [operand, input, map] : llvm::zip(op.getInputs(), layout.inputs, layout.maps)) {
        if (const int64_t cost = transposeCost(operand); cost > largest) {
            largest = cost;
            loops = loopsOf(input, map);
        }
    }
    if (largest == 0) {
        linalg::TransposeOp extracted = extractedTranspose(op);
        if (!extracted)
            return std::nullopt;
        loops = invertPermutationVector(extracted.getPermutation());
    }
    if (llvm::SmallDenseSet<int64_t>(loops.begin(), loops.end()).size() != loops.size())
        return std::nullopt; // reads a diagonal
    layout.orderBy(loops);
    return layout;
}

std::optional<GenericLayout> GenericLayout::ofResult(linalg::GenericOp op, ArrayRef<int64_t> permutation)
{
    if (!hasPlainOutputs(op))
        return std::nullopt;
    GenericLayout layout(op);
    const AffineMap out = op.getIndexingMapsArray().back();
    SmallVector<int64_t> loops;
    for (int64_t axis : permutation)
        loops.push_back(out.getDimPosition(axis));
    layout.orderBy(loops);
    return layout;
}

/// The bytes of an operand whose memory the loops do not walk in order. Constants are laid out as they are read.
int64_t GenericLayout::readAgainstOrder(Value operand, AffineMap map, ArrayRef<int64_t> loopPosition) const
{
    if (isConstant(operand))
        return 0;
    int64_t last = -1;
    for (int64_t loop : loopsOf(operand, map)) {
        if (loopPosition[loop] < last)
            return byteSize(cast<RankedTensorType>(operand.getType()));
        last = loopPosition[loop];
    }
    return 0;
}

int64_t GenericLayout::costBefore() const
{
    linalg::GenericOp generic = op;
    const Permutation asIs = llvm::to_vector(llvm::seq<int64_t>(0, generic.getNumLoops()));
    int64_t cost = 0;
    for (OpOperand *operand : generic.getDpsInputOperands())
        cost += transposeCost(operand->get()) +
                readAgainstOrder(operand->get(), generic.getMatchingIndexingMap(operand), asIs);
    for (Operation &inner : *generic.getBody())
        if (auto extract = dyn_cast<tensor::ExtractOp>(inner))
            cost += transposeCost(extract.getTensor());
    return cost;
}

int64_t GenericLayout::costAfter() const
{
    int64_t cost = 0;
    for (auto [input, map] : llvm::zip(inputs, maps))
        cost += readAgainstOrder(input, map, position);
    return cost;
}

/// Lays a constant out in the order that it is read in.
static void orderConstant(OpBuilder &b, Value &input, AffineMap &map, ArrayRef<int64_t> position)
{
    Permutation axes = llvm::to_vector(llvm::seq<int64_t>(0, map.getNumResults()));
    auto rank = [&](int64_t axis) {
        auto dim = dyn_cast<AffineDimExpr>(map.getResult(axis));
        return std::make_pair(dim ? position[dim.getPosition()] : -1, axis);
    };
    llvm::sort(axes, [&](int64_t x, int64_t y) { return rank(x) < rank(y); });
    if (movesNothing(cast<RankedTensorType>(input.getType()).getShape(), axes))
        return;
    SmallVector<AffineExpr> results;
    for (int64_t axis : axes)
        results.push_back(map.getResult(axis));
    input = transposed(b, input.getLoc(), input, axes);
    map = AffineMap::get(map.getNumDims(), 0, results, map.getContext());
}

/// The tensor that results are written over, in the results' new layout.
static Value initInLayout(OpBuilder &b, Value init, ArrayRef<int64_t> permutation)
{
    const RankedTensorType type = transposedType(cast<RankedTensorType>(init.getType()), permutation);
    auto empty = [&] { return tensor::EmptyOp::create(b, init.getLoc(), type.getShape(), type.getElementType()); };
    if (init.getDefiningOp<tensor::EmptyOp>())
        return empty();
    if (auto fill = init.getDefiningOp<linalg::FillOp>())
        return linalg::FillOp::create(b, init.getLoc(), fill.getInputs(), ValueRange{empty()}).getResult(0);
    return transposed(b, init.getLoc(), init, permutation);
}

linalg::GenericOp GenericLayout::apply(OpBuilder &b)
{
    b.setInsertionPoint(op);
    for (auto [input, map] : llvm::zip(inputs, maps))
        if (isConstant(input))
            orderConstant(b, input, map, position);
    SmallVector<AffineExpr> renumbered;
    for (int64_t to : position)
        renumbered.push_back(b.getAffineDimExpr(to));
    auto renumber = [&](AffineMap map) { return map.replaceDimsAndSymbols(renumbered, {}, op.getNumLoops(), 0); };
    SmallVector<AffineMap> newMaps;
    for (AffineMap map : maps)
        newMaps.push_back(renumber(map));
    SmallVector<Value> inits;
    SmallVector<Type> types;
    for (Value init : op.getOutputs()) {
        inits.push_back(initInLayout(b, init, results));
        types.push_back(inits.back().getType());
        newMaps.push_back(renumber(op.getIndexingMapsArray().back().getSubMap(
            llvm::map_to_vector(results, [](int64_t axis) { return unsigned(axis); }))));
    }
    const SmallVector<utils::IteratorType> iterators = applyPermutation(op.getIteratorTypesArray(), order);
    auto created = linalg::GenericOp::create(b, op.getLoc(), types, inputs, inits, newMaps, iterators);
    IRMapping mapping;
    op.getRegion().cloneInto(&created.getRegion(), mapping);
    for (Operation &inner : llvm::make_early_inc_range(*created.getBody())) {
        if (auto index = dyn_cast<linalg::IndexOp>(inner)) {
            index.setDim(uint64_t(position[index.getDim()]));
        } else if (auto extract = dyn_cast<tensor::ExtractOp>(inner)) {
            while (auto producer = extract.getTensor().getDefiningOp<linalg::TransposeOp>()) {
                SmallVector<Value> indices(extract.getIndices().size());
                for (auto [k, axis] : llvm::enumerate(producer.getPermutation()))
                    indices[axis] = extract.getIndices()[k];
                extract.getTensorMutable().assign(producer.getInput());
                extract.getIndicesMutable().assign(indices);
            }
        }
    }
    return created;
}

} // namespace barecc
