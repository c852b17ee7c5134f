// Two calls as one that goes by lines: of a kernel, then of loops over its result, so that the tensor between them
// never is as a whole. The fuse-rows pass makes a private function of the two,
//
//     func.func private @conv2d_s8_add(%x, %w, %channels, %other) -> tensor<1x8x8x4xi8> {
//       %t = kernel.call "conv2d_s8"(%x, %w, %channels) {...}
//       %y = kernel.call "add"(%t, %other) {...}
//       return %y
//     }
//
// whose arguments are the kernel's operands, then those of the loops but for the kernel's result; `rows` of a call of
// it says how many lines it does at a time. Both calls write to the place of the result. Where that lies on one of the
// other operands, its lines are set aside in the workspace first, at its end.
#pragma once

#include "compiler/ir/NN.h"

#include <optional>

namespace barecc {

struct RowFusion {
    kernel::CallOp kernel, loops;
    unsigned between; // operand of `loops` that is the kernel's result
};

/// What a private function fuses, if it does.
std::optional<RowFusion> rowFusion(mlir::func::FuncOp function);

/// The dimension that the lines of a tensor are counted along: the first that has more than one.
unsigned lineDimension(mlir::RankedTensorType type);

/// Elements of one line.
int64_t lineElements(mlir::RankedTensorType type);

} // namespace barecc
