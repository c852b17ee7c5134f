#include "tests/unit/onnx_model.h"

#include "compiler/import/onnx/DataType.h"
#include "compiler/import/onnx/Tensor.h"
#include "compiler/ir/Boundary.h"
#include "compiler/ir/Constants.h"
#include "compiler/ir/NN.h"

#include "mlir/IR/Diagnostics.h"

#include "llvm/ADT/TypeSwitch.h"

#include <gtest/gtest.h>

#include <cmath>

using namespace mlir;

namespace barecc::test {

onnx::TensorProto tensorProto(const std::string &name, const Array &array)
{
    onnx::TensorProto proto;
    proto.set_name(name);
    proto.set_data_type(array.type);
    for (int64_t extent : array.shape)
        proto.add_dims(extent);
    if (const unsigned perByte = onnx_import::elementsPerByte(array.type); perByte > 1) {
        for (size_t i = 0; i < array.values.size(); i += perByte) {
            int byte = 0;
            for (size_t j = 0; j < perByte && i + j < array.values.size(); ++j)
                byte |= (int(array.values[i + j]) & ((1 << 8 / perByte) - 1)) << j * 8 / perByte;
            proto.add_int32_data(byte);
        }
        return proto;
    }
    for (double value : array.values) {
        switch (array.type) {
        case onnx::TensorProto::FLOAT: proto.add_float_data(float(value)); break;
        case onnx::TensorProto::DOUBLE: proto.add_double_data(value); break;
        case onnx::TensorProto::INT64: proto.add_int64_data(int64_t(value)); break;
        case onnx::TensorProto::UINT32:
        case onnx::TensorProto::UINT64: proto.add_uint64_data(uint64_t(value)); break;
        case onnx::TensorProto::FLOAT16:
        case onnx::TensorProto::BFLOAT16: {
            llvm::APFloat number(value);
            bool inexact;
            number.convert(array.type == onnx::TensorProto::FLOAT16 ? llvm::APFloat::IEEEhalf()
                                                                    : llvm::APFloat::BFloat(),
                           llvm::APFloat::rmNearestTiesToEven, &inexact);
            proto.add_int32_data(int32_t(number.bitcastToAPInt().getZExtValue()));
            break;
        }
        default: proto.add_int32_data(int32_t(value));
        }
    }
    return proto;
}

void addAttribute(onnx::NodeProto &node, const Attribute &attribute)
{
    onnx::AttributeProto &proto = *node.add_attribute();
    proto.set_name(attribute.name);
    if (auto *integer = std::get_if<int64_t>(&attribute.value)) {
        proto.set_type(onnx::AttributeProto::INT);
        proto.set_i(*integer);
    } else if (auto *real = std::get_if<float>(&attribute.value)) {
        proto.set_type(onnx::AttributeProto::FLOAT);
        proto.set_f(*real);
    } else if (auto *text = std::get_if<std::string>(&attribute.value)) {
        proto.set_type(onnx::AttributeProto::STRING);
        proto.set_s(*text);
    } else if (auto *integers = std::get_if<Shape>(&attribute.value)) {
        proto.set_type(onnx::AttributeProto::INTS);
        for (int64_t value : *integers)
            proto.add_ints(value);
    } else if (auto *texts = std::get_if<std::vector<std::string>>(&attribute.value)) {
        proto.set_type(onnx::AttributeProto::STRINGS);
        for (const std::string &value : *texts)
            proto.add_strings(value);
    } else if (auto *reals = std::get_if<std::vector<float>>(&attribute.value)) {
        proto.set_type(onnx::AttributeProto::FLOATS);
        for (float value : *reals)
            proto.add_floats(value);
    } else {
        proto.set_type(onnx::AttributeProto::TENSOR);
        *proto.mutable_t() = tensorProto("", std::get<Array>(attribute.value));
    }
}

onnx::NodeProto &addNode(onnx::GraphProto &graph, const std::string &op, std::vector<std::string> inputs,
                         std::vector<std::string> outputs, std::vector<Attribute> attributes)
{
    onnx::NodeProto &node = *graph.add_node();
    node.set_op_type(op);
    for (const std::string &input : inputs)
        node.add_input(input);
    for (const std::string &output : outputs)
        node.add_output(output);
    for (const Attribute &attribute : attributes)
        addAttribute(node, attribute);
    return node;
}

void addInput(onnx::GraphProto &graph, const std::string &name, int type, Shape shape)
{
    onnx::ValueInfoProto &info = *graph.add_input();
    info.set_name(name);
    info.mutable_type()->mutable_tensor_type()->set_elem_type(type);
    auto *dims = info.mutable_type()->mutable_tensor_type()->mutable_shape();
    for (int64_t extent : shape)
        dims->add_dim()->set_dim_value(extent);
}

void addOutput(onnx::GraphProto &graph, const std::string &name) { graph.add_output()->set_name(name); }

onnx::ModelProto emptyModel(int opset, const std::string &domain)
{
    onnx::ModelProto model;
    model.set_ir_version(8);
    onnx::OperatorSetIdProto &operators = *model.add_opset_import();
    operators.set_domain(domain);
    operators.set_version(opset);
    model.mutable_graph()->set_name("test");
    return model;
}

static int typeOf(Type element, bool isUnsigned)
{
    if (element.isF32())
        return onnx::TensorProto::FLOAT;
    if (element.isF64())
        return onnx::TensorProto::DOUBLE;
    if (element.isF16())
        return onnx::TensorProto::FLOAT16;
    if (element.isBF16())
        return onnx::TensorProto::BFLOAT16;
    if (isa<FloatType>(element))
        return llvm::TypeSwitch<Type, int>(element)
            .Case<Float8E4M3FNType>([](Type) { return 17; })
            .Case<Float8E4M3FNUZType>([](Type) { return 18; })
            .Case<Float8E5M2Type>([](Type) { return 19; })
            .Case<Float8E5M2FNUZType>([](Type) { return 20; })
            .Case<Float4E2M1FNType>([](Type) { return 23; })
            .Case<Float8E8M0FNUType>([](Type) { return 24; })
            .Default([](Type) { return 0; });
    switch (element.getIntOrFloatBitWidth()) {
    case 2: return isUnsigned ? 25 : 26;
    case 4: return isUnsigned ? 21 : 22;
    case 1: return onnx::TensorProto::BOOL;
    case 8: return isUnsigned ? onnx::TensorProto::UINT8 : onnx::TensorProto::INT8;
    case 16: return isUnsigned ? onnx::TensorProto::UINT16 : onnx::TensorProto::INT16;
    case 32: return isUnsigned ? onnx::TensorProto::UINT32 : onnx::TensorProto::INT32;
    default: return isUnsigned ? onnx::TensorProto::UINT64 : onnx::TensorProto::INT64;
    }
}

static std::optional<Array> arrayOf(Value value)
{
    const bool isUnsigned = boundary::isUnsigned(cast<RankedTensorType>(value.getType()).getElementType());
    if (auto cast = value.getDefiningOp<tensor::BitcastOp>())
        value = cast.getSource();
    ElementsAttr constant = constantOf(value);
    if (!constant)
        return std::nullopt;
    Array array{typeOf(constant.getElementType(), isUnsigned), constant.getShapedType().getShape().vec(), {}};
    if (llvm::is_contained(codeTypes, array.type)) {
        ConstantBytes bytes(constant);
        for (uint8_t code : bytes.as<uint8_t>())
            array.values.push_back(code);
        return array;
    }
    array.values = *numbersOf(constant);
    if (isUnsigned)
        for (double &number : array.values)
            if (number < 0)
                number += std::ldexp(1.0, int(constant.getElementType().getIntOrFloatBitWidth()));
    return array;
}

Outcome importBytes(llvm::StringRef bytes, const ImportOptions &given, const std::map<std::string, Array> &constants)
{
    DialectRegistry registry;
    registerDialects(registry);
    MLIRContext context(registry, MLIRContext::Threading::DISABLED);
    context.loadAllAvailableDialects();
    Outcome outcome;
    ScopedDiagnosticHandler handler(&context, [&](Diagnostic &diagnostic) {
        const SourceNode node = sourceNode(diagnostic.getLocation());
        outcome.errors += (node.name + "(" + node.type + "): " + diagnostic.str() + "\n").str();
    });
    ImportOptions options = given;
    onnx_import::ExternalFiles none("", Budget::of(&context));
    for (const auto &[name, array] : constants)
        options.constants[name] = cantFail(onnx_import::readTensor(&context, tensorProto(name, array), none));
    ImportedModel imported = importOnnx(llvm::MemoryBuffer::getMemBufferCopy(bytes), options, &context);
    outcome.neededInputs = imported.neededInputs;
    outcome.wrongOptions = imported.wrongOptions;
    if (!imported.module)
        return outcome;
    outcome.imported = true;
    llvm::raw_string_ostream stream(outcome.ir);
    imported.module->print(stream);
    auto function = imported.module->lookupSymbol<func::FuncOp>("main");
    auto results = cast<func::ReturnOp>(function.front().getTerminator());
    for (Value value : results.getOperands())
        outcome.results.push_back(arrayOf(value));
    return outcome;
}

Outcome import(const onnx::ModelProto &model, const ImportOptions &options,
               const std::map<std::string, Array> &constants)
{
    return importBytes(model.SerializeAsString(), options, constants);
}

Outcome run(const std::string &op, std::vector<std::optional<Array>> inputs, std::vector<Attribute> attributes,
            int opset, int outputs, const std::string &domain)
{
    onnx::ModelProto model = emptyModel(opset, domain);
    onnx::GraphProto &graph = *model.mutable_graph();
    std::vector<std::string> inputNames, outputNames;
    for (size_t i = 0; i < inputs.size(); ++i) {
        inputNames.push_back(inputs[i] ? "x" + std::to_string(i) : "");
        if (inputs[i])
            *graph.add_initializer() = tensorProto(inputNames.back(), *inputs[i]);
    }
    for (int i = 0; i < outputs; ++i) {
        outputNames.push_back("y" + std::to_string(i));
        addOutput(graph, outputNames.back());
    }
    addNode(graph, op, inputNames, outputNames, attributes).set_domain(domain);
    return import(model);
}

void expectResult(const Outcome &outcome, const Array &expected, double tolerance, size_t output)
{
    ASSERT_TRUE(outcome.imported) << outcome.errors;
    ASSERT_LT(output, outcome.results.size());
    ASSERT_TRUE(outcome.results[output]) << "not folded:\n" << outcome.ir;
    const Array &actual = *outcome.results[output];
    EXPECT_EQ(actual.type, expected.type);
    ASSERT_EQ(actual.shape, expected.shape);
    ASSERT_EQ(actual.values.size(), expected.values.size());
    for (size_t i = 0; i < actual.values.size(); ++i) {
        const double a = actual.values[i], e = expected.values[i];
        const bool same =
            std::isnan(e) ? std::isnan(a) : a == e || std::abs(a - e) <= tolerance * std::max(1.0, std::abs(e));
        EXPECT_TRUE(same) << "element " << i << " is " << a << ", should be " << e;
    }
}

void expectError(const Outcome &outcome, const std::string &part)
{
    EXPECT_FALSE(outcome.imported);
    EXPECT_NE(outcome.errors.find(part), std::string::npos) << "errors are: " << outcome.errors;
}

} // namespace barecc::test
