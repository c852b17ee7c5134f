// An ONNX file to a module with one function.
#include "compiler/import/Import.h"

#include "compiler/import/onnx/Graph.h"

#include "mlir/IR/Verifier.h"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>
#include <google/protobuf/stubs/logging.h>

using namespace mlir;

namespace barecc {

using namespace onnx_import;

namespace {

LogicalResult parse(const llvm::MemoryBuffer &file, onnx::ModelProto &model, Location loc)
{
    if (file.getBufferSize() > size_t(INT_MAX))
        return emitError(loc) << "the file is larger than 2 GiB, which no ONNX file may be; "
                                 "save the model with its tensors as external data";
    google::protobuf::LogSilencer silence; // the message below says what a person can use
    google::protobuf::io::ArrayInputStream bytes(file.getBufferStart(), int(file.getBufferSize()));
    google::protobuf::io::CodedInputStream stream(&bytes);
    stream.SetTotalBytesLimit(INT_MAX);
    if (!model.ParseFromCodedStream(&stream) || !stream.ConsumedEntireMessage())
        return emitError(loc) << "the file is not an ONNX model, or is damaged; check that it was copied whole";
    if (!model.has_graph())
        return emitError(loc) << "the file has no graph; it is not an ONNX model, or is damaged";
    return success();
}

/// Turns the declared inputs of a graph into shapes without open dimensions.
class InputShapes {
public:
    InputShapes(const onnx::GraphProto &graph, const ImportOptions &options, Location loc)
        : options(options), dims(options.dims), loc(loc)
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

    /// Inputs that a caller gives: those that are no initializers.
    SmallVector<const onnx::ValueInfoProto *> inputs;

    /// Checks the options against the inputs, and takes dimensions over that a given shape fixes.
    LogicalResult takeOptions();
    FailureOr<SmallVector<int64_t>> shapeOf(const onnx::ValueInfoProto &input) const;

private:
    LogicalResult takeShape(const onnx::ValueInfoProto &input, ArrayRef<int64_t> shape);

    const ImportOptions &options;
    std::map<std::string, int64_t> dims;
    Location loc;
};

bool isOpen(const onnx::TensorShapeProto::Dimension &dim)
{
    return !dim.has_dim_value() || dim.dim_value() < 0; // some exporters write -1
}

LogicalResult InputShapes::takeShape(const onnx::ValueInfoProto &input, ArrayRef<int64_t> shape)
{
    const onnx::TypeProto::Tensor &type = input.type().tensor_type();
    if (!isReasonable(shape))
        return emitError(loc) << "the shape given for input '" << input.name() << "' is negative or excessive";
    if (!type.has_shape())
        return success();
    if (type.shape().dim_size() != int(shape.size()))
        return emitError(loc) << "input '" << input.name() << "' has " << type.shape().dim_size()
                              << " dimensions, but --shape gives " << shape.size();
    for (auto [dim, extent] : llvm::zip(type.shape().dim(), shape)) {
        if (!isOpen(dim)) {
            if (dim.dim_value() != extent)
                return emitError(loc) << "input '" << input.name() << "' has a dimension of " << dim.dim_value()
                                      << " that --shape cannot change to " << extent;
        } else if (!dim.dim_param().empty()) {
            auto [known, isNew] = dims.try_emplace(dim.dim_param(), extent);
            if (!isNew && known->second != extent)
                return emitError(loc) << "dimension '" << dim.dim_param() << "' is given as " << known->second
                                      << " and, by the shape of input '" << input.name() << "', as " << extent;
        }
    }
    return success();
}

LogicalResult InputShapes::takeOptions()
{
    llvm::StringSet<> open;
    for (const onnx::ValueInfoProto *input : inputs)
        for (const auto &dim : input->type().tensor_type().shape().dim())
            if (isOpen(dim))
                open.insert(dim.dim_param());
    for (const auto &[name, extent] : options.dims) {
        if (!open.contains(name))
            return emitError(loc) << "--dim " << name << ": the model has no open dimension of that name";
        if (extent < 0 || !isReasonable(extent))
            return emitError(loc) << "--dim " << name << "=" << extent << ": not a possible extent";
    }
    for (const auto &[name, shape] : options.shapes) {
        auto input = llvm::find_if(inputs, [&name = name](const auto *info) { return info->name() == name; });
        if (input == inputs.end())
            return emitError(loc) << "--shape " << name << ": the model has no input of that name";
        if (failed(takeShape(**input, shape)))
            return failure();
    }
    return success();
}

FailureOr<SmallVector<int64_t>> InputShapes::shapeOf(const onnx::ValueInfoProto &input) const
{
    if (auto given = options.shapes.find(input.name()); given != options.shapes.end())
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

/// The operations that folding left without a use.
void eraseDead(Block &block)
{
    for (Operation &op : llvm::make_early_inc_range(llvm::reverse(block)))
        if (isOpTriviallyDead(&op))
            op.erase();
}

DictionaryAttr boundaryAttributes(OpBuilder &b, StringRef name, bool isUnsigned)
{
    NamedAttrList attributes;
    attributes.append("nn.name", b.getStringAttr(name));
    if (isUnsigned)
        attributes.append("nn.unsigned", b.getUnitAttr());
    return attributes.getDictionary(b.getContext());
}

/// Arguments of the function from the inputs of the graph.
LogicalResult addArguments(InputShapes &shapes, func::FuncOp function, Scope &scope)
{
    const Location loc = function.getLoc();
    OpBuilder b(function.getContext());
    if (failed(shapes.takeOptions()))
        return failure();
    bool complete = true;
    for (const onnx::ValueInfoProto *input : shapes.inputs) {
        const onnx::TypeProto::Tensor &type = input->type().tensor_type();
        const ElementType element = elementType(b.getContext(), type.elem_type());
        if (!input->type().has_tensor_type() || !element.type) {
            emitError(loc) << "input '" << input->name() << "' is not a tensor of numbers or booleans";
            complete = false;
            continue;
        }
        FailureOr<SmallVector<int64_t>> shape = shapes.shapeOf(*input);
        if (failed(shape)) {
            complete = false;
            continue;
        }
        if (input->name().empty() || scope.defines(input->name()))
            return emitError(loc) << "two inputs are named '" << input->name() << "'";
        const unsigned number = function.getNumArguments();
        auto tensor = RankedTensorType::get(*shape, element.type);
        if (failed(function.insertArgument(number, tensor, boundaryAttributes(b, input->name(), element.isUnsigned),
                                           sourceLocation(b.getContext(), input->name(), "Input"))))
            return failure();
        scope.define(input->name(), {function.getArgument(number), element.isUnsigned, {}});
    }
    return success(complete);
}

LogicalResult importModel(ModelMemory &memory, const ImportOptions &options, ModuleOp module)
{
    const Location loc = module.getLoc();
    const onnx::ModelProto &model = memory.model;
    Opsets opsets{{"", 1}}; // what files without a version are written in
    for (const onnx::OperatorSetIdProto &import : model.opset_import()) {
        if (import.version() < 1 || import.version() > INT_MAX)
            return emitError(loc) << "version " << import.version() << " of operator set '" << import.domain()
                                  << "' cannot be";
        opsets[canonicalDomain(import.domain()).str()] = int(import.version());
    }
    if (model.graph().output_size() == 0)
        return emitError(loc) << "the graph has no outputs";

    OpBuilder b(module.getContext());
    b.setInsertionPointToStart(module.getBody());
    auto function = func::FuncOp::create(b, loc, "main", b.getFunctionType({}, {}));
    b.setInsertionPointToStart(function.addEntryBlock());
    GraphBuilder g(b, loc);
    Scope scope(nullptr, opsets);
    InputShapes shapes(model.graph(), options, loc);
    if (failed(addArguments(shapes, function, scope)))
        return failure();

    GraphImporter importer(memory, g);
    importer.importGraph(model.graph(), scope);
    SmallVector<Value> results;
    SmallVector<DictionaryAttr> resultAttributes;
    for (const onnx::ValueInfoProto &info : model.graph().output()) {
        FailureOr<Tensor> tensor = importer.output(info.name(), scope);
        if (failed(tensor))
            continue; // reported
        g.loc = sourceLocation(b.getContext(), info.name(), "Output");
        results.push_back(plainNumbers(g, *tensor));
        resultAttributes.push_back(boundaryAttributes(b, info.name(), tensor->isUnsigned));
    }
    if (importer.hasFailed())
        return failure();
    func::ReturnOp::create(b, loc, results);
    function.setType(b.getFunctionType(function.getArgumentTypes(), ValueRange(results).getTypes()));
    function.setAllResultAttrs(resultAttributes);
    eraseDead(function.front());
    return verify(module);
}

} // namespace

ImportedModel importOnnx(std::unique_ptr<llvm::MemoryBuffer> file, const ImportOptions &options, MLIRContext *context)
{
    const Location loc = UnknownLoc::get(context);
    auto memory = std::make_shared<ModelMemory>(options.directory);
    if (failed(parse(*file, memory->model, loc)))
        return {};
    file.reset(); // parsed into `memory`
    OwningOpRef<ModuleOp> module = ModuleOp::create(loc);
    if (failed(importModel(*memory, options, *module)))
        return {};
    return {std::move(module), memory};
}

} // namespace barecc
