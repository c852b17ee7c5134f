// Blocks of pixels to channels or to the batch, and back: a reshape, a transpose, a reshape.
#include "compiler/import/tflite/Node.h"

using namespace mlir;

namespace barecc::tflite_import {

static Outputs spaceToDepth(Node &node)
{
    auto options = node.options<tflite::SpaceToDepthOptions>();
    if (failed(options) || failed(node.requireRank(0, 4)))
        return failure();
    const ArrayRef<int64_t> s = node.shape(0);
    const int64_t block = (*options)->block_size();
    if (block < 1 || block > INT16_MAX || s[1] % block != 0 || s[2] % block != 0)
        return node.error("has a block that does not divide its input; the file is damaged");
    const int64_t n = s[0], h = s[1] / block, w = s[2] / block, c = s[3];
    if (failed(node.requireSize({n, h, w, block * block * c})))
        return failure();
    Value split = node.g.reshape(node.storage(0), {n, h, block, w, block, c});
    return one(node.g.reshape(node.g.transpose(split, {0, 1, 3, 2, 4, 5}), {n, h, w, block * block * c}));
}

static Outputs depthToSpace(Node &node)
{
    auto options = node.options<tflite::DepthToSpaceOptions>();
    if (failed(options) || failed(node.requireRank(0, 4)))
        return failure();
    const ArrayRef<int64_t> s = node.shape(0);
    const int64_t block = (*options)->block_size();
    if (block < 1 || block > INT16_MAX || s[3] % (block * block) != 0)
        return node.error("has a block that does not divide its channels; the file is damaged");
    const int64_t n = s[0], h = s[1], w = s[2], c = s[3] / (block * block);
    if (failed(node.requireSize({n, h * block, w * block, c})))
        return failure();
    Value split = node.g.reshape(node.storage(0), {n, h, w, block, block, c});
    return one(node.g.reshape(node.g.transpose(split, {0, 1, 3, 2, 4, 5}), {n, h * block, w * block, c}));
}

namespace {

/// Block sizes, and amounts to pad or to crop, of the dimensions from the second on.
struct Blocks {
    SmallVector<int64_t> size, low, high;
};

} // namespace

static FailureOr<Blocks> blocksOf(const Node &node, StringRef amounts)
{
    FailureOr<SmallVector<int64_t>> size = node.constantIntegers(1, "the block");
    FailureOr<SmallVector<int64_t>> ends = node.constantIntegers(2, amounts);
    if (failed(size) || failed(ends))
        return failure();
    if (size->empty() || size->size() > 3 || int64_t(size->size()) >= node.rank(0) || ends->size() != 2 * size->size())
        return node.error("has blocks for another number of dimensions; the file is damaged");
    Blocks blocks{*size, {}, {}};
    for (size_t d = 0; d < size->size(); ++d) {
        blocks.low.push_back((*ends)[2 * d]);
        blocks.high.push_back((*ends)[2 * d + 1]);
        if ((*size)[d] < 1 || (*size)[d] > INT16_MAX || !tensorElements(blocks.low[d]) ||
            !tensorElements(blocks.high[d]))
            return node.error("has impossible blocks; the file is damaged");
    }
    return blocks;
}

static Outputs spaceToBatch(Node &node)
{
    FailureOr<Blocks> blocks = blocksOf(node, "the padding");
    if (failed(blocks))
        return failure();
    const size_t count = blocks->size.size();
    SmallVector<int64_t> low(node.rank(0), 0), high(node.rank(0), 0), padded(node.shape(0));
    for (size_t d = 0; d < count; ++d) {
        low[d + 1] = blocks->low[d];
        high[d + 1] = blocks->high[d];
        padded[d + 1] += low[d + 1] + high[d + 1];
        if (padded[d + 1] % blocks->size[d] != 0)
            return node.error("has a block that does not divide its padded input; the file is damaged");
    }
    if (failed(node.requireSize(padded)))
        return failure();
    SmallVector<int64_t> parts(padded); // as many elements as in the result
    llvm::append_range(parts, blocks->size);
    for (size_t d = 0; d < count; ++d)
        parts[d + 1] /= blocks->size[d];
    if (failed(node.requireSize(parts)))
        return failure();
    const double zero = node.quantization(0) ? double(node.zeroPoint(0)) : 0.0;
    Value input = node.g.pad(node.storage(0), low, high, GraphBuilder::scalarAttr(node.element(0), zero));
    // n, (h, b), (w, b), rest -> b, b, n, h, w, rest
    SmallVector<int64_t> split{padded[0]}, order, result{padded[0]};
    for (size_t d = 0; d < count; ++d) {
        split.append({padded[d + 1] / blocks->size[d], blocks->size[d]});
        order.push_back(int64_t(2 * d + 2));
        result[0] *= blocks->size[d];
    }
    order.push_back(0);
    for (size_t d = 0; d < count; ++d) {
        order.push_back(int64_t(2 * d + 1));
        result.push_back(split[2 * d + 1]);
    }
    for (size_t d = count + 1; d < padded.size(); ++d) {
        order.push_back(int64_t(split.size()));
        split.push_back(padded[d]);
        result.push_back(padded[d]);
    }
    return one(node.g.reshape(node.g.transpose(node.g.reshape(input, split), order), result));
}

static Outputs batchToSpace(Node &node)
{
    FailureOr<Blocks> blocks = blocksOf(node, "what is cropped");
    if (failed(blocks))
        return failure();
    const size_t count = blocks->size.size();
    const ArrayRef<int64_t> shape = node.shape(0);
    int64_t batch = shape[0];
    for (int64_t size : blocks->size) {
        if (batch % size != 0)
            return node.error("has blocks that do not divide its batch; the file is damaged");
        batch /= size;
    }
    // b, b, n, h, w, rest -> n, (h, b), (w, b), rest
    SmallVector<int64_t> split(blocks->size), order{int64_t(count)}, joined{batch}, offsets{0}, sizes{batch};
    split.push_back(batch);
    for (size_t d = 0; d < count; ++d) {
        split.push_back(shape[d + 1]);
        order.append({int64_t(count + 1 + d), int64_t(d)});
        joined.push_back(shape[d + 1] * blocks->size[d]);
        offsets.push_back(blocks->low[d]);
        sizes.push_back(joined.back() - blocks->low[d] - blocks->high[d]);
        if (sizes.back() < 0)
            return node.error("crops more than there is; the file is damaged");
    }
    for (size_t d = count + 1; d < shape.size(); ++d) {
        order.push_back(int64_t(split.size()));
        split.push_back(shape[d]);
        joined.push_back(shape[d]);
        offsets.push_back(0);
        sizes.push_back(shape[d]);
    }
    if (failed(node.requireSize(joined)))
        return failure();
    Value image = node.g.reshape(node.g.transpose(node.g.reshape(node.storage(0), split), order), joined);
    return one(node.g.slice(image, offsets, sizes, SmallVector<int64_t>(sizes.size(), 1)));
}

ArrayRef<Entry> spaceOperators()
{
    static const Entry entries[] = {
        {tflite::BuiltinOperator_BATCH_TO_SPACE_ND, batchToSpace, 3, "all", {0b1}},
        {tflite::BuiltinOperator_DEPTH_TO_SPACE, depthToSpace, 1, "all", {0b1}},
        {tflite::BuiltinOperator_SPACE_TO_BATCH_ND, spaceToBatch, 3, "all", {0b1}},
        {tflite::BuiltinOperator_SPACE_TO_DEPTH, spaceToDepth, 1, "all", {0b1}},
    };
    return entries;
}

} // namespace barecc::tflite_import
