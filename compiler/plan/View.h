// A tensor as strides over a buffer, and what reshapes and slices make of it without moving a byte.
#pragma once

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"

#include <cstdint>
#include <optional>

namespace barecc {

/// What holds a tensor, before it has an address: a buffer that lives within one run, a state of the model, or memory
/// of the caller's own.
struct BufferRef {
    enum Kind { Temporary, State, Argument, Result };
    Kind kind = Temporary;
    unsigned index = 0; // of its kind

    bool operator==(const BufferRef &other) const { return kind == other.kind && index == other.index; }
};

struct View {
    BufferRef buffer;
    int64_t offset = 0;                    // elements from the start of the buffer
    llvm::SmallVector<int64_t, 6> strides; // elements, by dimension
};

View contiguousView(BufferRef buffer, llvm::ArrayRef<int64_t> shape);
bool isContiguous(llvm::ArrayRef<int64_t> strides, llvm::ArrayRef<int64_t> shape);

/// Elements from one row of the last dimension to the next, if the tensor is rows of one length at one distance.
std::optional<int64_t> rowStride(llvm::ArrayRef<int64_t> strides, llvm::ArrayRef<int64_t> shape);

/// The same elements under another shape, or nothing where that takes a copy.
std::optional<View> reshapeView(const View &view, llvm::ArrayRef<int64_t> from, llvm::ArrayRef<int64_t> to);

View sliceView(const View &view, llvm::ArrayRef<int64_t> offsets, llvm::ArrayRef<int64_t> steps);

} // namespace barecc
