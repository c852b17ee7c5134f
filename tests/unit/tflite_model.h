// Little TFLite models, built in memory for tests of the importer.
#pragma once

#include "compiler/import/Import.h"
#include "compiler/import/tflite/schema_generated.h"
#include "compiler/ir/Constants.h"
#include "compiler/ir/NN.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/Diagnostics.h"

#include <gtest/gtest.h>

namespace barecc::tflite_test {

/// Scale and zero point, or lists of them along a dimension.
struct Quantization {
    std::vector<float> scales;
    std::vector<int64_t> zeroPoints;
    int dimension = 0;
};

class ModelBuilder {
public:
    flatbuffers::FlatBufferBuilder fbb;

    ModelBuilder() { addBuffer({}); }

    /// A tensor without data; returns its index.
    int tensor(tflite::TensorType type, std::vector<int32_t> shape, const Quantization &quantization = {},
               uint32_t buffer = 0, flatbuffers::Offset<tflite::SparsityParameters> sparsity = 0)
    {
        flatbuffers::Offset<tflite::QuantizationParameters> parameters;
        if (!quantization.scales.empty()) {
            const auto scales = fbb.CreateVector(quantization.scales);
            const auto zeroPoints = fbb.CreateVector(quantization.zeroPoints);
            parameters = tflite::CreateQuantizationParameters(
                fbb, 0, 0, scales, zeroPoints, tflite::QuantizationDetails_NONE, 0, quantization.dimension);
        }
        const auto name = fbb.CreateString("t" + std::to_string(tensors.size()));
        const auto dims = fbb.CreateVector(shape);
        tensors.push_back(tflite::CreateTensor(fbb, dims, type, buffer, name, parameters, isVariable, sparsity));
        return int(tensors.size()) - 1;
    }
    /// A tensor that an operator updates in place.
    int variable(tflite::TensorType type, std::vector<int32_t> shape, const Quantization &quantization = {})
    {
        isVariable = true;
        const int index = tensor(type, std::move(shape), quantization);
        isVariable = false;
        return index;
    }

    /// A constant of T's own TFLite type, or of `type`.
    template <typename T>
    int constant(tflite::TensorType type, std::vector<int32_t> shape, const std::vector<T> &values,
                 const Quantization &quantization = {}, flatbuffers::Offset<tflite::SparsityParameters> sparsity = 0)
    {
        const auto *bytes = reinterpret_cast<const uint8_t *>(values.data());
        const uint32_t buffer = addBuffer({bytes, bytes + values.size() * sizeof(T)});
        return tensor(type, std::move(shape), quantization, buffer, sparsity);
    }
    int floats(std::vector<int32_t> shape, const std::vector<float> &values)
    {
        return constant(tflite::TensorType_FLOAT32, std::move(shape), values);
    }
    int ints(std::vector<int32_t> shape, const std::vector<int32_t> &values)
    {
        return constant(tflite::TensorType_INT32, std::move(shape), values);
    }
    int ints(const std::vector<int32_t> &values) { return ints({int32_t(values.size())}, values); }

    void op(tflite::BuiltinOperator code, std::vector<int32_t> inputs, std::vector<int32_t> outputs,
            tflite::BuiltinOptions type = tflite::BuiltinOptions_NONE, flatbuffers::Offset<void> options = 0,
            const char *customName = nullptr, const std::vector<uint8_t> &customOptions = {},
            const std::vector<int32_t> &intermediates = {})
    {
        const auto custom = customName ? fbb.CreateString(customName) : flatbuffers::Offset<flatbuffers::String>();
        const auto byte = int8_t(std::min<int>(code, 127));
        codes.push_back(tflite::CreateOperatorCode(fbb, byte, custom, 1, code));
        const auto in = fbb.CreateVector(inputs), out = fbb.CreateVector(outputs);
        const auto flexible = fbb.CreateVector(customOptions);
        const auto between = fbb.CreateVector(intermediates);
        ops.push_back(tflite::CreateOperator(fbb, uint32_t(codes.size() - 1), in, out, type, options, flexible,
                                             tflite::CustomOptionsFormat_FLEXBUFFERS, 0, between));
    }

    /// An operator with options of the second union.
    void op(tflite::BuiltinOperator code, std::vector<int32_t> inputs, std::vector<int32_t> outputs,
            flatbuffers::Offset<tflite::StableHLOCompositeOptions> options)
    {
        codes.push_back(tflite::CreateOperatorCode(fbb, 127, 0, 1, code));
        const auto in = fbb.CreateVector(inputs), out = fbb.CreateVector(outputs);
        tflite::OperatorBuilder source(fbb);
        source.add_opcode_index(uint32_t(codes.size() - 1));
        source.add_inputs(in);
        source.add_outputs(out);
        source.add_builtin_options_2_type(tflite::BuiltinOptions2_StableHLOCompositeOptions);
        source.add_builtin_options_2(options.Union());
        ops.push_back(source.Finish());
    }

    /// A name by which subgraph `subgraph` can be called.
    void signature(const std::string &name, uint32_t subgraph)
    {
        const auto key = fbb.CreateString(name);
        tflite::SignatureDefBuilder source(fbb);
        source.add_signature_key(key);
        source.add_subgraph_index(subgraph);
        signatures.push_back(source.Finish());
    }

    /// Ends a subgraph; the first one is the model.
    void endSubgraph(std::vector<int32_t> inputs, std::vector<int32_t> outputs)
    {
        graphs.push_back(tflite::CreateSubGraph(fbb, fbb.CreateVector(tensors), fbb.CreateVector(inputs),
                                                fbb.CreateVector(outputs), fbb.CreateVector(ops)));
        tensors.clear();
        ops.clear();
    }

    /// Ends the last subgraph and the model.
    std::string finish(std::vector<int32_t> inputs, std::vector<int32_t> outputs)
    {
        endSubgraph(std::move(inputs), std::move(outputs));
        const auto model = tflite::CreateModel(fbb, 3, fbb.CreateVector(codes), fbb.CreateVector(graphs), 0,
                                               fbb.CreateVector(buffers), 0, 0, fbb.CreateVector(signatures));
        tflite::FinishModelBuffer(fbb, model);
        return {reinterpret_cast<const char *>(fbb.GetBufferPointer()), fbb.GetSize()};
    }

    /// A constant whose bytes lie in the file at `offset`, behind the flatbuffer.
    int outside(tflite::TensorType type, std::vector<int32_t> shape, uint64_t offset, uint64_t size)
    {
        buffers.push_back(tflite::CreateBuffer(fbb, 0, offset, size));
        return tensor(type, std::move(shape), {}, uint32_t(buffers.size()) - 1);
    }

private:
    uint32_t addBuffer(const std::vector<uint8_t> &bytes)
    {
        fbb.ForceVectorAlignment(bytes.size(), 1, 16);
        const auto data = fbb.CreateVector(bytes);
        buffers.push_back(tflite::CreateBuffer(fbb, data));
        return uint32_t(buffers.size()) - 1;
    }

    bool isVariable = false; // of the next tensor
    std::vector<flatbuffers::Offset<tflite::SubGraph>> graphs;
    std::vector<flatbuffers::Offset<tflite::Tensor>> tensors;
    std::vector<flatbuffers::Offset<tflite::Buffer>> buffers;
    std::vector<flatbuffers::Offset<tflite::OperatorCode>> codes;
    std::vector<flatbuffers::Offset<tflite::Operator>> ops;
    std::vector<flatbuffers::Offset<tflite::SignatureDef>> signatures;
};

/// A context, and what the importer reports to it.
class Importing {
public:
    mlir::MLIRContext context;
    std::string messages, warnings;

    Importing()
        : handler(&context, [this](mlir::Diagnostic &diagnostic) {
              (diagnostic.getSeverity() == mlir::DiagnosticSeverity::Error ? messages : warnings) +=
                  sourceNode(diagnostic.getLocation()).type.str() + ": " + diagnostic.str() + "\n";
              return mlir::success();
          })
    {
        context.disableMultithreading();
    }

    ImportedModel import(const std::string &model, const ImportOptions &options = {})
    {
        return importTFLite(llvm::MemoryBuffer::getMemBufferCopy(model, "test.tflite"), options, &context);
    }

    /// The results of a model that has no inputs: everything in it is folded to constants.
    std::vector<std::vector<double>> fold(const std::string &model)
    {
        std::vector<std::vector<double>> results;
        ImportedModel imported = import(model);
        if (!imported.module) {
            ADD_FAILURE() << messages;
            return results;
        }
        auto main = imported.module->lookupSymbol<mlir::func::FuncOp>("main");
        shapes.clear();
        for (mlir::Value value : main.getBody().front().getTerminator()->getOperands()) {
            std::optional<std::vector<double>> numbers = numbersOf(constantOf(value));
            EXPECT_TRUE(numbers) << "a result was not folded";
            results.push_back(numbers.value_or(std::vector<double>()));
            shapes.push_back(llvm::cast<mlir::RankedTensorType>(value.getType()).getShape().vec());
        }
        return results;
    }
    std::vector<std::vector<int64_t>> shapes; // of the results of the last fold

private:
    mlir::ScopedDiagnosticHandler handler;
};

using Numbers = std::vector<double>;

/// One operator with constant inputs and one output of the given type.
struct Single : ModelBuilder, Importing {
    Numbers run(tflite::BuiltinOperator code, std::vector<int32_t> inputs, tflite::TensorType type,
                tflite::BuiltinOptions optionsType = tflite::BuiltinOptions_NONE, flatbuffers::Offset<void> options = 0,
                const Quantization &quantization = {})
    {
        const int output = tensor(type, {}, quantization);
        op(code, std::move(inputs), {output}, optionsType, options);
        auto results = fold(finish({}, {output}));
        return results.size() == 1 ? results[0] : Numbers{};
    }
    std::vector<int64_t> shape() const { return shapes.at(0); }
};

} // namespace barecc::tflite_test
