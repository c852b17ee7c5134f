// Operators that draw random numbers. The standard does not say which numbers, so they are refused, and dropout
// compiles where it draws none.
#include "compiler/import/onnx/Node.h"

using namespace mlir;

namespace barecc::onnx_import {

static LogicalResult refuseRandomness(Node &node)
{
    if (!node.attribute("seed"))
        return node.error("randomness without a seed");
    return node.error("random numbers are not defined by the standard");
}

static Outputs importRandom(Node &node) { return refuseRandomness(node); }

/// All elements pass, and the mask says so.
static Outputs passAll(Node &node)
{
    Value output = node.moved(0, node.movable(0));
    if (!node.wantsOutput(1))
        return {{output}};
    const Type maskElement = node.opset >= 10 ? node.g.b.getI1Type() : node.element(0);
    return {{output, node.g.splat(node.type(0).clone(maskElement), 1)}};
}

/// Up to opset 11 models describe inference, where all elements pass.
static Outputs importDropout(Node &node)
{
    if (node.opset < 12 || !node.hasInput(2))
        return passAll(node);
    FailureOr<double> training = node.constantNumber(2, "training_mode", 0);
    if (failed(training))
        return failure();
    if (*training == 0)
        return passAll(node);
    FailureOr<double> ratio = node.constantNumber(1, "ratio", 0.5);
    if (failed(ratio))
        return failure();
    return *ratio == 0 ? passAll(node) : Outputs(refuseRandomness(node));
}

llvm::ArrayRef<Entry> randomOperators()
{
    static const Entry table[] = {
        {"", "Dropout", 1, importDropout, floatTypes},     {"", "Bernoulli", 15, importRandom, "", 0},
        {"", "Multinomial", 7, importRandom, "", 0},       {"", "RandomNormal", 1, importRandom, "", 0},
        {"", "RandomNormalLike", 1, importRandom, "", 0},  {"", "RandomUniform", 1, importRandom, "", 0},
        {"", "RandomUniformLike", 1, importRandom, "", 0},
    };
    return table;
}

} // namespace barecc::onnx_import
