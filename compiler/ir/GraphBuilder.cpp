#include "compiler/ir/GraphBuilder.h"

#include "compiler/ir/ConstantName.h"
#include "compiler/ir/Evaluate.h"
#include "compiler/ir/Budget.h"
#include "compiler/ir/Number.h"

#include "mlir/IR/PatternMatch.h"

#include <cmath>

using namespace mlir;

namespace barecc {

using utils::IteratorType;

// ---- Constants ---------------------------------------------------------------------------------------------

Value GraphBuilder::constant(ElementsAttr value)
{
    Budget::of(b.getContext()).add(value);
    return arith::ConstantOp::create(b, loc, llvm::cast<TypedAttr>(value));
}

Value GraphBuilder::constant(ArrayRef<int64_t> values, Type element)
{
    auto type = RankedTensorType::get({int64_t(values.size())}, element);
    SmallVector<APInt> elements;
    for (int64_t value : values)
        elements.emplace_back(element.isIndex() ? 64 : element.getIntOrFloatBitWidth(), uint64_t(value), true, true);
    return constant(DenseElementsAttr::get(type, elements));
}

TypedAttr GraphBuilder::scalarAttr(Type type, double value)
{
    if (isa<FloatType>(type))
        return FloatAttr::get(type, roundTo(type, value));
    // The nearest that the type has, of NaN 0. It has no sign, so what only an unsigned integer holds is taken for one.
    const unsigned width = type.isIndex() ? 64 : type.getIntOrFloatBitWidth();
    const bool isUnsigned = value > 0 && value < std::ldexp(1.0, int(width));
    return IntegerAttr::get(type, APInt(width, uint64_t(integerOf(value, width, isUnsigned)), true, true));
}

Value GraphBuilder::splat(RankedTensorType type, double value)
{
    if (type.getNumElements() == 0)
        return nothing(type);
    return constant(DenseElementsAttr::get(type, Attribute(scalarAttr(type.getElementType(), value))));
}

Value GraphBuilder::nothing(RankedTensorType type)
{
    return quantized(constant(DenseElementsAttr::get(storageType(type), ArrayRef<Attribute>())), type);
}

Value GraphBuilder::scalar(OpBuilder &b, Location loc, Type type, double value)
{
    return arith::ConstantOp::create(b, loc, scalarAttr(type, value));
}

Value GraphBuilder::scalar(OpBuilder &b, Location loc, Type type, int64_t value)
{
    if (isa<FloatType>(type))
        return scalar(b, loc, type, double(value));
    const unsigned width = type.isIndex() ? 64 : type.getIntOrFloatBitWidth();
    return arith::ConstantOp::create(b, loc, IntegerAttr::get(type, APInt(width, uint64_t(value), true, true)));
}

Value GraphBuilder::fold(Value value)
{
    Operation *op = value.getDefiningOp();
    if (!op || isa<arith::ConstantOp>(op))
        return value;
    FailureOr<SmallVector<ElementsAttr>> results = evaluate(op);
    if (failed(results))
        return value;
    const unsigned number = llvm::cast<OpResult>(value).getResultNumber();
    Value folded = arith::ConstantOp::create(b, foldedLocation(op), llvm::cast<TypedAttr>((*results)[number]));
    SmallVector<Value> operands(op->getOperands());
    // Who listens to the builder is told: a driver of patterns visits what has been built.
    IRRewriter eraser(b.getContext(), b.getListener());
    if (op->use_empty())
        eraser.eraseOp(op);
    // What was made for this operation alone goes with it; other constants may be asked for again.
    for (Value operand : operands)
        if (auto destination = operand.getDefiningOp<tensor::EmptyOp>(); destination && destination->use_empty())
            eraser.eraseOp(destination);
    return folded;
}

Value GraphBuilder::empty(RankedTensorType type)
{
    return tensor::EmptyOp::create(b, loc, type.getShape(), type.getElementType());
}

Value GraphBuilder::filled(RankedTensorType type, TypedAttr value)
{
    Value scalar = arith::ConstantOp::create(b, loc, value);
    return linalg::FillOp::create(b, loc, ValueRange{scalar}, ValueRange{empty(type)}).getResult(0);
}

// ---- Elements ----------------------------------------------------------------------------------------------

std::optional<SmallVector<int64_t>> GraphBuilder::broadcastShape(ArrayRef<int64_t> a, ArrayRef<int64_t> b)
{
    const size_t rank = std::max(a.size(), b.size());
    SmallVector<int64_t> shape(rank);
    for (size_t i = 0; i < rank; ++i) {
        const int64_t x = i < a.size() ? a[a.size() - 1 - i] : 1, y = i < b.size() ? b[b.size() - 1 - i] : 1;
        if (x != y && x != 1 && y != 1)
            return std::nullopt;
        shape[rank - 1 - i] = x == 1 ? y : x;
    }
    return shape;
}

Value GraphBuilder::elementwise(ValueRange inputs, Type resultElement, Body body)
{
    SmallVector<int64_t> shape;
    for (Value input : inputs) {
        std::optional<SmallVector<int64_t>> common = broadcastShape(shape, shapeOf(input));
        assert(common && "importers check that shapes broadcast");
        shape = *common;
    }
    SmallVector<AffineMap> maps;
    for (Value input : inputs) {
        SmallVector<AffineExpr> results;
        const size_t skipped = shape.size() - shapeOf(input).size();
        for (auto [i, extent] : llvm::enumerate(shapeOf(input)))
            results.push_back(extent == shape[skipped + i] ? b.getAffineDimExpr(skipped + i)
                                                           : b.getAffineConstantExpr(0));
        maps.push_back(AffineMap::get(shape.size(), 0, results, b.getContext()));
    }
    maps.push_back(b.getMultiDimIdentityMap(shape.size()));
    SmallVector<IteratorType> iterators(shape.size(), IteratorType::parallel);
    auto type = RankedTensorType::get(shape, resultElement);
    auto op = linalg::GenericOp::create(b, loc, TypeRange{type}, inputs, ValueRange{empty(type)}, maps, iterators,
                                        [&](OpBuilder &inner, Location at, ValueRange arguments) {
                                            Value result = body(inner, at, arguments.drop_back());
                                            linalg::YieldOp::create(inner, at, result);
                                        });
    return fold(op.getResult(0));
}

Value GraphBuilder::generate(RankedTensorType type, Body body)
{
    SmallVector<IteratorType> iterators(type.getRank(), IteratorType::parallel);
    auto op = linalg::GenericOp::create(b, loc, TypeRange{type}, ValueRange{}, ValueRange{empty(type)},
                                        b.getMultiDimIdentityMap(type.getRank()), iterators,
                                        [&](OpBuilder &inner, Location at, ValueRange) {
                                            SmallVector<Value> index;
                                            for (int64_t d = 0; d < type.getRank(); ++d)
                                                index.push_back(linalg::IndexOp::create(inner, at, d));
                                            linalg::YieldOp::create(inner, at, body(inner, at, index));
                                        });
    return fold(op.getResult(0));
}

Value GraphBuilder::at(OpBuilder &b, Location loc, Value tensor, ValueRange indices)
{
    return tensor::ExtractOp::create(b, loc, tensor, indices);
}

static SmallVector<int64_t> keptShape(ArrayRef<int64_t> shape, ArrayRef<int64_t> axes, bool asOnes)
{
    SmallVector<int64_t> kept;
    for (auto [d, extent] : llvm::enumerate(shape)) {
        if (!llvm::is_contained(axes, int64_t(d)))
            kept.push_back(extent);
        else if (asOnes)
            kept.push_back(1);
    }
    return kept;
}

/// Maps of a reduction over `axes`: the whole input, and the output without them.
static std::pair<AffineMap, AffineMap> reductionMaps(OpBuilder &b, int64_t rank, ArrayRef<int64_t> axes,
                                                     SmallVectorImpl<IteratorType> &iterators)
{
    SmallVector<AffineExpr> results;
    for (int64_t d = 0; d < rank; ++d) {
        const bool reduced = llvm::is_contained(axes, d);
        iterators.push_back(reduced ? IteratorType::reduction : IteratorType::parallel);
        if (!reduced)
            results.push_back(b.getAffineDimExpr(d));
    }
    return {b.getMultiDimIdentityMap(rank), AffineMap::get(rank, 0, results, b.getContext())};
}

Value GraphBuilder::reduce(Value input, ArrayRef<int64_t> axes, bool keepDims, TypedAttr init, Body body)
{
    const ArrayRef<int64_t> shape = shapeOf(input);
    auto type = RankedTensorType::get(keptShape(shape, axes, false), init.getType());
    SmallVector<IteratorType> iterators;
    auto [in, out] = reductionMaps(b, int64_t(shape.size()), axes, iterators);
    auto op = linalg::GenericOp::create(b, loc, TypeRange{type}, ValueRange{input}, ValueRange{filled(type, init)},
                                        ArrayRef{in, out}, iterators,
                                        [&](OpBuilder &inner, Location at, ValueRange arguments) {
                                            linalg::YieldOp::create(inner, at, body(inner, at, arguments));
                                        });
    Value result = fold(op.getResult(0));
    return keepDims ? reshape(result, keptShape(shape, axes, true)) : result;
}

Value GraphBuilder::contract(RankedTensorType type, ValueRange inputs, ArrayRef<AffineMap> maps,
                             ArrayRef<IteratorType> loops, TypedAttr init, Body body)
{
    auto op = linalg::GenericOp::create(b, loc, TypeRange{type}, inputs, ValueRange{filled(type, init)}, maps, loops,
                                        [&](OpBuilder &inner, Location at, ValueRange arguments) {
                                            linalg::YieldOp::create(inner, at, body(inner, at, arguments));
                                        });
    return fold(op.getResult(0));
}

Value GraphBuilder::argReduce(Value input, int64_t axis, bool keepDims, bool largest, bool last, Type resultElement)
{
    const ArrayRef<int64_t> shape = shapeOf(input);
    const Type element = elementOf(input);
    const SmallVector<int64_t> kept = keptShape(shape, axis, false);
    auto indexType = RankedTensorType::get(kept, resultElement);
    // Fold over positions: the accumulator is the best index so far, and the best value is read back through it.
    Value start = filled(indexType, scalarAttr(resultElement, 0));
    SmallVector<IteratorType> iterators;
    auto [in, out] = reductionMaps(b, int64_t(shape.size()), axis, iterators);
    auto op = linalg::GenericOp::create(
        b, loc, TypeRange{indexType}, ValueRange{input}, ValueRange{start}, ArrayRef{in, out}, iterators,
        [&](OpBuilder &inner, Location at, ValueRange arguments) {
            SmallVector<Value> index;
            for (size_t d = 0; d < shape.size(); ++d)
                index.push_back(linalg::IndexOp::create(inner, at, d));
            Value here = castScalar(inner, at, index[axis], resultElement);
            index[axis] = castScalar(inner, at, arguments[1], inner.getIndexType());
            Value best = GraphBuilder::at(inner, at, input, index);
            Value wins;
            if (isa<FloatType>(element)) {
                using P = arith::CmpFPredicate; // all true where the element is a NaN
                const auto predicate = largest ? (last ? P::UGE : P::UGT) : (last ? P::ULE : P::ULT);
                wins = arith::CmpFOp::create(inner, at, predicate, arguments[0], best);
                Value loses = arith::CmpFOp::create(inner, at, P::ORD, best, best);
                if (last)
                    loses = arith::OrIOp::create(inner, at, loses,
                                                 arith::CmpFOp::create(inner, at, P::UNO, arguments[0], arguments[0]));
                wins = arith::AndIOp::create(inner, at, wins, loses);
            } else {
                const auto predicate = largest ? (last ? arith::CmpIPredicate::sge : arith::CmpIPredicate::sgt)
                                               : (last ? arith::CmpIPredicate::sle : arith::CmpIPredicate::slt);
                wins = arith::CmpIOp::create(inner, at, predicate, arguments[0], best);
            }
            Value chosen = arith::SelectOp::create(inner, at, wins, here, arguments[1]);
            linalg::YieldOp::create(inner, at, chosen);
        });
    Value result = fold(op.getResult(0));
    return keepDims ? reshape(result, keptShape(shape, axis, true)) : result;
}

Value GraphBuilder::castScalar(OpBuilder &b, Location loc, Value input, Type element, bool inputUnsigned,
                               bool outputUnsigned)
{
    const Type from = input.getType();
    if (from == element)
        return input;
    const bool fromFloat = isa<FloatType>(from), toFloat = isa<FloatType>(element);
    if (element.isInteger(1)) {
        Value zero = scalar(b, loc, from, 0.0);
        if (fromFloat)
            return arith::CmpFOp::create(b, loc, arith::CmpFPredicate::UNE, input, zero);
        return arith::CmpIOp::create(b, loc, arith::CmpIPredicate::ne, input, zero);
    }
    if (from.isInteger(1))
        inputUnsigned = true;
    if (fromFloat && toFloat) {
        const unsigned width = from.getIntOrFloatBitWidth(), target = element.getIntOrFloatBitWidth();
        if (width < target)
            return arith::ExtFOp::create(b, loc, element, input);
        if (width > target)
            return arith::TruncFOp::create(b, loc, element, input);
        return arith::TruncFOp::create(b, loc, element, arith::ExtFOp::create(b, loc, b.getF32Type(), input));
    }
    if (fromFloat) {
        if (outputUnsigned)
            return arith::FPToUIOp::create(b, loc, element, input);
        return arith::FPToSIOp::create(b, loc, element, input);
    }
    if (toFloat) {
        if (from.isIndex())
            input = arith::IndexCastOp::create(b, loc, b.getI64Type(), input);
        if (inputUnsigned)
            return arith::UIToFPOp::create(b, loc, element, input);
        return arith::SIToFPOp::create(b, loc, element, input);
    }
    if (from.isIndex() || element.isIndex()) {
        if (inputUnsigned)
            return arith::IndexCastUIOp::create(b, loc, element, input);
        return arith::IndexCastOp::create(b, loc, element, input);
    }
    if (from.getIntOrFloatBitWidth() > element.getIntOrFloatBitWidth())
        return arith::TruncIOp::create(b, loc, element, input);
    if (inputUnsigned)
        return arith::ExtUIOp::create(b, loc, element, input);
    return arith::ExtSIOp::create(b, loc, element, input);
}

Value GraphBuilder::cast(Value input, Type element, bool inputUnsigned, bool outputUnsigned)
{
    if (elementOf(input) == element)
        return input;
    return elementwise(input, element, [&](OpBuilder &inner, Location at, ValueRange arguments) {
        return castScalar(inner, at, arguments[0], element, inputUnsigned, outputUnsigned);
    });
}

// ---- Shapes ------------------------------------------------------------------------------------------------

Value GraphBuilder::reshape(Value input, ArrayRef<int64_t> shape)
{
    if (shapeOf(input) == shape)
        return input;
    assert(ShapedType::getNumElements(shape) == typeOf(input).getNumElements() && "importers check element counts");
    return fold(nn::ReshapeOp::create(b, loc, typeOf(input).clone(shape), input).getResult());
}

Value GraphBuilder::transpose(Value input, ArrayRef<int64_t> permutation)
{
    if (llvm::is_sorted(permutation))
        return input;
    SmallVector<int64_t> shape;
    for (int64_t d : permutation)
        shape.push_back(shapeOf(input)[d]);
    auto op = linalg::TransposeOp::create(b, loc, input, empty(typeOf(input).clone(shape)), permutation);
    return fold(op->getResult(0));
}

Value GraphBuilder::broadcastTo(Value input, ArrayRef<int64_t> shape)
{
    if (shapeOf(input) == shape)
        return input;
    SmallVector<AffineExpr> results;
    const size_t skipped = shape.size() - shapeOf(input).size();
    for (auto [i, extent] : llvm::enumerate(shapeOf(input)))
        results.push_back(extent == shape[skipped + i] ? b.getAffineDimExpr(skipped + i) : b.getAffineConstantExpr(0));
    auto type = typeOf(input).clone(shape);
    SmallVector<AffineMap> maps{AffineMap::get(shape.size(), 0, results, b.getContext()),
                                b.getMultiDimIdentityMap(shape.size())};
    SmallVector<IteratorType> iterators(shape.size(), IteratorType::parallel);
    auto op = linalg::GenericOp::create(
        b, loc, TypeRange{type}, ValueRange{input}, ValueRange{empty(type)}, maps, iterators,
        [](OpBuilder &inner, Location at, ValueRange arguments) { linalg::YieldOp::create(inner, at, arguments[0]); });
    return fold(op.getResult(0));
}

Value GraphBuilder::concat(ValueRange inputs, int64_t axis)
{
    SmallVector<Value> parts;
    for (Value input : inputs)
        if (shapeOf(input)[axis] != 0 || inputs.size() == 1)
            parts.push_back(input);
    if (parts.empty())
        return inputs[0];
    if (parts.size() == 1)
        return parts[0];
    return fold(tensor::ConcatOp::create(b, loc, axis, parts).getResult());
}

static SmallVector<OpFoldResult> indexAttrs(OpBuilder &b, ArrayRef<int64_t> values)
{
    return getAsIndexOpFoldResult(b.getContext(), values);
}

Value GraphBuilder::slice(Value input, ArrayRef<int64_t> offsets, ArrayRef<int64_t> sizes, ArrayRef<int64_t> strides)
{
    const ArrayRef<int64_t> shape = shapeOf(input);
    if (sizes == shape && llvm::all_of(offsets, [](int64_t o) { return o == 0; }) &&
        llvm::all_of(strides, [](int64_t s) { return s == 1; }))
        return input;
    auto type = typeOf(input).clone(sizes);
    if (llvm::all_of(strides, [](int64_t s) { return s > 0; }) && type.getNumElements() > 0) {
        auto op = tensor::ExtractSliceOp::create(b, loc, type, input, indexAttrs(b, offsets), indexAttrs(b, sizes),
                                                 indexAttrs(b, strides));
        return fold(op.getResult());
    }
    SmallVector<int64_t> from(offsets), step(strides);
    return generate(type, [&](OpBuilder &inner, Location at, ValueRange index) {
        SmallVector<Value> position;
        for (auto [d, value] : llvm::enumerate(index)) {
            Value scaled = arith::MulIOp::create(inner, at, value, scalar(inner, at, inner.getIndexType(), step[d]));
            position.push_back(
                arith::AddIOp::create(inner, at, scaled, scalar(inner, at, inner.getIndexType(), from[d])));
        }
        return GraphBuilder::at(inner, at, input, position);
    });
}

Value GraphBuilder::pad(Value input, ArrayRef<int64_t> low, ArrayRef<int64_t> high, TypedAttr value)
{
    // What is cut is cut first.
    SmallVector<int64_t> offsets, sizes, strides(low.size(), 1), before, after, shape;
    for (auto [d, extent] : llvm::enumerate(shapeOf(input))) {
        const int64_t cutLow = std::max<int64_t>(0, -low[d]), cutHigh = std::max<int64_t>(0, -high[d]);
        offsets.push_back(cutLow);
        sizes.push_back(extent - cutLow - cutHigh);
        before.push_back(std::max<int64_t>(0, low[d]));
        after.push_back(std::max<int64_t>(0, high[d]));
        shape.push_back(sizes.back() + before.back() + after.back());
    }
    Value cut = slice(input, offsets, sizes, strides);
    if (shapeOf(cut) == ArrayRef(shape))
        return cut;
    Value scalar = arith::ConstantOp::create(b, loc, value);
    auto op = tensor::PadOp::create(b, loc, typeOf(input).clone(shape), cut, indexAttrs(b, before),
                                    indexAttrs(b, after), scalar);
    return fold(op.getResult());
}

Value GraphBuilder::gather(Value input, Value indices, int64_t axis)
{
    const ArrayRef<int64_t> shape = shapeOf(input);
    const int64_t indexRank = typeOf(indices).getRank(), extent = shape[axis];
    SmallVector<int64_t> result(shape.take_front(axis));
    llvm::append_range(result, shapeOf(indices));
    llvm::append_range(result, shape.drop_front(axis + 1));
    return generate(typeOf(input).clone(result), [&](OpBuilder &inner, Location at, ValueRange index) {
        Value position = castScalar(inner, at, GraphBuilder::at(inner, at, indices, index.slice(axis, indexRank)),
                                    inner.getIndexType());
        auto number = [&](int64_t value) { return scalar(inner, at, inner.getIndexType(), value); };
        position = arith::MaxSIOp::create(inner, at, position, number(-extent));
        position = arith::MinSIOp::create(inner, at, position, number(extent - 1));
        Value negative = arith::CmpIOp::create(inner, at, arith::CmpIPredicate::slt, position, number(0));
        Value wrapped = arith::AddIOp::create(inner, at, position, number(extent));
        position = arith::SelectOp::create(inner, at, negative, wrapped, position);
        SmallVector<Value> source(index.take_front(axis));
        source.push_back(position);
        llvm::append_range(source, index.drop_front(axis + indexRank));
        return GraphBuilder::at(inner, at, input, source);
    });
}

// ---- Quantised tensors -------------------------------------------------------------------------------------

Value GraphBuilder::storage(Value quantizedValue)
{
    auto type = typeOf(quantizedValue);
    if (!quantization(type))
        return quantizedValue;
    return quant::StorageCastOp::create(b, loc, storageType(type), quantizedValue);
}

Value GraphBuilder::quantized(Value storageValue, RankedTensorType type)
{
    if (storageValue.getType() == type)
        return storageValue;
    return quant::StorageCastOp::create(b, loc, type, storageValue);
}

} // namespace barecc
