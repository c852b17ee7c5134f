// The five stages, one after the other.
#include "compiler/driver/Compile.h"

#include "compiler/driver/Budget.h"
#include "compiler/driver/Files.h"
#include "compiler/driver/Message.h"
#include "compiler/driver/ModelFile.h"
#include "compiler/driver/Origin.h"
#include "compiler/driver/Printable.h"
#include "compiler/driver/Report.h"
#include "compiler/emit/Emit.h"
#include "compiler/import/Import.h"
#include "compiler/ir/Boundary.h"
#include "compiler/ir/Constants.h"
#include "compiler/ir/State.h"
#include "compiler/optimize/Passes.h"
#include "compiler/plan/Passes.h"
#include "compiler/select/Passes.h"

#include "llvm/Support/Path.h"

using namespace mlir;

namespace barecc {
namespace {

/// Takes diagnostics as lines of the contract's form, without the leading "barecc: error: ".
class Diagnostics {
public:
    Diagnostics(MLIRContext *context, StringRef model)
        : model(model), handler(context, [this](Diagnostic &diagnostic) { take(diagnostic); })
    {
    }

    /// What was reported first, and how much more there is; a usage error where `wrongOptions` is set.
    llvm::Error error(bool wrongOptions = false)
    {
        if (problems == 0)
            return failure(model + ": the model could not be compiled; please report it");
        const std::string line =
            first + (problems == 1 ? "" : " (the first of " + std::to_string(problems) + " problems)");
        return wrongOptions ? usageFailure(line) : failure(line);
    }

    std::vector<std::string> notes; // warnings, in the same form

private:
    void take(Diagnostic &diagnostic)
    {
        const SourceNode node = sourceNode(diagnostic.getLocation());
        std::string text;
        if (!node.name.empty() || !node.type.empty())
            text = ("node '" + node.name + "' (" + node.type + "): ").str();
        const bool isError = diagnostic.getSeverity() == DiagnosticSeverity::Error;
        // What else is wrong with a node may follow from what was reported first.
        if (isError && !text.empty() && !failed.insert(diagnostic.getLocation()).second)
            return;
        const std::string line = model.str() + ": " + withShortNames(text + diagnostic.str());
        if (!isError)
            notes.push_back(line);
        else if (problems++ == 0)
            first = line;
    }

    StringRef model;
    std::string first; // error
    size_t problems = 0;
    DenseSet<Location> failed; // nodes
    ScopedDiagnosticHandler handler;
};

/// Element types of the boundary: integers of no sign of their own are signed there.
struct TypePair {
    ElementType type;
    Type (*mlir)(MLIRContext *);
};
template <typename T> Type typeIn(MLIRContext *context) { return T::get(context); }
template <unsigned width> Type integerIn(MLIRContext *context) { return IntegerType::get(context, width); }
template <unsigned width> Type unsignedIn(MLIRContext *context)
{
    return IntegerType::get(context, width, IntegerType::Unsigned);
}

constexpr TypePair typePairs[] = {
    {ElementType::F32, typeIn<Float32Type>},
    {ElementType::F16, typeIn<Float16Type>},
    {ElementType::BF16, typeIn<BFloat16Type>},
    {ElementType::F64, typeIn<Float64Type>},
    {ElementType::F8E4M3FN, typeIn<Float8E4M3FNType>},
    {ElementType::F8E4M3FNUZ, typeIn<Float8E4M3FNUZType>},
    {ElementType::F8E5M2, typeIn<Float8E5M2Type>},
    {ElementType::F8E5M2FNUZ, typeIn<Float8E5M2FNUZType>},
    {ElementType::F8E8M0, typeIn<Float8E8M0FNUType>},
    {ElementType::F4E2M1, typeIn<Float4E2M1FNType>},
    {ElementType::Bool, integerIn<1>},
    {ElementType::I2, integerIn<2>},
    {ElementType::U2, unsignedIn<2>},
    {ElementType::I4, integerIn<4>},
    {ElementType::U4, unsignedIn<4>},
    {ElementType::I8, integerIn<8>},
    {ElementType::U8, unsignedIn<8>},
    {ElementType::I16, integerIn<16>},
    {ElementType::U16, unsignedIn<16>},
    {ElementType::I32, integerIn<32>},
    {ElementType::U32, unsignedIn<32>},
    {ElementType::I64, integerIn<64>},
    {ElementType::U64, unsignedIn<64>},
    {ElementType::I64, typeIn<IndexType>},
};

std::optional<ElementType> elementTypeOf(Type type)
{
    type = boundary::storage(type);
    for (const TypePair &pair : typePairs)
        if (pair.mlir(type.getContext()) == type)
            return pair.type;
    return std::nullopt;
}

ElementsAttr constantInput(const Tensor &tensor, MLIRContext *context)
{
    const TypePair *pair = llvm::find_if(typePairs, [&](const TypePair &pair) { return pair.type == tensor.type; });
    const llvm::ArrayRef<char> bytes(reinterpret_cast<const char *>(tensor.bytes.data()), tensor.bytes.size());
    return makeConstant(RankedTensorType::get(tensor.shape, pair->mlir(context)), bytes);
}

std::optional<QuantisationInfo> quantisationOf(RankedTensorType type)
{
    auto uniform = dyn_cast_or_null<quant::UniformQuantizedType>(quantization(type));
    if (!uniform)
        return std::nullopt;
    return QuantisationInfo{{uniform.getScale()}, {uniform.getZeroPoint()}, 0};
}

/// Inputs and outputs of `main`, without its state.
struct Boundary {
    std::vector<ModelTensor> inputs, outputs;
};

Boundary boundaryOf(func::FuncOp main)
{
    Boundary boundary;
    auto add = [](std::vector<ModelTensor> &list, Type type, StringAttr name) {
        list.push_back({name ? name.str() : "", cast<RankedTensorType>(type)});
    };
    const unsigned arguments = main.getNumArguments() - unsigned(stateArguments(main).size());
    for (unsigned i = 0; i < arguments; ++i)
        add(boundary.inputs, main.getArgumentTypes()[i], main.getArgAttrOfType<StringAttr>(i, boundary::name));
    const unsigned results = unsigned(llvm::count(stateResults(main), std::nullopt));
    for (unsigned i = 0; i < results; ++i)
        add(boundary.outputs, main.getResultTypes()[i], main.getResultAttrOfType<StringAttr>(i, boundary::name));
    for (unsigned i = 0; i < main.getNumResults(); ++i)
        if (auto of = main.getResultAttrOfType<IntegerAttr>(i, boundary::shapeOf))
            boundary.outputs[i].shapeOf = unsigned(of.getInt());
    return boundary;
}

llvm::Expected<std::vector<TensorInfo>> describe(const std::vector<ModelTensor> &tensors, StringRef model)
{
    std::vector<TensorInfo> infos;
    for (const ModelTensor &tensor : tensors) {
        if (tensor.shapeOf) {
            infos.back().shapeCName = tensor.cName;
            continue;
        }
        std::optional<ElementType> type = elementTypeOf(tensor.type.getElementType());
        if (!type)
            return failure(model + ": tensor '" + tensor.name +
                           "': an input or output of this element type is not supported; "
                           "cast it in the model");
        infos.push_back({tensor.name, tensor.cName, *type, tensor.type.getShape().vec(), quantisationOf(tensor.type)});
    }
    return infos;
}

BufferInfo describe(Value value, const BufferPlace &place)
{
    auto type = cast<RankedTensorType>(value.getType());
    BufferInfo info;
    info.name = sourceNode(value.getLoc()).name.str();
    info.type = elementTypeOf(type.getElementType()).value_or(ElementType::I8);
    info.shape = type.getShape().vec();
    info.bytes = type.getNumElements() * byteWidth(type.getElementType());
    if (place.isIn(arenaRegion))
        info.arenaOffset = place.offset;
    return info;
}

std::vector<LayerInfo> describe(const MemoryPlan &plan, const EmittedModel &emitted)
{
    std::vector<LayerInfo> layers;
    for (auto [call, kernel, line] : llvm::zip(plan.calls, emitted.kernels, emitted.lines)) {
        kernel::KernelOpInterface op = call.op;
        const SourceNode node = sourceNode(op->getLoc());
        LayerInfo layer;
        layer.name = node.name.str();
        layer.op = node.type.str();
        layer.kernel = kernel;
        layer.line = line;
        layer.macs = call.costs.macs;
        layer.workspaceBytes = call.workspaceBytes;
        layer.workspaceOffset = call.workspaceOffset;
        layer.weightBytes = call.costs.weightBytes;
        layer.parameters = call.costs.parameters;
        for (auto [value, place] : llvm::zip(op->getOperands(), call.inputs)) {
            if (place.space != MemorySpace::Constant)
                layer.inputs.push_back(describe(value, place));
        }
        for (auto [value, place] : llvm::zip(op->getResults(), call.outputs))
            layer.outputs.push_back(describe(value, place));
        layers.push_back(std::move(layer));
    }
    return layers;
}

} // namespace

std::vector<std::string> CompileOptions::compilerFlags() const
{
    std::vector<std::string> flags = target.archFlags;
    llvm::append_range(flags, optimize == Optimize::Size ? target.sizeFlags : target.speedFlags);
    return flags;
}

llvm::Expected<CompiledModel> compile(llvm::StringRef path, const CompileOptions &options,
                                      std::vector<std::string> *neededInputs)
{
    llvm::Expected<std::unique_ptr<llvm::MemoryBuffer>> file = readFile(path, options.limits);
    if (!file)
        return file.takeError();
    llvm::Expected<ModelFormat> format = recogniseModel((*file)->getBuffer());
    if (!format)
        return failure(path + ": " + llvm::toString(format.takeError()));

    DialectRegistry registry;
    registerDialects(registry);
    const auto sharedContext = std::make_shared<MLIRContext>(registry, MLIRContext::Threading::DISABLED);
    MLIRContext &context = *sharedContext;
    context.loadAllAvailableDialects();
    Diagnostics diagnostics(&context, path);

    Origin origin = originOf(path, (*file)->getBuffer(), options);
    ImportOptions importOptions{options.shapes,    options.dims,  {}, llvm::sys::path::parent_path(path).str(),
                                options.signature, options.limits};
    for (const auto &[name, value] : options.constants)
        importOptions.constants.emplace(name, constantInput(value, &context));
    ImportedModel imported = *format == ModelFormat::Onnx ? importOnnx(std::move(*file), importOptions, &context)
                                                          : importTFLite(std::move(*file), importOptions, &context);
    if (!imported.module) {
        if (neededInputs)
            *neededInputs = imported.neededInputs;
        return diagnostics.error(imported.wrongOptions);
    }
    origin.dataHash = hashOfFiles(imported.externalData);
    ModuleOp module = *imported.module;
    const Boundary boundary = boundaryOf(module.lookupSymbol<func::FuncOp>("main"));

    PassManager passes(&context);
    const bool small = options.optimize == Optimize::Size, ioInArena = options.io == IoForm::Arena;
    const int64_t codePercent = small ? options.target.codePercent : 0;
    // Where size counts, one version of the functions is enough: that for all processors.
    const std::vector<FeatureLevel> levels = small ? std::vector<FeatureLevel>() : options.target.levels;
    const std::vector<std::string> &best = levels.empty() ? options.target.features : levels.front().features;
    buildOptimizePipeline(passes, [&](Operation *op) { return hasTunedKernel(op, best, codePercent); });
    buildSelectPipeline(passes, best, codePercent, ArrayRef(levels).drop_front(levels.empty() ? 0 : 1));
    passes.addNestedPass<func::FuncOp>(createInsertCopiesPass({ioInArena}));
    if (failed(passes.run(module)))
        return diagnostics.error();
    FailureOr<MemoryPlan> plan = planMemory(module, {options.target.arenaAlign, ioInArena});
    if (failed(plan))
        return diagnostics.error();

    EmitOptions emitOptions{options.name,
                            options.optimize == Optimize::Size,
                            options.weights == WeightsForm::Bin,
                            options.io == IoForm::Arena,
                            options.target.isBigEndian,
                            boundary.inputs,
                            boundary.outputs,
                            *format == ModelFormat::Onnx ? "NCHW" : "NHWC",
                            levels,
                            origin.lines(options)};
    FailureOr<EmittedModel> emitted = emitModel(*plan, emitOptions);
    if (failed(emitted))
        return diagnostics.error();

    CompiledModel model;
    model.name = options.name;
    model.format = *format == ModelFormat::Onnx ? "ONNX" : "TFLite";
    model.io = options.io;
    llvm::Expected<std::vector<TensorInfo>> inputs = describe(emitted->inputs, path),
                                            outputs = describe(emitted->outputs, path);
    if (!inputs || !outputs)
        return llvm::joinErrors(inputs.takeError(), outputs.takeError());
    model.inputs = std::move(*inputs);
    model.outputs = std::move(*outputs);
    auto main = module.lookupSymbol<func::FuncOp>("main");
    for (auto [i, input] : llvm::enumerate(model.inputs)) {
        auto position = main.getArgAttrOfType<IntegerAttr>(unsigned(i), boundary::position);
        input.position = position ? position.getInt() : int64_t(i);
    }
    for (auto [i, output] : llvm::enumerate(model.outputs))
        output.position = int64_t(i);
    model.layers = describe(*plan, *emitted);
    model.arenaBytes = plan->arena().bytes;
    model.arenaLowerBound = plan->lowerBound;
    model.arenaAlign = plan->arena().alignment;
    model.stateBytes = plan->state().bytes;
    model.weightBytes = emitted->weightBytes;
    for (const LayerInfo &layer : model.layers) {
        model.macs += layer.macs;
        model.parameters += layer.parameters;
    }
    if (llvm::Error over = checkRam(model, *plan, options, path))
        return std::move(over);
    if (llvm::Error over = checkFlash(model, nullptr, options, path))
        return std::move(over);
    model.files = std::move(emitted->files);
    for (GeneratedFile &file : model.files)
        if (file.rest) // of weights, which lie in the context and in the model's memory
            file.rest = [sharedContext, memory = imported.memory, rest = std::move(file.rest)](raw_ostream &os) {
                rest(os);
            };
    model.notes = std::move(diagnostics.notes);
    model.files.push_back({"report.json", reportJson(model, origin, options)});
    return model;
}

} // namespace barecc
