// What the function of a TFLite operator sees: the operator, its inputs as values, and the builder.
#pragma once

#include "compiler/import/tflite/Moves.h"
#include "compiler/import/tflite/Scalar.h"
#include "compiler/import/tflite/Tensor.h"

namespace barecc::tflite_import {

class GraphImporter;

class Node {
public:
    Node(const tflite::Operator &source, GraphImporter &importer, llvm::SmallVector<mlir::Value> inputs,
         llvm::SmallVector<const Tensor *> inputTensors, llvm::SmallVector<const Tensor *> outputTensors);

    GraphImporter &importer;
    GraphBuilder &g;
    const tflite::Operator &source;

    // ---- Inputs: those that the operator's entry asks for are there, later ones may be null
    unsigned inputCount() const { return operands.size(); }
    mlir::Value input(unsigned i) const { return i < operands.size() ? operands[i] : mlir::Value(); }
    const Tensor &inputTensor(unsigned i) const { return *inputTensors[i]; }
    /// Input i with integers in place of a quantised element type.
    mlir::Value storage(unsigned i) const { return g.storage(operands[i]); }
    llvm::ArrayRef<int64_t> shape(unsigned i) const { return g.shapeOf(operands[i]); }
    int64_t rank(unsigned i) const { return int64_t(shape(i).size()); }
    /// The element type of `storage(i)`.
    mlir::Type element(unsigned i) const { return storageElement(g.elementOf(operands[i])); }
    mlir::quant::QuantizedType quantization(unsigned i) const { return barecc::quantization(operands[i].getType()); }
    /// Whether input i holds plain unsigned integers.
    bool isUnsigned(unsigned i) const
    {
        return callersElementType(g.b.getContext(), *inputTensors[i]).isUnsignedInteger();
    }
    bool isFloat(unsigned i) const { return llvm::isa<mlir::FloatType>(element(i)); }
    /// Scale and zero point of a per-tensor quantised input.
    float scale(unsigned i) const { return inputTensors[i]->scales.front(); }
    int64_t zeroPoint(unsigned i) const { return inputTensors[i]->zeroPoints.front(); }

    // ---- Outputs
    unsigned outputCount() const { return outputTensors.size(); }
    const Tensor &outputTensor(unsigned i = 0) const { return *outputTensors[i]; }
    /// The element type that the file says output i has.
    mlir::Type outputElement(unsigned i = 0) const { return elementType(g.b.getContext(), *outputTensors[i]); }
    float outputScale() const { return outputTensors[0]->scales.front(); }
    int64_t outputZeroPoint() const { return outputTensors[0]->zeroPoints.front(); }

    /// Tensors that are neither inputs nor outputs but say how steps between are quantised; null where there is none.
    const Tensor *intermediate(unsigned i) const;

    // ---- Scales that the file does not give, which TFLite takes for 0, and so every number for 0
    /// Input i and output 0 are of one type of 8 or 16 bits, and one of them has no scale or both have none.
    bool lacksScale(unsigned i) const;
    /// The integers that stand for 0 in output 0.
    mlir::Value outputZeros(llvm::ArrayRef<int64_t> shape) const;

    // ---- State
    /// Input i is a state tensor; this is its new value.
    mlir::LogicalResult update(unsigned i, mlir::Value value) const;

    static mlir::Type storageElement(mlir::Type element)
    {
        auto quantized = llvm::dyn_cast<mlir::quant::QuantizedType>(element);
        return quantized ? quantized.getStorageType() : element;
    }

    // ---- Options
    /// Null where the file has none or those of another operator.
    template <typename T> const T *optionsOrNull() const { return source.builtin_options_as<T>(); }
    template <typename T> mlir::FailureOr<const T *> options() const
    {
        if (const T *found = source.builtin_options_as<T>())
            return found;
        return mlir::LogicalResult(error("has no options; the file is damaged"));
    }

    // ---- Checks; each reports and fails
    mlir::LogicalResult error(const llvm::Twine &message) const;
    /// Input i (`what`) has to be known at compile time and is not.
    mlir::LogicalResult unknown(unsigned i, llvm::StringRef what) const;
    /// Values of an input that has to be known at compile time (axes, shapes, amounts of padding).
    mlir::FailureOr<llvm::SmallVector<int64_t>> constantIntegers(unsigned i, llvm::StringRef what) const;
    /// The same for one value.
    mlir::FailureOr<int64_t> constantInteger(unsigned i, llvm::StringRef what) const;
    /// The one element of an input that has to be known at compile time: an IntegerAttr or FloatAttr.
    mlir::FailureOr<mlir::TypedAttr> constantElement(unsigned i, llvm::StringRef what) const;
    /// An axis in [-rank, rank) as one in [0, rank).
    mlir::FailureOr<int64_t> axis(int64_t value, int64_t rank) const;
    /// Axes without repetition, in order.
    mlir::FailureOr<llvm::SmallVector<int64_t>> axes(llvm::ArrayRef<int64_t> values, int64_t rank) const;
    mlir::LogicalResult requireRank(unsigned i, int64_t rank) const;
    /// Elements of input i are plain integers.
    mlir::LogicalResult requireIndices(unsigned i) const;
    /// Elements of input i are float32.
    mlir::LogicalResult requireFloat(unsigned i = 0) const;
    /// Input i (output i) is quantised with one scale for all of it.
    mlir::LogicalResult requirePerTensor(unsigned i) const;
    mlir::LogicalResult requireQuantizedOutput(unsigned i = 0) const;
    /// Output 0 has no scale, as the inputs have none.
    mlir::LogicalResult requirePlainOutput() const;
    /// A result of this shape is not too large to be meant.
    mlir::LogicalResult requireSize(llvm::ArrayRef<int64_t> shape) const;
    /// Fails with "... type X; ..." for an element type that the operator is not implemented for.
    mlir::LogicalResult unsupportedType(unsigned i = 0) const;

    // ---- Shorthands
    /// Constant padding of no negative amounts; checked.
    mlir::FailureOr<mlir::Value> padded(mlir::Value value, llvm::ArrayRef<int64_t> low, llvm::ArrayRef<int64_t> high,
                                        mlir::TypedAttr with) const;
    /// One element from one of each value, broadcast; checked.
    mlir::FailureOr<mlir::Value> elementwise(mlir::ValueRange values, mlir::Type element,
                                             llvm::function_ref<mlir::Value(Scalar, mlir::ValueRange)> body) const;
    /// The same where shapes are known to agree.
    mlir::Value map(mlir::ValueRange values, mlir::Type element,
                    llvm::function_ref<mlir::Value(Scalar, mlir::ValueRange)> body) const;

private:
    llvm::SmallVector<mlir::Value> operands;
    llvm::SmallVector<const Tensor *> inputTensors, outputTensors;
};

/// The outputs of an operator, in order. A quantised output may be given as its integers.
using Outputs = mlir::FailureOr<llvm::SmallVector<mlir::Value>>;
using ImportFunction = Outputs (*)(Node &node);

inline Outputs one(mlir::Value value) { return llvm::SmallVector<mlir::Value>{value}; }
inline Outputs one(mlir::FailureOr<mlir::Value> value)
{
    if (failed(value))
        return mlir::failure();
    return one(*value);
}

/// One operator: what imports it, how many inputs it has to have (later ones are optional), the types it takes, and
/// what integers it moves.
struct Entry {
    tflite::BuiltinOperator op;
    ImportFunction import;
    unsigned inputs;
    const char *types;
    Moves moves = {};
    unsigned outputs = 1;             // how many it has to have at least
    const char *customName = nullptr; // in files, of a CUSTOM operator
};

// One table a family, each in the file of that name.
llvm::ArrayRef<Entry> activationOperators();    // Activation.cpp: relu and its kin, tanh, logistic, hard swish
llvm::ArrayRef<Entry> arithmeticOperators();    // Arithmetic.cpp: functions of two or more elements
llvm::ArrayRef<Entry> constantOperators();      // Constant.cpp: shape, rank, range, fill, one hot, where
llvm::ArrayRef<Entry> controlOperators();       // Control.cpp: loops and branches
llvm::ArrayRef<Entry> convolutionOperators();   // Convolution.cpp
llvm::ArrayRef<Entry> detectionOperators();     // Detection.cpp: what object detectors end in
llvm::ArrayRef<Entry> indexOperators();         // Index.cpp: gather, embedding lookup, top k, reverse
llvm::ArrayRef<Entry> logicOperators();         // Logic.cpp: comparisons, booleans, select
llvm::ArrayRef<Entry> lstmOperators();          // Lstm.cpp
llvm::ArrayRef<Entry> matrixOperators();        // Matrix.cpp: fully connected, batch matmul
llvm::ArrayRef<Entry> mediaPipeOperators();     // MediaPipe.cpp: its custom operators
llvm::ArrayRef<Entry> normalizationOperators(); // Normalization.cpp: softmax, L2, local response
llvm::ArrayRef<Entry> poolingOperators();       // Pooling.cpp
llvm::ArrayRef<Entry> quantizationOperators();  // Quantization.cpp: quantize, dequantize, cast, fake quant
llvm::ArrayRef<Entry> reductionOperators();     // Reduction.cpp: mean, sum, arg max, cumulative sum
llvm::ArrayRef<Entry> resizeOperators();        // Resize.cpp
llvm::ArrayRef<Entry> scatterOperators();       // Scatter.cpp: scatters, segments, slices that are overwritten
llvm::ArrayRef<Entry> shapeOperators();         // Shape.cpp: reshape, transpose, pad, tile, broadcast
llvm::ArrayRef<Entry> sliceOperators();         // Slice.cpp: slice, strided slice, split, concatenation, pack
llvm::ArrayRef<Entry> spaceOperators();         // Space.cpp: space to depth and to batch, and back
llvm::ArrayRef<Entry> spectrumOperators();      // Spectrum.cpp: real Fourier transform, complex magnitude
llvm::ArrayRef<Entry> rnnOperators();           // Rnn.cpp
llvm::ArrayRef<Entry> svdfOperators();          // Svdf.cpp
llvm::ArrayRef<Entry> variableOperators();      // Variable.cpp: resource variables
llvm::ArrayRef<Entry> unaryOperators();         // Unary.cpp: functions of one element

/// Why an operator that no table has cannot be compiled (Refused.cpp); empty where it only is not implemented.
llvm::StringRef refusal(tflite::BuiltinOperator op);

/// The interval of a fused activation in real numbers; unbounded sides are empty.
struct Interval {
    std::optional<float> low, high;
};
/// Fails for activations that are no clamp.
mlir::FailureOr<Interval> activationInterval(const Node &node, tflite::ActivationFunctionType activation);
/// A floating-point (or plain integer) value clamped to the activation's interval.
mlir::FailureOr<mlir::Value> applyActivation(const Node &node, mlir::Value value,
                                             tflite::ActivationFunctionType activation);
/// The integers that a clamp leaves of the node's quantised output.
mlir::FailureOr<IntegerRange> activationRange(const Node &node, tflite::ActivationFunctionType activation);

/// Clamps an i32 that the output's zero point was added to, as the output's storage type.
mlir::Value narrowTo(const Scalar &s, mlir::Value value, IntegerRange range, mlir::Type storage);

} // namespace barecc::tflite_import
