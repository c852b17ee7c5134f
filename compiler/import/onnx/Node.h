// What the function of an ONNX operator sees: the node, its inputs as values, and the builder.
#pragma once

#include "compiler/import/Import.h"
#include "compiler/ir/GraphBuilder.h"

#include <onnx/onnx_pb.h>

namespace barecc::onnx_import {

class Node {
public:
    Node(const onnx::NodeProto &proto, int opset, GraphBuilder &graph, llvm::SmallVector<mlir::Value> inputs,
         llvm::SmallVector<bool> inputUnsigned)
        : g(graph), proto(proto), opset(opset), operands(std::move(inputs)), unsignedInputs(std::move(inputUnsigned))
    {
    }

    GraphBuilder &g;
    const onnx::NodeProto &proto;
    const int opset; // of the node's domain

    /// Input i, or a null value where it is absent.
    mlir::Value input(unsigned i) const { return i < operands.size() ? operands[i] : mlir::Value(); }
    unsigned inputCount() const { return operands.size(); }
    bool wantsOutput(unsigned i) const { return int(i) < proto.output_size() && !proto.output(int(i)).empty(); }
    /// Whether the integers of input i are unsigned.
    bool isUnsigned(unsigned i) const { return i < unsignedInputs.size() && unsignedInputs[i]; }

    // ---- Attributes, with their default
    const onnx::AttributeProto *attribute(llvm::StringRef name) const;
    int64_t integer(llvm::StringRef name, int64_t otherwise) const;
    double number(llvm::StringRef name, double otherwise) const;
    std::string text(llvm::StringRef name, llvm::StringRef otherwise) const;
    std::optional<llvm::SmallVector<int64_t>> integers(llvm::StringRef name) const;

    /// Values of an input that has to be known at compile time (axes, shapes, pads); an error otherwise.
    mlir::FailureOr<llvm::SmallVector<int64_t>> constantIntegers(unsigned i, llvm::StringRef what) const;
    /// Attribute in old opsets, input in new ones; nothing where neither is there.
    mlir::FailureOr<std::optional<llvm::SmallVector<int64_t>>> integersOrInput(llvm::StringRef name, unsigned i) const;
    /// An axis in [-rank, rank) as one in [0, rank); an error outside.
    mlir::FailureOr<int64_t> axis(int64_t value, int64_t rank) const;

    /// Reports "message; advice" for this node and gives failure.
    mlir::LogicalResult error(const llvm::Twine &message) const;

    /// Marks output i as unsigned integers.
    void setUnsigned(unsigned i)
    {
        unsignedOutputs.resize(std::max<size_t>(unsignedOutputs.size(), i + 1));
        unsignedOutputs[i] = true;
    }
    llvm::SmallVector<bool> unsignedOutputs;

private:
    llvm::SmallVector<mlir::Value> operands;
    llvm::SmallVector<bool> unsignedInputs;
};

/// The outputs of a node, in order; trailing ones that the node does not name may be left away.
using Outputs = mlir::FailureOr<llvm::SmallVector<mlir::Value>>;
using ImportFunction = Outputs (*)(Node &node);

/// One operator. The newest entry with `since` <= the model's opset is taken.
struct Entry {
    const char *domain, *name;
    int since;
    ImportFunction import;
    const char *types;
};

// One table a family, each in the file of that name.
llvm::ArrayRef<Entry> elementwiseOperators();   // Elementwise.cpp: arithmetic, comparison, logic, activation, cast
llvm::ArrayRef<Entry> shapeOperators();         // Shape.cpp: reshape, transpose, slice, concat, pad, gather, tile
llvm::ArrayRef<Entry> reductionOperators();     // Reduction.cpp: reduce*, arg*, cumsum
llvm::ArrayRef<Entry> constantOperators();      // Constant.cpp: constant, constant of shape, range, shape, size
llvm::ArrayRef<Entry> convolutionOperators();   // Convolution.cpp: conv, transposed conv, pooling
llvm::ArrayRef<Entry> matrixOperators();        // Matrix.cpp: gemm, matmul, einsum
llvm::ArrayRef<Entry> normalizationOperators(); // Normalization.cpp: batch, instance, layer, group, LRN, softmax
llvm::ArrayRef<Entry> resizeOperators();        // Resize.cpp: resize, upsample
llvm::ArrayRef<Entry> recurrentOperators();     // Recurrent.cpp: LSTM, GRU, RNN
llvm::ArrayRef<Entry> quantizationOperators();  // Quantization.cpp: Q/DQ, QLinear*, *Integer

} // namespace barecc::onnx_import
