// Operators that copy, order or average integers as they are stored. TFLite's kernels do not look at the quantisation
// there, so a file may give it to the inputs, to the output, to both or to neither, and the integers stay what they are.
#pragma once

#include "compiler/import/tflite/Tensor.h"
#include "compiler/ir/GraphBuilder.h"

namespace barecc::tflite_import {

/// Which inputs of an operator are moved so, and as what it sees them.
struct Moves {
    enum Form {
        LikeOutput, // with the quantisation of the output, so that padding is its zero point
        Quantized,  // the same; where it has none, of scale 1 and zero point 0: the operator needs some
        Plain       // with none, as the integers of the file: the operator adds to them, or puts zeros beside them
    };
    uint32_t inputs = 0; // a bit each, the first one lowest; the highest bit stands for all behind it too
    Form form = LikeOutput;

    bool takes(size_t input) const { return (inputs >> std::min<size_t>(input, 31)) & 1; }
};

/// The output as an operator of such moves sees it.
Tensor movedAs(const Moves &moves, const Tensor &output);

/// A value with the quantisation of `tensor` in place of its own, of the same integers as the file stores them. `value`
/// has the type of a tensor of the file; it is given back as it is where the two hold other integers, or `tensor` a
/// scale for each channel.
mlir::Value relabelled(GraphBuilder &g, mlir::Value value, const Tensor &tensor);

/// Between unsigned bytes and the module's signed ones, which lie 128 lower.
mlir::Value moveBytes(GraphBuilder &g, mlir::Value integers);

} // namespace barecc::tflite_import
