// Non-maximum suppression, as a part of imperative code: of boxes that overlap, the best one stays.
#pragma once

#include "compiler/ir/Sort.h"

namespace barecc {

/// A box by two corners that lie opposite each other.
struct Box {
    Scalar y0, x0, y1, x1;
};

/// The box whose four coordinates lie along the last dimension, in the order of `Box`.
Box boxAt(Buffer boxes, Scalars place);

/// The area that two boxes have in common, divided by that of both together; 0 where one of them has none.
Scalar overlap(const Box &a, const Box &b);

/// Goes through `count` candidates, best first, and keeps those that none kept before them excludes, `limit` at most.
/// Gives their number; theirs are the first slots then, in order.
Scalar keepBest(Procedure &p, Scalar count, Scalar limit, Slots candidates,
                llvm::function_ref<Scalar(Scalar kept, Scalar candidate)> excludes);

} // namespace barecc
