// Resource variables: handles are their numbers, known at compile time.
#include "compiler/import/tflite/GraphImporter.h"

using namespace mlir;

namespace barecc::tflite_import {

static Outputs varHandle(Node &node)
{
    auto options = node.options<tflite::VarHandleOptions>();
    if (failed(options))
        return failure();
    if (tensorElements(node.outputTensor().shape) != 1)
        return node.error("gives a handle that is not one number; the file is damaged");
    auto text = [](const flatbuffers::String *string) { return string ? string->str() : std::string(); };
    const std::string name = text((*options)->container()) + "/" + text((*options)->shared_name());
    const int64_t number = node.importer.variables.find(name);
    Value handle = node.g.constant({number}, node.g.b.getI32Type());
    return one(node.g.reshape(handle, node.outputTensor().shape));
}

/// The number of the variable that input 0 names.
static FailureOr<int64_t> variableOf(const Node &node)
{
    FailureOr<int64_t> number = node.constantInteger(0, "the variable");
    if (succeeded(number) && !node.importer.variables.exists(*number))
        return node.error("names a variable that there is not; the file is damaged");
    return number;
}

static Outputs readVariable(Node &node)
{
    FailureOr<int64_t> number = variableOf(node);
    if (failed(number))
        return failure();
    Variables &variables = node.importer.variables;
    const Tensor &output = node.outputTensor();
    const auto element = node.outputElement();
    RankedTensorType type = variables.typeOf(*number);
    if (!tensorElements(moduleShape(output)) || (type && type.getElementType() != Node::storageElement(element)))
        return node.error("reads another type than the variable holds, or an open shape; the file is damaged");
    if (!type)
        type = RankedTensorType::get(moduleShape(output), Node::storageElement(element));
    const auto quantized = dyn_cast<quant::UniformQuantizedType>(element);
    return one(variables.read(*number, type, quantized ? quantized.getZeroPoint() : 0));
}

static Outputs assignVariable(Node &node)
{
    FailureOr<int64_t> number = variableOf(node);
    if (failed(number))
        return failure();
    Variables &variables = node.importer.variables;
    Value value = node.storage(1);
    const RankedTensorType type = variables.typeOf(*number);
    if (!variables.isInitialising) {
        if (type && type != value.getType())
            return node.error("assigns another type or shape than the variable has; give all its values one shape");
        if (node.importer.isNested())
            return node.error("assigns a variable inside a loop or a branch; assign it outside");
        variables.assign(*number, value);
        return SmallVector<Value>();
    }
    ElementsAttr constant = barecc::constantOf(value);
    if (!constant)
        return node.error("initialises a variable with a value that is not constant; make it one");
    if (failed(variables.initialise(*number, constant)))
        return node.error("initialises a variable that was read before; the file is damaged");
    return SmallVector<Value>();
}

static Outputs callOnce(Node &node)
{
    auto options = node.options<tflite::CallOnceOptions>();
    if (failed(options) || failed(node.importer.initialise((*options)->init_subgraph_index())))
        return failure();
    return SmallVector<Value>();
}

ArrayRef<Entry> variableOperators()
{
    static const Entry entries[] = {
        {tflite::BuiltinOperator_ASSIGN_VARIABLE, assignVariable, 2, "any", {}, 0},
        {tflite::BuiltinOperator_CALL_ONCE, callOnce, 0, "any", {}, 0},
        {tflite::BuiltinOperator_READ_VARIABLE, readVariable, 1, "any"},
        {tflite::BuiltinOperator_VAR_HANDLE, varHandle, 0, "any"},
    };
    return entries;
}

} // namespace barecc::tflite_import
