#include "compiler/plan/View.h"

#include "llvm/ADT/STLExtras.h"

namespace barecc {

View contiguousView(BufferRef buffer, llvm::ArrayRef<int64_t> shape)
{
    View view{buffer, 0, llvm::SmallVector<int64_t, 6>(shape.size(), 1)};
    for (size_t d = shape.size(); d-- > 1;)
        view.strides[d - 1] = view.strides[d] * shape[d];
    return view;
}

bool isContiguous(llvm::ArrayRef<int64_t> strides, llvm::ArrayRef<int64_t> shape)
{
    int64_t expected = 1;
    for (size_t d = shape.size(); d-- > 0;) {
        if (shape[d] != 1 && strides[d] != expected)
            return false;
        expected *= shape[d];
    }
    return true;
}

std::optional<int64_t> rowStride(llvm::ArrayRef<int64_t> strides, llvm::ArrayRef<int64_t> shape)
{
    if (shape.empty())
        return 1;
    if (shape.back() != 1 && strides.back() != 1)
        return std::nullopt;
    std::optional<int64_t> row;
    int64_t expected = 0;
    for (size_t d = shape.size() - 1; d-- > 0;) {
        if (shape[d] == 1)
            continue;
        if (!row)
            row = expected = strides[d];
        if (strides[d] != expected)
            return std::nullopt;
        expected *= shape[d];
    }
    return row.value_or(shape.back());
}

std::optional<View> reshapeView(const View &view, llvm::ArrayRef<int64_t> from, llvm::ArrayRef<int64_t> to)
{
    // Both shapes are cut into the fewest groups of dimensions with the same products; within a group the old
    // dimensions have to lie one behind the other.
    View result{view.buffer, view.offset, llvm::SmallVector<int64_t, 6>(to.size(), 0)};
    if (llvm::is_contained(from, 0))
        return contiguousView(view.buffer, to);
    size_t i = from.size(), j = to.size();
    while (i > 0 || j > 0) {
        // Innermost old dimension of the group that is not 1 gives the stride.
        while (i > 0 && from[i - 1] == 1)
            --i;
        if (i == 0) {
            while (j > 0)
                result.strides[--j] = 1; // only ones are left
            break;
        }
        int64_t stride = view.strides[i - 1], have = from[--i], made = 1;
        while (true) {
            while (j > 0 && (made < have || to[j - 1] == 1)) {
                result.strides[--j] = stride * made;
                made *= to[j];
            }
            if (made == have)
                break;
            if (made < have || i == 0)
                return std::nullopt;
            // The group needs the next old dimension, which has to follow on.
            while (i > 0 && from[i - 1] == 1)
                --i;
            if (i == 0 || view.strides[i - 1] != stride * have)
                return std::nullopt;
            have *= from[--i];
        }
    }
    return result;
}

View sliceView(const View &view, llvm::ArrayRef<int64_t> offsets, llvm::ArrayRef<int64_t> steps)
{
    View result = view;
    for (auto [d, offset] : llvm::enumerate(offsets)) {
        result.offset += offset * view.strides[d];
        result.strides[d] *= steps[d];
    }
    return result;
}

} // namespace barecc
