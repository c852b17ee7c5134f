// Sorting and selecting, as parts of imperative code. What is sorted are numbers that stand for something: positions of
// elements, of rows, of boxes.
#pragma once

#include "compiler/ir/Procedure.h"

namespace barecc {

/// The place of the i-th number: an element of integer or index type.
using Slots = llvm::function_ref<Element(Scalar i)>;

/// Whether one number, of index type, comes before another. A strict order; results are the same everywhere only if it
/// decides between any two, say by the numbers themselves where all else is equal.
using Before = llvm::function_ref<Scalar(Scalar x, Scalar y)>;

/// Sorts the first `count` slots. Heapsort: O(count log count), no further memory.
void sortSlots(Procedure &p, IndexOrNumber count, Slots slots, Before before);

/// Puts those `count` of the numbers 0 ... candidates - 1 that come first into the slots, in order. A heap of `count`:
/// O(candidates log count), no further memory. 1 <= count <= candidates.
void selectFirst(Procedure &p, int64_t count, int64_t candidates, Slots slots, Before before);

/// An order by values, the smaller or the larger first; of equal ones the lower number. NaN is the largest.
Scalar comesBefore(Scalar x, Scalar valueOfX, Scalar y, Scalar valueOfY, bool largerFirst, bool isUnsigned = false);

struct TopElements {
    mlir::Value values, positions;
};
/// The `count` largest (or smallest) elements along `axis`, best first, and where they were, as `positionElement`. Of
/// equal ones the first comes first. 0 <= count <= extent of the axis.
TopElements topElements(GraphBuilder &g, mlir::Value input, int64_t axis, int64_t count, bool largest, bool isUnsigned,
                        mlir::Type positionElement);

} // namespace barecc
