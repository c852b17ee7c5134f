// What the function of an ONNX operator sees: the node, its inputs as values, and the builder.
#pragma once

#include "compiler/import/Import.h"
#include "compiler/import/onnx/Tensor.h"
#include "compiler/ir/GraphBuilder.h"

#include <onnx/onnx_pb.h>

namespace barecc::onnx_import {

/// The numbers of a tensor; those of a quantised one are its plain integers, which are derived on the first call.
mlir::Value plainNumbers(GraphBuilder &g, Tensor &tensor);

/// What operators need of the importer itself.
class NodeContext {
public:
    virtual ~NodeContext() = default;
    /// Builds the nodes of a subgraph here, in the scope of the node that has it, and gives its outputs.
    virtual mlir::FailureOr<llvm::SmallVector<Tensor>> inlineGraph(const onnx::GraphProto &graph,
                                                                   llvm::ArrayRef<Tensor> arguments) = 0;
    /// The same where the graph may turn out not to fit the shapes it is given: then it says why instead of reporting
    /// an error. Operators that barecc does not have are reported all the same.
    virtual mlir::FailureOr<llvm::SmallVector<Tensor>>
    tryInlineGraph(const onnx::GraphProto &graph, llvm::ArrayRef<Tensor> arguments, std::string &problem) = 0;
    virtual ExternalFiles &externalFiles() = 0;
    /// Remembers inputs of the model whose values have to be known at compile time.
    virtual void needInputs(const std::vector<std::string> &names) = 0;
    /// Whether a tensor of the present graph is read, or given by it.
    virtual bool isNeeded(llvm::StringRef name) const = 0;
    /// The shape that the model declares for a tensor of the present graph; nothing where it declares none, or leaves
    /// an extent open.
    virtual std::optional<llvm::SmallVector<int64_t>> declaredShape(llvm::StringRef name) const = 0;
};

class Node {
public:
    /// `inputs` are null where the node leaves an optional input away.
    Node(const onnx::NodeProto &proto, int opset, GraphBuilder &graph, llvm::SmallVector<Tensor *> inputs,
         NodeContext &context)
        : g(graph), proto(proto), opset(opset), context(context), operands(std::move(inputs))
    {
    }

    GraphBuilder &g;
    const onnx::NodeProto &proto;
    const int opset; // of the node's domain
    NodeContext &context;

    // ---- Inputs
    /// Numbers of input i, or a null value where it is absent. Quantised inputs are given as their plain integers.
    mlir::Value input(unsigned i) const;
    unsigned inputCount() const { return operands.size(); }
    bool hasInput(unsigned i) const { return i < operands.size() && operands[i]; }
    /// Whether the node names output i and something reads it.
    bool wantsOutput(unsigned i) const
    {
        return int(i) < proto.output_size() && context.isNeeded(proto.output(int(i)));
    }
    /// The shape that the model itself declares for output i, where it does: the only one known where the shape follows
    /// from numbers that the model computes.
    std::optional<llvm::SmallVector<int64_t>> declaredShape(unsigned i) const;
    /// The element type of input i as ONNX has it: uint8 is ui8, where `input` and `element` have i8. Null where it is
    /// absent.
    mlir::Type onnxElement(unsigned i) const { return hasInput(i) ? operands[i]->element : mlir::Type(); }
    bool isUnsigned(unsigned i) const
    {
        const mlir::Type element = onnxElement(i);
        return element && element.isUnsignedInteger();
    }
    /// Input i with its !quant.uniform element type (signed storage: unsigned integers - 128), or null where it is
    /// no product of a quantising node. An operator makes such a tensor by giving an output of a quantised type: the
    /// importer derives the plain integers when asked for them.
    mlir::Value quantizedInput(unsigned i) const { return hasInput(i) ? operands[i]->quantized : mlir::Value(); }
    /// Input i as operators handle it that only move elements: of a per-tensor quantised input its stored integers,
    /// else the numbers. What is made of it goes back through `moved`.
    mlir::Value movable(unsigned i) const;
    mlir::Value moved(unsigned i, mlir::Value result);

    mlir::RankedTensorType type(unsigned i) const { return GraphBuilder::typeOf(input(i)); }
    llvm::ArrayRef<int64_t> shape(unsigned i) const { return type(i).getShape(); }
    int64_t rank(unsigned i) const { return type(i).getRank(); }
    mlir::Type element(unsigned i) const { return type(i).getElementType(); }

    // ---- Sizes that are only known at run time; see Extents.h
    /// The computed size of a dimension of input i, a tensor<i64>, or null where it is the type's.
    mlir::Value extent(unsigned i, int64_t dim) const;
    bool hasExtents(unsigned i) const { return hasInput(i) && !operands[i]->extents.empty(); }
    /// Whether input i is no tensor but a sequence, or an empty optional.
    bool hasSequence(unsigned i) const
    {
        return hasInput(i) && (operands[i]->sequence || operands[i]->isEmptyOptional);
    }
    /// Input i with all that is known of it.
    Tensor &tensor(unsigned i) const { return *operands[i]; }

    // ---- Outputs
    /// Output i has this ONNX element type, which the operator chooses. Integers of an output for which it does not say
    /// so have the sign of the first input that holds integers of that width.
    void setElement(unsigned output, mlir::Type element) { outputElements[output] = element; }
    /// Dimension `dim` of output i has this size at run time, a tensor<i64> of at most the type's extent.
    void setExtent(unsigned output, int64_t dim, mlir::Value size) { outputExtents[{output, dim}] = size; }
    /// Output i is this tensor: in place of a value among the outputs, which may be null.
    void setTensor(unsigned output, Tensor tensor) { outputTensors[output] = std::move(tensor); }

    // ---- Attributes, with their default
    const onnx::AttributeProto *attribute(llvm::StringRef name) const;
    int64_t integer(llvm::StringRef name, int64_t otherwise) const;
    double number(llvm::StringRef name, double otherwise) const;
    std::string text(llvm::StringRef name, llvm::StringRef otherwise) const;
    std::optional<llvm::SmallVector<int64_t>> integers(llvm::StringRef name) const;
    std::optional<llvm::SmallVector<double>> numbers(llvm::StringRef name) const;

    /// Values of an input that has to be known at compile time (axes, shapes, pads); an error otherwise.
    mlir::FailureOr<llvm::SmallVector<int64_t>> constantIntegers(unsigned i, llvm::StringRef what) const;
    /// Attribute in old opsets, input in new ones; nothing where neither is there.
    mlir::FailureOr<std::optional<llvm::SmallVector<int64_t>>> integersOrInput(llvm::StringRef name, unsigned i) const;
    /// The one integer of an input that has to be known at compile time; `otherwise` where it is absent.
    mlir::FailureOr<int64_t> constantInteger(unsigned i, llvm::StringRef what, int64_t otherwise) const;
    /// The same for a number of any type.
    mlir::FailureOr<double> constantNumber(unsigned i, llvm::StringRef what, double otherwise) const;

    /// Reports that input i (`what`) has to be known at compile time and is not.
    mlir::LogicalResult unknown(unsigned i, const llvm::Twine &what) const;

    // ---- Checks, each with its error
    /// An axis in [-rank, rank) as one in [0, rank); an error outside.
    mlir::FailureOr<int64_t> axis(int64_t value, int64_t rank) const;
    /// The same for a list, which may not name an axis twice.
    mlir::FailureOr<llvm::SmallVector<int64_t>> axes(llvm::ArrayRef<int64_t> values, int64_t rank) const;
    /// Whether a result of this shape can be: extents not negative, size in reason.
    mlir::LogicalResult checkShape(llvm::ArrayRef<int64_t> shape) const;
    /// The common shape of all these inputs, as numpy broadcasts them.
    mlir::FailureOr<llvm::SmallVector<int64_t>> broadcast(llvm::ArrayRef<mlir::Value> inputs) const;
    /// Whether two inputs have the same element type and sign.
    mlir::LogicalResult checkSameType(unsigned i, unsigned j) const;
    /// Whether input i has this rank.
    mlir::LogicalResult checkRank(unsigned i, int64_t rank) const;

    /// Reports "message; advice" for this node and gives failure.
    mlir::LogicalResult error(const llvm::Twine &message) const;

    /// Output i, whose value the operator's function gave, with all that was set for it.
    Tensor output(unsigned i, mlir::Value value) const;

private:
    mlir::Type outputElement(unsigned i, mlir::Type stored) const;

    llvm::SmallVector<Tensor *> operands;
    std::map<unsigned, mlir::Type> outputElements;
    std::map<std::pair<unsigned, int64_t>, mlir::Value> outputExtents; // by output and dimension
    std::map<unsigned, Tensor> outputTensors;
};

/// The outputs of a node, in order; trailing ones that the node does not name may be left away.
using Outputs = mlir::FailureOr<llvm::SmallVector<mlir::Value>>;
using ImportFunction = Outputs (*)(Node &node);

/// What an operator makes of inputs whose size is computed at run time (Extents.h).
enum class ComputedSizes {
    Refused,     // nothing: the importer reports them
    Elementwise, // works element by element: the importer gives the outputs the sizes of the inputs
    Handled,     // its function does what is needed, or reports what it cannot do
};

/// One operator. The newest entry with `since` <= the model's opset is taken.
struct Entry {
    const char *domain, *name;
    int since;
    ImportFunction import;
    /// Element types of the first input (of the first output, where there is none), in the standard's words:
    /// "float16, float, int8". The importer refuses a first input of any other type; empty: checked by the operator.
    const char *types;
    /// So many inputs at least have to be there; the importer checks it.
    unsigned required = 1;
    /// All operators of elementwiseOperators and unaryOperators are Elementwise without saying so.
    ComputedSizes computedSizes = ComputedSizes::Refused;
    /// Whether inputs may be sequences and optionals; the importer refuses them else.
    bool takesSequences = false;
};

// Lists of types that many entries share.
inline constexpr const char floatTypes[] = "bfloat16, float16, float, double";
inline constexpr const char integerTypes[] = "int8, int16, int32, int64, uint8, uint16, uint32, uint64";
inline constexpr const char signedTypes[] = "bfloat16, float16, float, double, int8, int16, int32, int64";
inline constexpr const char numberTypes[] =
    "bfloat16, float16, float, double, int8, int16, int32, int64, uint8, uint16, uint32, uint64";
inline constexpr const char allTypes[] =
    "bfloat16, float16, float, double, int8, int16, int32, int64, uint8, uint16, uint32, uint64, bool, "
    "float8e4m3fn, float8e4m3fnuz, float8e5m2, float8e5m2fnuz, float8e8m0, float4e2m1, int4, uint4, int2, uint2";

/// What the entry says, or the family that it belongs to.
ComputedSizes computedSizesOf(const Entry &entry);

/// The operator that a node of this domain and type has at an opset, or null.
const Entry *findOperator(llvm::StringRef domain, llvm::StringRef name, int opset);

// One table a family, each in the file of that name.
llvm::ArrayRef<Entry> elementwiseOperators();   // Elementwise.cpp: arithmetic, comparison, logic, choice
llvm::ArrayRef<Entry> castOperators();          // Cast.cpp: casts, of numbers and of bits
llvm::ArrayRef<Entry> unaryOperators();         // Unary.cpp: functions of one number, activations, tests, clip
llvm::ArrayRef<Entry> shapeOperators();         // Shape.cpp: reshape, transpose, slice, concat, pad, tile
llvm::ArrayRef<Entry> indexOperators();         // Index.cpp: gather, scatter, compress, one-hot, triangles
llvm::ArrayRef<Entry> reductionOperators();     // Reduction.cpp: reduce*, arg*, running sums and products
llvm::ArrayRef<Entry> constantOperators();      // Constant.cpp: constant, constant of shape, range, shape, size
llvm::ArrayRef<Entry> controlOperators();       // Control.cpp: if, loop, scan
llvm::ArrayRef<Entry> convolutionOperators();   // Convolution.cpp: conv, transposed and deformable conv, pooling
llvm::ArrayRef<Entry> matrixOperators();        // Matrix.cpp: gemm, matmul, einsum, determinants
llvm::ArrayRef<Entry> normalizationOperators(); // Normalization.cpp: batch, instance, layer, group, RMS, LRN, softmax
llvm::ArrayRef<Entry> resizeOperators();        // Resize.cpp: resize, upsample
llvm::ArrayRef<Entry> samplingOperators();      // GridSample.cpp: grid sample, affine grid, regions of interest
llvm::ArrayRef<Entry> attentionOperators();    // Attention.cpp: attention, linear too, rotary embedding, tensor scatter
llvm::ArrayRef<Entry> recurrentOperators();    // Recurrent.cpp: LSTM, GRU, RNN
llvm::ArrayRef<Entry> lossOperators();         // Loss.cpp: losses over classes
llvm::ArrayRef<Entry> randomOperators();       // Random.cpp: dropout, random numbers
llvm::ArrayRef<Entry> searchOperators();       // Search.cpp: the k largest, the different ones, boxes to keep
llvm::ArrayRef<Entry> signalOperators();       // Signal.cpp: Fourier transforms, windows, mel weights
llvm::ArrayRef<Entry> textOperators();         // Text.cpp: n-grams
llvm::ArrayRef<Entry> trainingOperators();     // Training.cpp: steps of optimisers
llvm::ArrayRef<Entry> quantizationOperators(); // Quantization.cpp: Q/DQ, QLinear*, *Integer
llvm::ArrayRef<Entry> transformerOperators();  // MicrosoftAttention.cpp: com.microsoft's attention, rotary embedding
llvm::ArrayRef<Entry> microsoftOperators();    // Microsoft.cpp: what of com.microsoft no other family has
llvm::ArrayRef<Entry> treeOperators();         // Trees.cpp: ai.onnx.ml tree ensembles
llvm::ArrayRef<Entry> linearModelOperators();  // LinearModels.cpp: ai.onnx.ml linear models and SVMs
llvm::ArrayRef<Entry> featureOperators();      // Features.cpp: ai.onnx.ml scalers, encoders, imputers
llvm::ArrayRef<Entry> fewBitsOperators();      // BlockQuantized.cpp: com.microsoft's weights of a few bits
llvm::ArrayRef<Entry> sequenceOperators();     // Sequence.cpp: sequences and optionals

} // namespace barecc::onnx_import
