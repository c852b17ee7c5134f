// What window operations make of padding that has been written into their image (WindowOpInterface).
#include "compiler/ir/NN.h"

#include <limits>

using namespace mlir;

namespace barecc::nn {
namespace {

bool isUnpadded(ArrayRef<int64_t> padding)
{
    return llvm::all_of(padding, [](int64_t side) { return side == 0; });
}

template <typename Op> bool addPadding(Op op, ArrayRef<int64_t> sides)
{
    SmallVector<int64_t> padding(op.getPadding());
    for (auto [total, side] : llvm::zip(padding, sides))
        total += side;
    op.setPadding(padding);
    return true;
}

/// Whether every window has a pixel of the image in it, if these sides are padding.
bool everyWindowMeetsImage(MaxPool2DOp op, ArrayRef<int64_t> sides)
{
    const ArrayRef<int64_t> kernel = op.getKernel(), dilations = op.getDilations();
    return dilations[0] == 1 && dilations[1] == 1 && std::max(sides[0], sides[2]) < kernel[0] &&
           std::max(sides[1], sides[3]) < kernel[1] && isUnpadded(op.getPadding());
}

} // namespace

bool Conv2DOp::absorbPadding(ArrayRef<int64_t> sides, double value, bool)
{
    return value == 0.0 && addPadding(*this, sides);
}

bool DepthwiseConv2DOp::absorbPadding(ArrayRef<int64_t> sides, double value, bool)
{
    return value == 0.0 && addPadding(*this, sides);
}

/// Padding never wins a maximum. What was written into the image does not either if it is the lowest value; or if it is
/// 0, nothing in the image is below, and every window has at least one pixel of the image.
bool MaxPool2DOp::absorbPadding(ArrayRef<int64_t> sides, double value, bool isNonNegative)
{
    const bool loses = value <= -double(std::numeric_limits<float>::max()) ||
                       (value == 0.0 && isNonNegative && everyWindowMeetsImage(*this, sides));
    return loses && addPadding(*this, sides);
}

/// A mean that divides by all taps does so too when some of them become padding, if padding counts.
bool AvgPool2DOp::absorbPadding(ArrayRef<int64_t> sides, double value, bool)
{
    if (value != 0.0 || !(getCountPadding() || isUnpadded(getPadding())))
        return false;
    setCountPadding(true);
    return addPadding(*this, sides);
}

} // namespace barecc::nn
