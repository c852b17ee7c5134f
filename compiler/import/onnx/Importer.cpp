// An ONNX file to a module with one function.
#include "compiler/import/Import.h"
#include "compiler/import/Verify.h"

#include "compiler/import/onnx/Extents.h"
#include "compiler/import/onnx/Inputs.h"
#include "compiler/ir/Boundary.h"
#include "compiler/ir/DeadCode.h"

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
    stream.SetRecursionLimit(3 * mostNesting + 100); // a graph in an attribute of a node of a graph
    if (!model.ParseFromCodedStream(&stream) || !stream.ConsumedEntireMessage())
        return emitError(loc) << "the file is not an ONNX model, or is damaged; check that it was copied whole";
    if (!model.has_graph())
        return emitError(loc) << "the file has no graph; it is not an ONNX model, or is damaged";
    return success();
}

/// Fills the module of `result`.
LogicalResult importModel(ModelMemory &memory, const ImportOptions &options, ModuleOp module, ImportedModel &result)
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
    if (options.signature) {
        result.wrongOptions = true;
        return emitError(loc) << "--signature " << *options.signature << ": only TFLite models have signatures";
    }
    if (model.graph().output_size() == 0)
        return emitError(loc) << "the graph has no outputs";

    OpBuilder b(module.getContext());
    b.setInsertionPointToStart(module.getBody());
    auto function = func::FuncOp::create(b, loc, "main", b.getFunctionType({}, {}));
    b.setInsertionPointToStart(function.addEntryBlock());
    GraphBuilder g(b, loc);
    Scope scope(nullptr, opsets);
    if (failed(importInputs(model.graph(), options, g, function, scope, result.wrongOptions)))
        return failure();

    GraphImporter importer(memory, g);
    // Of a model with operators that there is no entry for, these are what has to change first.
    std::vector<Diagnostic> held;
    std::optional<ScopedDiagnosticHandler> holder(
        std::in_place, module.getContext(), [&](Diagnostic &diagnostic) { held.push_back(std::move(diagnostic)); });
    importer.importGraph(model.graph(), scope);
    SmallVector<Value> results;
    SmallVector<DictionaryAttr> resultAttributes;
    for (const onnx::ValueInfoProto &info : model.graph().output()) {
        FailureOr<Tensor> tensor = importer.output(info.name(), scope);
        if (failed(tensor))
            continue; // reported
        if (tensor->sequence || tensor->isEmptyOptional) {
            (void)importer.error(loc, "output '" + info.name() + "' is " +
                                          (tensor->sequence ? "a sequence" : "an optional") +
                                          ", which a generated function does not give; only tensors are");
            continue;
        }
        g.loc = sourceLocation(b.getContext(), info.name(), "Output");
        results.push_back(boundary::leaving(b, compacted(g, *tensor), tensor->element));
        resultAttributes.push_back(boundaryAttributes(b, info.name()).getDictionary(b.getContext()));
        if (tensor->extents.empty())
            continue;
        NamedAttrList attributes = boundaryAttributes(b, info.name() + "_shape");
        attributes.append(boundary::shapeOf, b.getI64IntegerAttr(int64_t(results.size()) - 1));
        resultAttributes.push_back(attributes.getDictionary(b.getContext()));
        results.push_back(actualShape(g, *tensor));
    }
    result.neededInputs = importer.neededInputs;
    holder.reset();
    if (importer.unsupportedOperators().nodes() > 0)
        return importer.unsupportedOperators().report(loc);
    for (Diagnostic &diagnostic : held)
        module.getContext()->getDiagEngine().emit(std::move(diagnostic));
    if (importer.hasFailed())
        return failure();
    func::ReturnOp::create(b, loc, results);
    function.setType(b.getFunctionType(function.getArgumentTypes(), ValueRange(results).getTypes()));
    function.setAllResultAttrs(resultAttributes);
    eraseDeadOperations(function.front());
    return success(succeeded(checkConstants(module)) && succeeded(verifyImported(module)));
}

} // namespace

ImportedModel importOnnx(std::unique_ptr<llvm::MemoryBuffer> file, const ImportOptions &options, MLIRContext *context)
{
    const Location loc = UnknownLoc::get(context);
    Budget &budget = Budget::of(context);
    budget.begin(options.limits);
    budget.addFile(file->getBufferSize());
    auto memory = std::make_shared<ModelMemory>(options.directory, budget);
    if (failed(parse(*file, memory->model, loc)))
        return {};
    file.reset(); // parsed into `memory`
    OwningOpRef<ModuleOp> module = ModuleOp::create(loc);
    ImportedModel result;
    if (failed(importModel(*memory, options, *module, result)))
        return result;
    result.module = std::move(module);
    result.memory = memory;
    result.externalData = memory->files.contents();
    return result;
}

} // namespace barecc
