// Elements picked by indices: gather, lookups, the k largest, reversal.
#include "compiler/import/tflite/Node.h"
#include "compiler/ir/Sort.h"

using namespace mlir;

namespace barecc::tflite_import {

/// An index read from a tensor, kept inside [0, extent): the device does not check it.
static Value safeIndex(const Scalar &s, Value value, int64_t extent)
{
    Value index = s.convert(value, s.b.getIndexType());
    return s.min(s.max(index, s.index(0)), s.index(extent - 1));
}

/// Gathers along `axis` of input `from` for each index of input `by`; the first `batch` dimensions are common to both.
static Outputs gatherAlong(const Node &node, unsigned from, unsigned by, int64_t axis, int64_t batch)
{
    if (failed(node.requireIndices(by)))
        return failure();
    const ArrayRef<int64_t> shape = node.shape(from), picked = node.shape(by);
    if (batch < 0 || batch > axis || batch > int64_t(picked.size()) ||
        shape.take_front(batch) != picked.take_front(batch))
        return node.error("has inputs whose batches differ; the file is damaged");
    const auto extra = int64_t(picked.size()) - batch; // dimensions that take the place of `axis`
    SmallVector<int64_t> result(shape.take_front(axis));
    llvm::append_range(result, picked.drop_front(batch));
    llvm::append_range(result, shape.drop_front(axis + 1));
    if (failed(node.requireSize(result)))
        return failure();
    if (shape[axis] == 0 && ShapedType::getNumElements(result) != 0)
        return node.error("gathers from an axis without elements; the file is damaged");
    Value input = node.storage(from), indices = node.input(by);
    const int64_t extent = shape[axis];
    return one(node.g.generate(
        RankedTensorType::get(result, node.element(from)), [&](OpBuilder &b, Location loc, ValueRange index) {
            SmallVector<Value> at(index.take_front(batch)), source(index.take_front(axis));
            llvm::append_range(at, index.slice(axis, extra));
            source.push_back(safeIndex(Scalar{b, loc}, GraphBuilder::at(b, loc, indices, at), extent));
            llvm::append_range(source, index.drop_front(axis + extra));
            return GraphBuilder::at(b, loc, input, source);
        }));
}

static Outputs gather(Node &node)
{
    const auto *options = node.optionsOrNull<tflite::GatherOptions>();
    FailureOr<int64_t> axis = node.axis(options ? options->axis() : 0, node.rank(0));
    if (failed(axis))
        return failure();
    const int64_t batch = options ? options->batch_dims() : 0;
    return gatherAlong(node, 0, 1, *axis, batch < 0 ? batch + node.rank(1) : batch);
}

static Outputs embeddingLookup(Node &node)
{
    if (node.rank(1) < 1)
        return node.error("looks up a scalar; the file is damaged");
    Outputs rows = gatherAlong(node, 1, 0, 0, 0);
    if (failed(rows) || node.isFloat(1) || !node.outputElement().isF32())
        return rows;
    if (failed(node.requirePerTensor(1)))
        return failure();
    return one(node.map(rows->front(), node.outputElement(), [&](Scalar s, ValueRange in) {
        return s.mul(s.convert(in[0], s.b.getF32Type()), s.f32(node.scale(1)));
    }));
}

static Outputs gatherNd(Node &node)
{
    if (failed(node.requireIndices(1)))
        return failure();
    const ArrayRef<int64_t> shape = node.shape(0), picked = node.shape(1);
    if (picked.empty() || picked.back() > int64_t(shape.size()))
        return node.error("has indices of more dimensions than its input; the file is damaged");
    const int64_t depth = picked.back();
    SmallVector<int64_t> result(picked.drop_back());
    llvm::append_range(result, shape.drop_front(depth));
    if (failed(node.requireSize(result)))
        return failure();
    if (llvm::is_contained(shape, 0) && ShapedType::getNumElements(result) != 0)
        return node.error("gathers from an input without elements; the file is damaged");
    Value input = node.storage(0), indices = node.input(1);
    const size_t outer = picked.size() - 1;
    return one(node.g.generate(RankedTensorType::get(result, node.element(0)),
                               [&](OpBuilder &b, Location loc, ValueRange index) {
                                   const Scalar s{b, loc};
                                   SmallVector<Value> source;
                                   for (int64_t d = 0; d < depth; ++d) {
                                       SmallVector<Value> at(index.take_front(outer));
                                       at.push_back(s.index(d));
                                       source.push_back(safeIndex(s, GraphBuilder::at(b, loc, indices, at), shape[d]));
                                   }
                                   llvm::append_range(source, index.drop_front(outer));
                                   return GraphBuilder::at(b, loc, input, source);
                               }));
}

// ---- The k largest -----------------------------------------------------------------------------------------

static Outputs topK(Node &node)
{
    FailureOr<int64_t> count = node.constantInteger(1, "the number of elements");
    if (failed(count))
        return failure();
    if (node.rank(0) < 1 || *count < 0 || *count > node.shape(0).back())
        return node.error("takes more elements than there are; the file is damaged");
    if (!(node.outputElement(1).isInteger(16) || node.outputElement(1).isInteger(32)))
        return node.error("gives positions that are neither int16 nor int32; the file is damaged");
    if (node.outputElement(1).isInteger(16) && node.shape(0).back() > INT16_MAX + 1)
        return node.error("gives positions as int16 among " + Twine(node.shape(0).back()) +
                          " elements; the file is damaged");
    const bool isUnsigned = node.isUnsigned(0);
    const TopElements top =
        topElements(node.g, node.storage(0), node.rank(0) - 1, *count, true, isUnsigned, node.outputElement(1));
    return SmallVector<Value>{top.values, top.positions};
}

// ---- Reversal ----------------------------------------------------------------------------------------------

static Outputs reverse(Node &node)
{
    FailureOr<SmallVector<int64_t>> values = node.constantIntegers(1, "the axes");
    if (failed(values))
        return failure();
    FailureOr<SmallVector<int64_t>> axes = node.axes(*values, node.rank(0));
    if (failed(axes))
        return failure();
    SmallVector<int64_t> offsets(node.rank(0), 0), strides(node.rank(0), 1);
    for (int64_t axis : *axes) {
        offsets[axis] = node.shape(0)[axis] - 1;
        strides[axis] = -1;
    }
    return one(node.g.slice(node.storage(0), offsets, node.shape(0), strides));
}

/// Reverses the first lengths[b] elements of each sequence b.
static Outputs reverseSequence(Node &node)
{
    auto options = node.options<tflite::ReverseSequenceOptions>();
    if (failed(options) || failed(node.requireIndices(1)))
        return failure();
    FailureOr<int64_t> along = node.axis((*options)->seq_dim(), node.rank(0));
    FailureOr<int64_t> batch = node.axis((*options)->batch_dim(), node.rank(0));
    if (failed(along) || failed(batch))
        return failure();
    if (node.rank(1) != 1 || node.shape(1)[0] != node.shape(0)[*batch] || *along == *batch)
        return node.error("has lengths for another number of sequences; the file is damaged");
    Value input = node.storage(0), lengths = node.input(1);
    const int64_t extent = node.shape(0)[*along];
    return one(
        node.g.generate(cast<RankedTensorType>(input.getType()), [&](OpBuilder &b, Location loc, ValueRange index) {
            const Scalar s{b, loc};
            SmallVector<Value> at(index);
            Value length = s.convert(GraphBuilder::at(b, loc, lengths, index[*batch]), b.getIndexType());
            length = s.min(s.max(length, s.index(0)), s.index(extent));
            Value turned = safeIndex(s, s.sub(s.sub(length, s.index(1)), at[*along]), extent);
            at[*along] = s.select(s.less(at[*along], length), turned, at[*along]);
            return GraphBuilder::at(b, loc, input, at);
        }));
}

ArrayRef<Entry> indexOperators()
{
    static const Entry entries[] = {
        {tflite::BuiltinOperator_EMBEDDING_LOOKUP, embeddingLookup, 2, "float32, int8", {0b10}},
        {tflite::BuiltinOperator_GATHER, gather, 2, "all", {0b1}},
        {tflite::BuiltinOperator_GATHER_ND, gatherNd, 2, "all", {0b1}},
        {tflite::BuiltinOperator_REVERSE_SEQUENCE, reverseSequence, 2, "all", {0b1}},
        {tflite::BuiltinOperator_REVERSE_V2, reverse, 2, "all", {0b1}},
        {tflite::BuiltinOperator_TOPK_V2, topK, 2, "float32, int32, int64, int8, uint8", {0b1, Moves::Quantized}, 2},
    };
    return entries;
}

} // namespace barecc::tflite_import
