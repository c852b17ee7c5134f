// Sparse constants, in TFLite's variant of the TACO format: the dimensions in some order of traversal, each dense or
// compressed as in a CSR matrix, and possibly split into blocks whose inner dimensions come last.
#include "compiler/import/tflite/Tensor.h"

using namespace mlir;

namespace barecc::tflite_import {

namespace {

/// One dimension of the traversal.
struct Level {
    bool isSparse;
    int64_t size = 0;                     // of a dense one
    SmallVector<int64_t> segments, index; // of a sparse one
};

template <typename T> SmallVector<int64_t> valuesOf(const T *vector)
{
    SmallVector<int64_t> values;
    if (vector && vector->values())
        values.assign(vector->values()->begin(), vector->values()->end());
    return values;
}

Level readLevel(const tflite::DimensionMetadata &source)
{
    Level level{source.format() == tflite::DimensionType_SPARSE_CSR, source.dense_size(), {}, {}};
    if (!level.isSparse)
        return level;
    if (const auto *values = source.array_segments_as_Int32Vector())
        level.segments = valuesOf(values);
    else if (const auto *values = source.array_segments_as_Uint16Vector())
        level.segments = valuesOf(values);
    else
        level.segments = valuesOf(source.array_segments_as_Uint8Vector());
    if (const auto *values = source.array_indices_as_Int32Vector())
        level.index = valuesOf(values);
    else if (const auto *values = source.array_indices_as_Uint16Vector())
        level.index = valuesOf(values);
    else
        level.index = valuesOf(source.array_indices_as_Uint8Vector());
    return level;
}

class Expansion {
public:
    Expansion(const Tensor &tensor, unsigned elementBytes) : tensor(tensor), width(elementBytes) {}

    llvm::Error prepare();
    llvm::Error run()
    {
        dense.assign(size_t(*tensorElements(tensor.shape)) * width, 0);
        at.assign(levels.size(), 0);
        return visit(0, 0);
    }
    std::vector<char> dense;

private:
    llvm::Error damaged(const Twine &what) const
    {
        return llvm::createStringError("sparse tensor '" + tensor.name + "' " + what + "; the file is damaged");
    }
    llvm::Error visit(size_t level, int64_t position);
    llvm::Error place(int64_t position);

    const Tensor &tensor;
    const unsigned width;
    SmallVector<Level> levels;
    SmallVector<int64_t> order;     // level to dimension; numbers from the rank on are blocks
    SmallVector<int64_t> blockOf;   // block to the dimension that it splits
    SmallVector<int64_t> blockSize; // by dimension; 1 where it is not split
    SmallVector<int64_t> at;        // index along each level
};

llvm::Error Expansion::prepare()
{
    const tflite::SparsityParameters &source = *tensor.sparsity;
    const size_t rank = tensor.shape.size();
    // A few bytes must not become gigabytes; pruning leaves one value in a hundred at most.
    if (*tensorElements(tensor.shape) > int64_t(1024 * tensor.data.size()))
        return damaged("has too few values for its shape");
    if (!source.traversal_order() || !source.dim_metadata() ||
        source.traversal_order()->size() != source.dim_metadata()->size())
        return damaged("lacks its order of traversal");
    order.assign(source.traversal_order()->begin(), source.traversal_order()->end());
    if (source.block_map())
        blockOf.assign(source.block_map()->begin(), source.block_map()->end());
    // As deep as there are dimensions goes the recursion.
    if (order.size() != rank + blockOf.size() || blockOf.size() > rank)
        return damaged("has a traversal of " + Twine(order.size()) + " dimensions");
    SmallVector<bool> seen(order.size());
    for (int64_t dimension : order) {
        if (dimension < 0 || size_t(dimension) >= order.size() || seen[dimension])
            return damaged("has a traversal that is no permutation");
        seen[dimension] = true;
    }
    for (const auto *metadata : *source.dim_metadata())
        levels.push_back(readLevel(*metadata));
    blockSize.assign(rank, 1);
    for (auto [block, dimension] : llvm::enumerate(blockOf)) {
        if (dimension < 0 || size_t(dimension) >= rank || blockSize[dimension] != 1)
            return damaged("has blocks of no dimension");
        const auto level = llvm::find(order, int64_t(rank + block)) - order.begin();
        if (levels[level].isSparse || levels[level].size <= 0 || levels[level].size > tensor.shape[dimension])
            return damaged("has blocks of an impossible size");
        blockSize[dimension] = levels[level].size;
    }
    for (auto [level, dimension] : llvm::zip(levels, order)) {
        if (!level.isSparse && size_t(dimension) < rank &&
            (level.size <= 0 || level.size > tensor.shape[dimension] / blockSize[dimension]))
            return damaged("has a dense dimension of an impossible size");
        // Segments that overlapped would make a small file take forever.
        if (level.isSparse && (level.segments.empty() || level.segments.front() < 0 ||
                               !llvm::is_sorted(level.segments) || level.segments.back() > int64_t(level.index.size())))
            return damaged("has segments that do not partition their index");
    }
    return llvm::Error::success();
}

llvm::Error Expansion::place(int64_t position)
{
    if ((position + 1) * int64_t(width) > int64_t(tensor.data.size()))
        return damaged("has fewer values than its index names");
    const size_t rank = tensor.shape.size();
    SmallVector<int64_t> index(rank, 0);
    for (auto [level, dimension] : llvm::enumerate(order)) {
        if (size_t(dimension) < rank)
            index[dimension] += at[level] * blockSize[dimension];
        else
            index[blockOf[dimension - rank]] += at[level];
    }
    int64_t offset = 0;
    for (auto [i, extent] : llvm::zip(index, tensor.shape)) {
        if (i < 0 || i >= extent)
            return damaged("has an index outside its shape");
        offset = offset * extent + i;
    }
    memcpy(&dense[size_t(offset) * width], tensor.data.data() + position * width, width);
    return llvm::Error::success();
}

llvm::Error Expansion::visit(size_t number, int64_t position)
{
    if (number == levels.size())
        return place(position);
    const Level &level = levels[number];
    if (!level.isSparse) {
        for (int64_t i = 0; i < level.size; ++i) {
            at[number] = i;
            if (llvm::Error error = visit(number + 1, position * level.size + i))
                return error;
        }
        return llvm::Error::success();
    }
    if (position + 1 >= int64_t(level.segments.size()))
        return damaged("has too few segments");
    for (int64_t i = level.segments[position]; i < level.segments[position + 1]; ++i) {
        at[number] = level.index[i];
        if (at[number] < 0 || at[number] > int64_t(dense.size()))
            return damaged("has an index outside its shape");
        if (llvm::Error error = visit(number + 1, i))
            return error;
    }
    return llvm::Error::success();
}

} // namespace

llvm::Expected<std::vector<char>> expandSparse(const Tensor &tensor, unsigned elementBytes)
{
    if (tensor.type == tflite::TensorType_INT4 || tensor.type == tflite::TensorType_COMPLEX64)
        return llvm::createStringError("sparse tensor '" + tensor.name + "' has elements of type " +
                                       typeName(tensor.type) + "; store it dense");
    Expansion expansion(tensor, elementBytes);
    if (llvm::Error error = expansion.prepare())
        return std::move(error);
    if (llvm::Error error = expansion.run())
        return std::move(error);
    return std::move(expansion.dense);
}

} // namespace barecc::tflite_import
