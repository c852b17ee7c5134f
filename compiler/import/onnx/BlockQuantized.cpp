// com.microsoft operators on weights of a few bits, several to a byte, with a scale for each block of them: MatMulNBits
// and GatherBlockQuantized. Weights stay packed; each number is taken apart where it is used.
#include "compiler/import/onnx/Arithmetic.h"
#include "compiler/import/onnx/Layout.h"
#include "compiler/import/onnx/MicrosoftAttention.h"
#include "compiler/import/onnx/ScalarMath.h"

using namespace mlir;

namespace barecc::onnx_import {

using Shape = SmallVector<int64_t>;

namespace {

/// Index arithmetic in a body.
struct IndexMath {
    OpBuilder &b;
    Location loc;

    Value number(int64_t value) const { return GraphBuilder::scalar(b, loc, b.getIndexType(), value); }
    Value divide(Value x, int64_t by) const { return arith::DivUIOp::create(b, loc, x, number(by)); }
    Value remainder(Value x, int64_t by) const { return arith::RemUIOp::create(b, loc, x, number(by)); }
    Value multiply(Value x, int64_t by) const { return arith::MulIOp::create(b, loc, x, number(by)); }
};

} // namespace

/// Number k of a row of bytes that holds numbers of `bits` bits each, the lowest bits first: an i32. `row` are the
/// indices before the last.
static Value unpacked(const IndexMath &m, Value bytes, ValueRange row, Value k, int64_t bits)
{
    const int64_t count = 8 / bits;
    SmallVector<Value> at(row);
    at.push_back(m.divide(k, count));
    Value byte = GraphBuilder::castScalar(m.b, m.loc, GraphBuilder::at(m.b, m.loc, bytes, at), m.b.getI32Type(), true);
    if (count == 1)
        return byte;
    Value shift = GraphBuilder::castScalar(m.b, m.loc, m.multiply(m.remainder(k, count), bits), m.b.getI32Type());
    Value shifted = arith::ShRUIOp::create(m.b, m.loc, byte, shift);
    return arith::AndIOp::create(m.b, m.loc, shifted,
                                 GraphBuilder::scalar(m.b, m.loc, m.b.getI32Type(), (int64_t(1) << bits) - 1));
}

/// The attribute `bits`, and its error.
static FailureOr<int64_t> bitsOf(const Node &node)
{
    const int64_t bits = node.integer("bits", 4);
    if (bits == 2 || bits == 4 || bits == 8)
        return bits;
    return node.error("bits is " + Twine(bits) + "; it has to be 2, 4 or 8");
}

/// Input i, which may also be flat, as a tensor of this shape.
static FailureOr<Value> shapedInput(const Node &node, unsigned i, ArrayRef<int64_t> shape)
{
    if (node.type(i).getNumElements() == ShapedType::getNumElements(shape))
        return node.g.reshape(node.input(i), shape);
    return node.error("input " + Twine(i) + " is " + shapeText(node.shape(i)) + " but should be " + shapeText(shape));
}

/// A [.., K] times the transpose of weights [N, K], plus a bias [N]. Each row of weights is ceil(K / block) blocks of
/// packed numbers, and (number - zero point) * scale is meant; zero points are packed like the weights, or are numbers
/// like the scales, or else the middle of what the bits hold.
static Outputs importMatMulNBits(Node &node)
{
    GraphBuilder &g = node.g;
    const int64_t depth = node.integer("K", 0), columns = node.integer("N", 0), block = node.integer("block_size", 0);
    FailureOr<int64_t> bits = bitsOf(node);
    if (failed(bits))
        return failure();
    if (node.hasInput(4) || node.integer("weight_prepacked", 0))
        return node.error("g_idx and weight_prepacked are not supported");
    constexpr int64_t most = int64_t(1) << 28;
    if (depth < 1 || columns < 1 || depth > most || columns > most || block < 16 || block > most ||
        !llvm::isPowerOf2_64(uint64_t(block)))
        return node.error("K, N or block_size is out of its range");
    if (node.rank(0) < 1 || node.shape(0).back() != depth)
        return node.error("A is " + shapeText(node.shape(0)) + " but should have rows of " + Twine(depth));
    const int64_t blocks = int64_t(llvm::divideCeil(depth, block)), perByte = 8 / *bits;
    if (!node.element(1).isInteger(8) || node.element(2) != node.element(0))
        return node.error("B should hold bytes, and the scales numbers of the type of A");
    FailureOr<Value> weights = shapedInput(node, 1, {columns, blocks, block / perByte}),
                     scales = shapedInput(node, 2, {columns, blocks}), zeros = Value();
    const bool packedZeros = node.hasInput(3) && node.element(3).isInteger(8);
    if (node.hasInput(3)) {
        if (!packedZeros && node.element(3) != node.element(0))
            return node.error("zero points should be bytes, or of the type of A");
        zeros = shapedInput(node, 3, {columns, packedZeros ? int64_t(llvm::divideCeil(blocks, perByte)) : blocks});
    }
    if (failed(weights) || failed(scales) || failed(zeros) ||
        (node.hasInput(5) && (failed(expectShape(node, 5, {columns})) || failed(node.checkSameType(0, 5)))))
        return failure();
    Shape result(node.shape(0));
    result.back() = columns;
    if (failed(node.checkShape(result)))
        return failure();

    const Type element = node.element(0), wide = accumulatorOf(element);
    const int64_t rows = node.type(0).getNumElements() / depth;
    AffineExpr r, n, k;
    bindDims(g.b.getContext(), r, n, k);
    const AffineMap maps[] = {AffineMap::get(3, 0, {r, k}, g.b.getContext()),
                              AffineMap::get(3, 0, {r, n}, g.b.getContext())};
    const utils::IteratorType loops[] = {utils::IteratorType::parallel, utils::IteratorType::parallel,
                                         utils::IteratorType::reduction};
    Value sums =
        g.contract(RankedTensorType::get({rows, columns}, wide), g.reshape(node.input(0), {rows, depth}), maps, loops,
                   GraphBuilder::scalarAttr(wide, 0.0), [&](OpBuilder &b, Location loc, ValueRange arguments) -> Value {
                       const IndexMath index{b, loc};
                       const ScalarMath m{b, loc};
                       Value column = linalg::IndexOp::create(b, loc, 1), at = linalg::IndexOp::create(b, loc, 2);
                       Value which = index.divide(at, block);
                       Value weight = unpacked(index, *weights, {column, which}, index.remainder(at, block), *bits);
                       auto real = [&](Value number) { return GraphBuilder::castScalar(b, loc, number, wide); };
                       Value zero = !*zeros ? GraphBuilder::scalar(b, loc, wide, double(int64_t(1) << (*bits - 1)))
                                    : packedZeros ? real(unpacked(index, *zeros, column, which, *bits))
                                                  : real(GraphBuilder::at(b, loc, *zeros, {column, which}));
                       Value scale = real(GraphBuilder::at(b, loc, *scales, {column, which}));
                       Value scaled = m.multiply(m.subtract(real(weight), zero), scale);
                       return m.add(arguments[1], m.multiply(real(arguments[0]), scaled));
                   });
    if (node.hasInput(5))
        sums = add(g, sums, g.cast(node.input(5), wide));
    return SmallVector<Value>{g.reshape(g.cast(sums, element), result)};
}

/// Elements of quantised data along gather_axis, as numbers. An index outside gives zeros. Data of bytes has several
/// numbers to a byte along its last axis, and so have its zero points.
static Outputs importGatherBlockQuantized(Node &node)
{
    GraphBuilder &g = node.g;
    const int64_t rank = node.rank(0), block = node.integer("block_size", 128);
    const bool bytes = node.element(0).isInteger(8);
    FailureOr<int64_t> gatherAxis = node.axis(node.integer("gather_axis", 0), rank),
                       quantizeAxis = node.axis(node.integer("quantize_axis", 1), rank), given = bitsOf(node);
    if (failed(gatherAxis) || failed(quantizeAxis) || failed(given))
        return failure();
    const int64_t bits = bytes ? *given : 4, perByte = bytes ? 8 / bits : 1;
    if (block < 16 || !llvm::isPowerOf2_64(uint64_t(block)) || (bytes && *gatherAxis == rank - 1 && perByte > 1))
        return node.error("block_size or gather_axis is out of its range");
    if (!node.element(1).isInteger(32) && !node.element(1).isInteger(64))
        return node.error("indices should be int32 or int64");
    // Extents of the data in numbers, of scales, and of zero points.
    Shape data(node.shape(0));
    data.back() *= perByte;
    Shape scales(data);
    scales[*quantizeAxis] = int64_t(llvm::divideCeil(data[*quantizeAxis], block));
    Shape zeros(scales);
    zeros.back() = int64_t(llvm::divideCeil(zeros.back(), perByte));
    if (failed(expectShape(node, 2, scales)) ||
        (node.hasInput(3) && (failed(node.checkSameType(0, 3)) || failed(expectShape(node, 3, zeros)))))
        return failure();
    const int64_t extent = data[*gatherAxis], indexRank = node.rank(1);
    if (extent == 0)
        return node.error("indices go into an empty axis");
    Shape result(ArrayRef(data).take_front(*gatherAxis));
    llvm::append_range(result, node.shape(1));
    llvm::append_range(result, ArrayRef(data).drop_front(*gatherAxis + 1));
    if (failed(node.checkShape(data)) || failed(node.checkShape(result)))
        return failure();
    const Type element = node.element(2), wide = accumulatorOf(element);
    if (!isa<FloatType>(element))
        return node.error("the scales are no floating-point numbers");
    Value values = node.input(0), indices = node.input(1), scaleTable = node.input(2), zeroTable = node.input(3);
    const bool isUnsigned = node.isUnsigned(0);
    auto body = [&](OpBuilder &b, Location loc, ValueRange index) -> Value {
        const IndexMath i{b, loc};
        const ScalarMath m{b, loc};
        Value at = GraphBuilder::at(b, loc, indices, index.slice(*gatherAxis, indexRank));
        at = GraphBuilder::castScalar(b, loc, at, b.getIndexType());
        at = m.select(m.less(at, i.number(0)), m.add(at, i.number(extent)), at);
        Value inside = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::ult, at, i.number(extent));
        SmallVector<Value> place(index.take_front(*gatherAxis));
        place.push_back(m.select(inside, at, i.number(0)));
        llvm::append_range(place, index.drop_front(*gatherAxis + indexRank));
        SmallVector<Value> blockPlace(place);
        blockPlace[*quantizeAxis] = i.divide(place[*quantizeAxis], block);
        auto numberAt = [&](Value table, ArrayRef<Value> where) -> Value {
            if (bytes)
                return unpacked(i, table, where.drop_back(), where.back(), bits);
            return GraphBuilder::castScalar(b, loc, GraphBuilder::at(b, loc, table, where), b.getI32Type(), isUnsigned);
        };
        Value number = numberAt(values, place);
        if (zeroTable)
            number = m.subtract(number, numberAt(zeroTable, blockPlace));
        else if (bytes)
            number = m.subtract(number, m.number(number, double(int64_t(1) << (bits - 1))));
        Value scale = GraphBuilder::castScalar(b, loc, GraphBuilder::at(b, loc, scaleTable, blockPlace), wide);
        Value real = m.multiply(GraphBuilder::castScalar(b, loc, number, wide), scale);
        return GraphBuilder::castScalar(b, loc, m.select(inside, real, m.number(real, 0)), element);
    };
    return SmallVector<Value>{g.generate(RankedTensorType::get(result, element), body)};
}

ArrayRef<Entry> fewBitsOperators()
{
    static const char microsoft[] = "com.microsoft";
    static const Entry entries[] = {
        {microsoft, "MatMulNBits", 1, importMatMulNBits, floatTypes, 3},
        {microsoft, "GatherBlockQuantized", 1, importGatherBlockQuantized, "int4, uint4, uint8", 3},
    };
    return entries;
}

} // namespace barecc::onnx_import
