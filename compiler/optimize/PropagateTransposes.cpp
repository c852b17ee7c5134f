// A model in NCHW comes with a transpose before and after each nn operation, whose images are NHWC. This pass moves
// transposes until they meet their inverse or the model's edge.
//
// First down, one walk in program order: an operation on transposed operands becomes the operation in their layout,
// with the transpose behind it, if that moves no more bytes (where several operations read one transpose, each counts
// it as its own: most often all of them follow). Then up, one walk against program order, where that moves fewer bytes.
// Each walk visits an operation once, so the pass ends, in linear time.
#include "compiler/ir/DeadCode.h"
#include "compiler/ir/NN.h"
#include "compiler/optimize/GenericLayout.h"
#include "compiler/optimize/Passes.h"

#include "mlir/Dialect/Utils/IndexingUtils.h"

using namespace mlir;

namespace barecc {

#define GEN_PASS_DEF_PROPAGATETRANSPOSESPASS
#include "compiler/optimize/Passes.h.inc"

namespace {

RankedTensorType typeOf(Value value) { return cast<RankedTensorType>(value.getType()); }

// ---- Cost --------------------------------------------------------------------------------------------------

/// Bytes moved between results and their users.
struct ResultCost {
    int64_t before = 0, after = 0;
};

/// What the users of `op` pay now, and what they would if results came as transposed(result, permutation).
ResultCost resultCost(Operation *op, ArrayRef<int64_t> permutation)
{
    const Permutation undo = invertPermutationVector(permutation);
    ResultCost cost;
    for (Value result : op->getResults()) {
        const SmallVector<int64_t> shape = applyPermutation(typeOf(result).getShape(), permutation);
        const int64_t bytes = byteSize(typeOf(result));
        bool othersRead = false;
        for (Operation *user : result.getUsers()) {
            if (auto transpose = dyn_cast<linalg::TransposeOp>(user)) {
                cost.before += transposeCost(transpose->getResult(0));
                cost.after += movesNothing(shape, applyPermutation(undo, transpose.getPermutation())) ? 0 : bytes;
            } else {
                othersRead = true;
            }
        }
        if (othersRead && !movesNothing(shape, undo))
            cost.after += bytes;
    }
    return cost;
}

/// Gives the users of `op` the results of `inLayout`, which are transposed(result, permutation), and erases `op`.
void replaceWithLayout(OpBuilder &b, Operation *op, ValueRange inLayout, ArrayRef<int64_t> permutation)
{
    b.setInsertionPoint(op);
    const Permutation undo = invertPermutationVector(permutation);
    for (auto [result, value] : llvm::zip(op->getResults(), inLayout))
        result.replaceAllUsesWith(transposed(b, op->getLoc(), value, undo));
    op->erase();
}

// ---- Operations whose operands and result all have one layout ----------------------------------------------

/// The operands that have to change when the result becomes transposed(result, permutation); none where the operation
/// cannot follow.
SmallVector<Value> operandsInLayout(Operation *op, ArrayRef<int64_t> permutation)
{
    if (auto slice = dyn_cast<tensor::ExtractSliceOp>(op)) {
        const bool isStatic = slice.getOffsets().empty() && slice.getSizes().empty() && slice.getStrides().empty();
        if (isStatic && slice.getSourceType().getRank() == slice.getType().getRank())
            return {slice.getSource()};
        return {};
    }
    if (auto pad = dyn_cast<tensor::PadOp>(op)) {
        if (pad.getConstantPaddingValue() && pad.getLow().empty() && pad.getHigh().empty())
            return {pad.getSource()};
        return {};
    }
    if (auto permutable = dyn_cast<nn::PermutableOpInterface>(op))
        return permutable.takesLayout(permutation) ? SmallVector<Value>(op->getOperands()) : SmallVector<Value>();
    if (isa<tensor::ConcatOp, quant::QuantizeCastOp, quant::DequantizeCastOp, quant::StorageCastOp>(op))
        return llvm::to_vector(op->getOperands());
    return {};
}

/// `op` on operands that are in the new layout already.
Value createInLayout(OpBuilder &b, Operation *op, ValueRange operands, ArrayRef<int64_t> permutation)
{
    const Location loc = op->getLoc();
    const RankedTensorType type = transposedType(typeOf(op->getResult(0)), permutation);
    auto attrs = [&](ArrayRef<int64_t> values) {
        return getAsIndexOpFoldResult(b.getContext(), applyPermutation(values, permutation));
    };
    return TypeSwitch<Operation *, Value>(op)
        .Case<tensor::ConcatOp>([&](auto concat) {
            const auto axis = llvm::find(permutation, int64_t(concat.getDim())) - permutation.begin();
            return tensor::ConcatOp::create(b, loc, axis, operands);
        })
        .Case<tensor::ExtractSliceOp>([&](auto slice) {
            return tensor::ExtractSliceOp::create(b, loc, type, operands[0], attrs(slice.getStaticOffsets()),
                                                  attrs(slice.getStaticSizes()), attrs(slice.getStaticStrides()));
        })
        .Case<tensor::PadOp>([&](auto pad) {
            return tensor::PadOp::create(b, loc, type, operands[0], attrs(pad.getStaticLow()),
                                         attrs(pad.getStaticHigh()), pad.getConstantPaddingValue());
        })
        .Case<nn::PermutableOpInterface>([&](auto) {
            Operation *inLayout = b.clone(*op);
            inLayout->setOperands(operands);
            inLayout->getResult(0).setType(type);
            return inLayout->getResult(0);
        })
        .Case<quant::QuantizeCastOp, quant::DequantizeCastOp, quant::StorageCastOp>(
            [&](auto cast) { return decltype(cast)::create(b, loc, type, operands[0]); });
}

int64_t operandsCost(ArrayRef<Value> operands, ArrayRef<int64_t> permutation)
{
    int64_t cost = 0;
    for (Value operand : operands)
        cost += transposeCost(operand, permutation);
    return cost;
}

void moveThrough(OpBuilder &b, Operation *op, ArrayRef<Value> operands, ArrayRef<int64_t> permutation)
{
    b.setInsertionPoint(op);
    SmallVector<Value> inLayout;
    for (Value operand : operands)
        inLayout.push_back(transposed(b, op->getLoc(), operand, permutation));
    replaceWithLayout(b, op, createInLayout(b, op, inLayout, permutation), permutation);
}

// ---- Down --------------------------------------------------------------------------------------------------

void sinkThroughUniform(OpBuilder &b, Operation *op)
{
    Value largest;
    int64_t before = 0;
    for (Value operand : op->getOperands()) {
        const int64_t cost = isa<RankedTensorType>(operand.getType()) ? transposeCost(operand) : 0;
        before += cost;
        if (cost > 0 && (!largest || cost > transposeCost(largest)))
            largest = operand;
    }
    if (!largest)
        return;
    const Permutation layout = invertPermutationVector(largest.getDefiningOp<linalg::TransposeOp>().getPermutation());
    const SmallVector<Value> operands = operandsInLayout(op, layout);
    if (operands.empty())
        return;
    const ResultCost result = resultCost(op, layout);
    if (operandsCost(operands, layout) + result.after <= before + result.before)
        moveThrough(b, op, operands, layout);
}

void sinkThroughGeneric(OpBuilder &b, linalg::GenericOp op)
{
    std::optional<GenericLayout> layout = GenericLayout::ofOperands(op);
    if (!layout)
        return;
    const ResultCost result = resultCost(op, layout->resultPermutation());
    if (layout->costAfter() + result.after <= layout->costBefore() + result.before) {
        linalg::GenericOp created = layout->apply(b);
        replaceWithLayout(b, op, created.getResults(), layout->resultPermutation());
    }
}

/// Axes of a reshape that belong together: the products of their extents agree. Axes of extent 1 belong to none.
struct AxisGroup {
    SmallVector<int64_t> from, to;
};

std::optional<SmallVector<AxisGroup>> axisGroups(ArrayRef<int64_t> from, ArrayRef<int64_t> to)
{
    SmallVector<AxisGroup> groups;
    size_t i = 0, j = 0;
    auto skipUnits = [](ArrayRef<int64_t> shape, size_t &at) {
        while (at < shape.size() && shape[at] == 1)
            ++at;
        return at < shape.size();
    };
    while (skipUnits(from, i) && skipUnits(to, j)) {
        AxisGroup group{{int64_t(i)}, {int64_t(j)}};
        int64_t a = from[i++], b = to[j++];
        while (a != b) {
            const bool takeFrom = a < b;
            if (!(takeFrom ? skipUnits(from, i) : skipUnits(to, j)))
                return std::nullopt; // an extent of 0
            if (takeFrom) {
                group.from.push_back(int64_t(i));
                a *= from[i++];
            } else {
                group.to.push_back(int64_t(j));
                b *= to[j++];
            }
        }
        groups.push_back(std::move(group));
    }
    return groups;
}

/// reshape(transpose(x)) becomes transpose(reshape(x')), where x' is x if the axes that a group merges are neighbours
/// in x, or else x with these brought together: a channel shuffle then needs this one transpose and no other.
void sinkThroughReshape(OpBuilder &b, nn::ReshapeOp op)
{
    auto transpose = op.getInput().getDefiningOp<linalg::TransposeOp>();
    if (!transpose)
        return;
    const ArrayRef<int64_t> permutation = transpose.getPermutation();
    Value source = transpose.getInput();
    const ArrayRef<int64_t> shape = typeOf(op.getOutput()).getShape();
    std::optional<SmallVector<AxisGroup>> groups = axisGroups(typeOf(op.getInput()).getShape(), shape);
    if (!groups || groups->empty())
        return;
    // Groups in the order that their first axis has in x.
    llvm::sort(*groups, [&](const AxisGroup &x, const AxisGroup &y) {
        auto first = [&](const AxisGroup &group) {
            return *llvm::min_element(llvm::map_to_vector(group.from, [&](int64_t axis) { return permutation[axis]; }));
        };
        return first(x) < first(y);
    });
    // x' has all axes of x, units where they were first; the reshaped x' has all axes of the result.
    Permutation gathered, resultAxes;
    for (auto [axis, extent] : llvm::enumerate(typeOf(source).getShape()))
        if (extent == 1)
            gathered.push_back(int64_t(axis));
    size_t leadingUnits = 0;
    while (leadingUnits < shape.size() && shape[leadingUnits] == 1)
        resultAxes.push_back(int64_t(leadingUnits++));
    for (const AxisGroup &group : *groups) {
        for (int64_t axis : group.from)
            gathered.push_back(permutation[axis]);
        for (int64_t axis : group.to) {
            resultAxes.push_back(axis);
            for (int64_t unit = axis + 1; unit < int64_t(shape.size()) && shape[unit] == 1; ++unit)
                resultAxes.push_back(unit);
        }
    }
    const ResultCost result = resultCost(op, resultAxes);
    const int64_t gathering = transposeCost(source, gathered);
    const int64_t before = transposeCost(op.getInput()) + result.before, after = gathering + result.after;
    if (gathering > 0 ? after >= before : after > before)
        return;
    b.setInsertionPoint(op);
    Value together = gathering > 0 ? transposed(b, op.getLoc(), source, gathered) : source;
    replaceWithLayout(b, op, reshaped(b, op.getLoc(), together, applyPermutation(shape, resultAxes)), resultAxes);
}

/// A transposed right side is what transpose_rhs says.
void sinkIntoMatMul(nn::MatMulOp op)
{
    auto transpose = op.getRhs().getDefiningOp<linalg::TransposeOp>();
    if (!transpose || transpose.getPermutation() != ArrayRef<int64_t>{0, 2, 1})
        return;
    op.getRhsMutable().assign(transpose.getInput());
    op.setTransposeRhs(!op.getTransposeRhs());
}

/// A row that is a transposed and flattened image is the flattened image itself, against a filter whose columns are
/// permuted at compile time.
void sinkIntoFullyConnected(OpBuilder &b, nn::FullyConnectedOp op)
{
    auto reshape = op.getInput().getDefiningOp<nn::ReshapeOp>();
    auto transpose = reshape ? reshape.getInput().getDefiningOp<linalg::TransposeOp>() : linalg::TransposeOp();
    if (!transpose || !isConstant(op.getFilter()))
        return;
    const ArrayRef<int64_t> permutation = transpose.getPermutation();
    const ArrayRef<int64_t> shape = typeOf(reshape.getInput()).getShape();
    const int64_t rows = typeOf(op.getInput()).getDimSize(0);
    // Leading axes are the rows; they have to stay in front.
    size_t leading = 0;
    int64_t product = 1;
    while (leading < shape.size() && (product < rows || shape[leading] == 1) &&
           permutation[leading] == int64_t(leading))
        product *= shape[leading++];
    if (product != rows)
        return;
    // filter[n, columns in the transposed order] -> filter[n, columns in the source's order]
    SmallVector<int64_t> columns{typeOf(op.getFilter()).getDimSize(0)};
    llvm::append_range(columns, shape.drop_front(leading));
    Permutation undo{0};
    const Permutation inverse = invertPermutationVector(permutation);
    for (int64_t axis : ArrayRef(inverse).drop_front(leading))
        undo.push_back(axis - int64_t(leading) + 1);
    b.setInsertionPoint(op);
    Value filter = reshaped(b, op.getLoc(), op.getFilter(), columns);
    filter = transposed(b, op.getLoc(), filter, undo);
    op.getFilterMutable().assign(reshaped(b, op.getLoc(), filter, typeOf(op.getFilter()).getShape()));
    op.getInputMutable().assign(reshaped(b, op.getLoc(), transpose.getInput(), typeOf(op.getInput()).getShape()));
}

void sink(OpBuilder &b, Operation *op)
{
    TypeSwitch<Operation *>(op)
        .Case<linalg::TransposeOp>([&](linalg::TransposeOp transpose) {
            b.setInsertionPoint(op);
            Value input = transpose.getInput();
            const ArrayRef<int64_t> permutation = transpose.getPermutation();
            if (input.getDefiningOp<linalg::TransposeOp>() || transposeCost(input, permutation) == 0)
                op->getResult(0).replaceAllUsesWith(transposed(b, op->getLoc(), input, permutation));
        })
        .Case<linalg::GenericOp>([&](linalg::GenericOp generic) { sinkThroughGeneric(b, generic); })
        .Case<nn::ReshapeOp>([&](nn::ReshapeOp reshape) { sinkThroughReshape(b, reshape); })
        .Case<nn::MatMulOp>([&](nn::MatMulOp matmul) { sinkIntoMatMul(matmul); })
        .Case<nn::FullyConnectedOp>([&](nn::FullyConnectedOp product) { sinkIntoFullyConnected(b, product); })
        .Default([&](Operation *other) { sinkThroughUniform(b, other); });
}

// ---- Up ----------------------------------------------------------------------------------------------------

/// The permutation that every user of `op` asks for; nothing where users differ.
std::optional<Permutation> wantedLayout(Operation *op)
{
    std::optional<Permutation> wanted;
    for (Operation *user : op->getUsers()) {
        auto transpose = dyn_cast<linalg::TransposeOp>(user);
        if (!transpose || (wanted && ArrayRef(*wanted) != transpose.getPermutation()))
            return std::nullopt;
        wanted = Permutation(transpose.getPermutation());
    }
    return wanted;
}

void hoist(OpBuilder &b, Operation *op)
{
    std::optional<Permutation> layout = wantedLayout(op);
    if (!layout)
        return;
    // All users want the same, so it is moved once, however many they are.
    const int64_t before = byteSize(typeOf(op->getResult(0)));
    if (auto generic = dyn_cast<linalg::GenericOp>(op)) {
        std::optional<GenericLayout> order = GenericLayout::ofResult(generic, *layout);
        if (order && order->costAfter() < order->costBefore() + before)
            replaceWithLayout(b, op, order->apply(b).getResults(), order->resultPermutation());
        return;
    }
    const SmallVector<Value> operands = operandsInLayout(op, *layout);
    int64_t own = 0;
    for (Value operand : operands)
        own += transposeCost(operand);
    if (!operands.empty() && operandsCost(operands, *layout) < before + own)
        moveThrough(b, op, operands, *layout);
}

struct PropagateTransposes : impl::PropagateTransposesPassBase<PropagateTransposes> {
    void runOnOperation() override
    {
        OpBuilder builder(&getContext());
        for (Block &block : getOperation().getBody()) {
            for (Operation &op : llvm::make_early_inc_range(block))
                sink(builder, &op);
            eraseDeadOperations(block);
            for (Operation &op : llvm::make_early_inc_range(llvm::reverse(block)))
                hoist(builder, &op);
            for (Operation &op : llvm::make_early_inc_range(block))
                if (isa<linalg::TransposeOp>(op))
                    sink(builder, &op);
            eraseDeadOperations(block);
        }
    }
};

} // namespace
} // namespace barecc
