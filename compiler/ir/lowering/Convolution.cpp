// Convolutions as linalg: a contraction over the padded image, then bias, residual, scale and clamp.
#include "compiler/ir/lowering/Sums.h"

using namespace mlir;

namespace barecc::nn {

template <typename Op> static Type sumsOf(Op op) { return sumType(GraphBuilder::typeOf(op.getInput())); }

Value Conv2DOp::lowerToLinalg(OpBuilder &b)
{
    GraphBuilder g(b, getLoc());
    const ArrayRef<int64_t> kernel = GraphBuilder::shapeOf(getFilter()).slice(1, 2);
    Value sums = convolve(g, g.storage(getInput()), g.storage(getFilter()), windowOf(*this, kernel),
                          int64_t(getGroups()), sumsOf(*this), integerForm(getFilter()), integerForm(getInput()));
    return resultOfSums(g, *this, sums);
}

/// A convolution in as many groups as there are input channels.
Value DepthwiseConv2DOp::lowerToLinalg(OpBuilder &b)
{
    GraphBuilder g(b, getLoc());
    const ArrayRef<int64_t> taps = GraphBuilder::shapeOf(getFilter()); // rows, columns, output channels
    Value filter = g.reshape(g.transpose(g.storage(getFilter()), {2, 0, 1}), {taps[2], taps[0], taps[1], 1});
    Value sums = convolve(g, g.storage(getInput()), filter, windowOf(*this, taps.take_front(2)),
                          GraphBuilder::shapeOf(getInput())[3], sumsOf(*this), integerForm(getFilter()),
                          integerForm(getInput()));
    return resultOfSums(g, *this, sums);
}

Value ConvTranspose2DOp::lowerToLinalg(OpBuilder &b)
{
    GraphBuilder g(b, getLoc());
    const ArrayRef<int64_t> kernel = GraphBuilder::shapeOf(getFilter()).slice(1, 2);
    Value sums =
        convolveTransposed(g, g.storage(getInput()), g.storage(getFilter()), windowOf(*this, kernel),
                           int64_t(getGroups()), sumsOf(*this), integerForm(getFilter()), integerForm(getInput()));
    return resultOfSums(g, *this, sums);
}

} // namespace barecc::nn
