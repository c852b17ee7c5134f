// Elementwise operations that a kernel can do on its way out: clamp(scale * x + shift + residual, min, max), with
// constants for each channel.
#pragma once

#include "mlir/Dialect/Linalg/IR/Linalg.h"

#include <limits>

namespace barecc {

/// What a linalg.generic computes of its operand x, whose channels are the last axis. `scale` and `shift` hold one
/// number for each channel, or one for all.
struct ChannelForm {
    std::vector<double> scale{1.0}, shift{0.0};
    mlir::Value residual; // of the shape of x; may be null
    double min = -std::numeric_limits<double>::infinity(), max = std::numeric_limits<double>::infinity();

    bool scales() const;
    bool shifts() const;
    bool clamps() const;
};

/// The form of `op` as a function of its operand `x`, or nothing where it has another.
std::optional<ChannelForm> channelForm(mlir::linalg::GenericOp op, mlir::OpOperand &x);

} // namespace barecc
