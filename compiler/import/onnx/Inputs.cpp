#include "compiler/import/onnx/Inputs.h"

#include "compiler/ir/Boundary.h"

#include "llvm/ADT/StringExtras.h"

using namespace mlir;

namespace barecc::onnx_import {

namespace {

/// Turns the declared inputs of a graph into shapes without open dimensions.
class InputShapes {
public:
    InputShapes(const onnx::GraphProto &graph, const ImportOptions &options, Location loc);

    /// Inputs that a caller gives: those that are no initializers.
    SmallVector<const onnx::ValueInfoProto *> inputs;

    /// Checks the options against the inputs, and takes dimensions over that a given shape fixes.
    LogicalResult takeOptions();
    FailureOr<SmallVector<int64_t>> shapeOf(const onnx::ValueInfoProto &input) const;

private:
    FailureOr<const onnx::ValueInfoProto *> find(StringRef option, StringRef name) const;
    LogicalResult takeShape(const onnx::ValueInfoProto &input, ArrayRef<int64_t> shape, StringRef option);
    LogicalResult takeConstant(const onnx::ValueInfoProto &input, ElementsAttr constant);

    const ImportOptions &options;
    std::map<std::string, std::vector<int64_t>> shapes; // given ones, those of constants included
    std::map<std::string, int64_t> dims;
    Location loc;
};

bool isOpen(const onnx::TensorShapeProto::Dimension &dim)
{
    return !dim.has_dim_value() || dim.dim_value() < 0; // some exporters write -1
}

/// Names for a message; a model may have thousands.
std::string listOf(ArrayRef<std::string> names)
{
    constexpr size_t most = 12;
    return names.empty() ? "none"
                         : "'" + llvm::join(names.take_front(most), "', '") + (names.size() > most ? "', ..." : "'");
}

InputShapes::InputShapes(const onnx::GraphProto &graph, const ImportOptions &options, Location loc)
    : options(options), shapes(options.shapes), dims(options.dims), loc(loc)
{
    llvm::StringSet<> initializers;
    for (const onnx::TensorProto &initializer : graph.initializer())
        initializers.insert(initializer.name());
    for (const onnx::SparseTensorProto &initializer : graph.sparse_initializer())
        initializers.insert(initializer.values().name());
    for (const onnx::ValueInfoProto &input : graph.input())
        if (!initializers.contains(input.name()))
            inputs.push_back(&input);
}

FailureOr<const onnx::ValueInfoProto *> InputShapes::find(StringRef option, StringRef name) const
{
    std::vector<std::string> names;
    for (const onnx::ValueInfoProto *input : inputs) {
        if (input->name() == name)
            return input;
        names.push_back(input->name());
    }
    return emitError(loc) << option << " " << name << ": the model has no input of that name; its inputs are "
                          << listOf(names);
}

LogicalResult InputShapes::takeShape(const onnx::ValueInfoProto &input, ArrayRef<int64_t> shape, StringRef option)
{
    const onnx::TypeProto::Tensor &type = input.type().tensor_type();
    if (!isReasonable(shape))
        return emitError(loc) << "the shape given for input '" << input.name() << "' is negative or excessive";
    if (!type.has_shape())
        return success();
    if (type.shape().dim_size() != int(shape.size()))
        return emitError(loc) << "input '" << input.name() << "' has " << type.shape().dim_size() << " dimensions, but "
                              << option << " gives " << shape.size();
    for (auto [dim, extent] : llvm::zip(type.shape().dim(), shape)) {
        if (!isOpen(dim)) {
            if (dim.dim_value() != extent)
                return emitError(loc) << "input '" << input.name() << "' has a dimension of " << dim.dim_value()
                                      << " that " << option << " cannot change to " << extent;
        } else if (!dim.dim_param().empty()) {
            auto [known, isNew] = dims.try_emplace(dim.dim_param(), extent);
            if (!isNew && known->second != extent)
                return emitError(loc) << "dimension '" << dim.dim_param() << "' is given as " << known->second
                                      << " and, by the shape of input '" << input.name() << "', as " << extent;
        }
    }
    return success();
}

LogicalResult InputShapes::takeConstant(const onnx::ValueInfoProto &input, ElementsAttr constant)
{
    const Type declared = elementType(loc.getContext(), input.type().tensor_type().elem_type());
    const Type given = constant.getElementType();
    if (given != declared)
        return emitError(loc) << "--constant " << input.name() << ": the file holds " << elementName(given)
                              << ", but the input is " << (declared ? elementName(declared) : "no tensor of numbers");
    const ArrayRef<int64_t> shape = constant.getShapedType().getShape();
    auto [known, isNew] = shapes.try_emplace(input.name(), shape.vec());
    if (!isNew && ArrayRef(known->second) != shape)
        return emitError(loc) << "--shape and --constant give input '" << input.name() << "' different shapes";
    return takeShape(input, shape, "--constant");
}

LogicalResult InputShapes::takeOptions()
{
    std::vector<std::string> open;
    for (const onnx::ValueInfoProto *input : inputs)
        for (const auto &dim : input->type().tensor_type().shape().dim())
            if (isOpen(dim) && !dim.dim_param().empty())
                addNames(open, {dim.dim_param()});
    for (const auto &[name, extent] : options.dims) {
        if (!llvm::is_contained(open, name))
            return emitError(loc) << "--dim " << name << ": the model has no open dimension of that name; it has "
                                  << listOf(open);
        if (extent < 0 || !isReasonable(extent))
            return emitError(loc) << "--dim " << name << "=" << extent << ": not a possible extent";
    }
    for (const auto &[name, shape] : options.shapes) {
        FailureOr<const onnx::ValueInfoProto *> input = find("--shape", name);
        if (failed(input) || failed(takeShape(**input, shape, "--shape")))
            return failure();
    }
    for (const auto &[name, constant] : options.constants) {
        FailureOr<const onnx::ValueInfoProto *> input = find("--constant", name);
        if (failed(input) || failed(takeConstant(**input, constant)))
            return failure();
    }
    return success();
}

FailureOr<SmallVector<int64_t>> InputShapes::shapeOf(const onnx::ValueInfoProto &input) const
{
    if (auto given = shapes.find(input.name()); given != shapes.end())
        return SmallVector<int64_t>(ArrayRef(given->second));
    const onnx::TypeProto::Tensor &type = input.type().tensor_type();
    if (!type.has_shape())
        return emitError(loc) << "input '" << input.name() << "' has no shape; give one with --shape " << input.name()
                              << "=D0,D1,...";
    SmallVector<int64_t> shape;
    bool complete = true;
    for (auto [i, dim] : llvm::enumerate(type.shape().dim())) {
        auto given = dims.find(dim.dim_param());
        if (!isOpen(dim)) {
            shape.push_back(dim.dim_value());
        } else if (!dim.dim_param().empty() && given != dims.end()) {
            shape.push_back(given->second);
        } else if (!dim.dim_param().empty()) {
            complete = false;
            emitError(loc) << "input '" << input.name() << "': dimension " << i << " is open ('" << dim.dim_param()
                           << "'); fix it with --dim " << dim.dim_param() << "=V or --shape " << input.name()
                           << "=D0,D1,...";
        } else {
            complete = false;
            emitError(loc) << "input '" << input.name() << "': dimension " << i << " is open; fix it with --shape "
                           << input.name() << "=D0,D1,...";
        }
    }
    if (complete && !isReasonable(shape))
        return emitError(loc) << "input '" << input.name() << "' has an excessive shape";
    if (!complete)
        return failure();
    return shape;
}

} // namespace

/// What a type is that is no tensor of numbers.
static const char *whatElse(const onnx::TypeProto &type)
{
    if (type.has_sequence_type())
        return "a sequence";
    if (type.has_optional_type())
        return "an optional";
    if (type.has_tensor_type() && type.tensor_type().elem_type() == onnx::TensorProto::STRING)
        return "a tensor of strings";
    return "of a type that barecc has not";
}

NamedAttrList boundaryAttributes(OpBuilder &b, StringRef name)
{
    NamedAttrList attributes;
    attributes.append(boundary::name, b.getStringAttr(name));
    return attributes;
}

LogicalResult importInputs(const onnx::GraphProto &graph, const ImportOptions &options, GraphBuilder &g,
                           func::FuncOp main, Scope &scope, bool &wrongOptions)
{
    const Location loc = main.getLoc();
    InputShapes shapes(graph, options, loc);
    if (failed(shapes.takeOptions())) {
        wrongOptions = true;
        return failure();
    }
    bool complete = true;
    SmallVector<DictionaryAttr> allAttributes;
    for (auto [position, input] : llvm::enumerate(shapes.inputs)) {
        const Type element = elementType(g.b.getContext(), input->type().tensor_type().elem_type());
        if (!input->type().has_tensor_type() || !element) {
            emitError(loc) << "input '" << input->name() << "' is " << whatElse(input->type())
                           << ", which a generated function does not take; only tensors of numbers and booleans are";
            complete = false;
            continue;
        }
        FailureOr<SmallVector<int64_t>> shape = shapes.shapeOf(*input);
        if (failed(shape)) {
            complete = false;
            continue;
        }
        if (input->name().empty())
            return emitError(loc) << "input " << position << " has no name";
        if (scope.defines(input->name()))
            return emitError(loc) << "two inputs are named '" << input->name() << "'";
        const Location inputLoc = sourceLocation(g.b.getContext(), input->name(), "Input");
        if (auto constant = options.constants.find(input->name()); constant != options.constants.end()) {
            g.loc = inputLoc;
            scope.define(input->name(), constantTensor(g, constant->second));
            continue;
        }
        NamedAttrList attributes = boundaryAttributes(g.b, input->name());
        if (!options.constants.empty())
            attributes.append(boundary::position, g.b.getI64IntegerAttr(int64_t(position)));
        auto type = RankedTensorType::get(*shape, element);
        allAttributes.push_back(attributes.getDictionary(g.b.getContext()));
        const BlockArgument argument = main.front().addArgument(type, inputLoc);
        scope.define(input->name(), {element, boundary::entering(g.b, argument)});
    }
    // All at once: a function type for each more argument would take memory that is quadratic in them.
    main.setFunctionType(g.b.getFunctionType(main.front().getArgumentTypes(), {}));
    main.setAllArgAttrs(allAttributes);
    return success(complete);
}

} // namespace barecc::onnx_import
