// Resampling of a tensor along its axes: tables of taps, and the operations that apply them.
#pragma once

#include "compiler/ir/GraphBuilder.h"

namespace barecc::onnx_import {

/// Which `count` elements of an axis each output element is made of, and with which weights: row-major tables of
/// output extent x count. Indices are inside the axis. An output element whose `inside` is false lies outside the
/// input and takes the extrapolation value.
struct AxisTaps {
    int64_t axis = 0;
    int64_t count = 1;
    llvm::SmallVector<int64_t> indices;
    llvm::SmallVector<double> weights;
    llvm::SmallVector<bool> inside;

    int64_t extent() const { return int64_t(inside.size()); }
    bool isInside() const
    {
        return llvm::all_of(inside, [](bool in) { return in; });
    }
    /// Whether the axis stays as it is.
    bool isIdentity(int64_t inputExtent) const;
};

/// How coordinates of the output are taken to the input and which elements are mixed there, in ONNX's words.
struct Resampling {
    enum Mode { Nearest, Linear, Cubic } mode = Nearest;
    std::string coordinates; // coordinate_transformation_mode
    std::string nearest;     // nearest_mode, or "simple" of opset 10: floor to magnify, ceil to shrink
    double cubicCoefficient = -0.75;
    bool excludeOutside = false;
    bool antialias = false;
    double extrapolation = 0.0;

    /// How many taps an output element has along an axis that is scaled by `scale`.
    int64_t tapCount(double scale) const { return mode == Nearest ? 1 : 2 - 2 * firstTap(scale); }

    /// Taps of an axis of extent `from` that is taken to extent `to` by `scale`; `start` and `end` are the region of
    /// interest. The formulas are those of the standard's reference implementation.
    AxisTaps taps(int64_t from, int64_t to, double scale, double start, double end) const;

private:
    double shrinkage(double scale) const { return antialias ? std::min(scale, 1.0) : 1.0; }
    /// Where the taps begin, counted from the element at or before the coordinate. Anti-aliasing widens the filter by
    /// the factor that the axis shrinks by.
    int64_t firstTap(double scale) const;
    double coordinateOf(int64_t output, int64_t from, int64_t to, double scale, double start, double end) const;
    int64_t nearestTo(double coordinate, double scale) const;
    double weightAt(double distance) const;
};

/// Elements that are picked by one tap an axis: any element type, no arithmetic.
mlir::Value gatherTaps(GraphBuilder &g, mlir::Value input, llvm::ArrayRef<AxisTaps> axes, double extrapolation);

/// Sums of weighted elements. Two axes of two taps each are done at once, all else axis by axis.
mlir::Value sumTaps(GraphBuilder &g, mlir::Value input, llvm::ArrayRef<AxisTaps> axes, double extrapolation);

/// Sums as an ONNX element type: integers are truncated, as the standard's reference does, and saturate.
mlir::Value truncateTo(GraphBuilder &g, mlir::Value sums, mlir::Type onnxElement);

} // namespace barecc::onnx_import
