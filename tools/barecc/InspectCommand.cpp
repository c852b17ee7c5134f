// barecc inspect MODEL: what is in it and what it needs
#include "tools/barecc/Options.h"
#include "tools/barecc/Text.h"

#include "compiler/driver/Inputs.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Format.h"

using namespace barecc;

namespace {

constexpr size_t nameWidth = 44;

std::string shapesOf(const std::vector<BufferInfo> &buffers)
{
    std::vector<std::string> shapes;
    for (const BufferInfo &buffer : buffers)
        shapes.push_back(shapeToString(buffer.shape));
    return llvm::join(shapes, ", ");
}

/// Zero is left out, so that the layers with weight stand out.
std::string countOrBlank(int64_t count) { return count ? countToString(double(count)) : ""; }

std::string quantisationToString(const TensorInfo &info)
{
    if (!info.quantisation || info.quantisation->scales.empty())
        return "";
    const QuantisationInfo &quantisation = *info.quantisation;
    if (quantisation.scales.size() > 1)
        return std::to_string(quantisation.scales.size()) + " scales";
    std::string text;
    llvm::raw_string_ostream os(text);
    os << "scale " << llvm::format("%.6g", quantisation.scales[0]);
    if (!quantisation.zeroPoints.empty())
        os << ", zero point " << quantisation.zeroPoints[0];
    return text;
}

void printInterface(const CompiledModel &model, llvm::raw_ostream &os)
{
    Table table;
    table.column("");
    table.column("name");
    table.column("type");
    table.column("shape");
    table.column("quantisation");
    for (const TensorInfo &info : model.inputs)
        table.row({"input", printable(displayName(info), nameWidth), elementName(info.type).str(),
                   shapeToString(info.shape), quantisationToString(info)});
    for (const TensorInfo &info : model.outputs)
        table.row({"output", printable(displayName(info), nameWidth), elementName(info.type).str(),
                   shapeToString(info.shape), quantisationToString(info)});
    table.print(os);
}

void printLayers(const CompiledModel &model, llvm::raw_ostream &os)
{
    Table table;
    table.column("#", Table::Right);
    table.column("node");
    table.column("op");
    table.column("output");
    table.column("MACs", Table::Right);
    table.column("params", Table::Right);
    table.column("weights", Table::Right);
    table.column("kernel");
    for (size_t i = 0; i < model.layers.size(); ++i) {
        const LayerInfo &layer = model.layers[i];
        table.row({std::to_string(i), printable(layer.name, nameWidth), printable(layer.op, nameWidth),
                   shapesOf(layer.outputs), countOrBlank(layer.macs), countOrBlank(layer.parameters),
                   layer.weightBytes ? bytesToString(layer.weightBytes) : "", layer.kernel});
    }
    table.rule();
    table.row({"", std::to_string(model.layers.size()) + " layers", "", "", countToString(double(model.macs)),
               countToString(double(model.parameters)), bytesToString(model.weightBytes), ""});
    table.print(os);
}

/// Bytes of the operands of a layer that lie in the arena, workspace included.
int64_t arenaUse(const LayerInfo &layer)
{
    int64_t bytes = layer.workspaceBytes;
    for (const std::vector<BufferInfo> *buffers : {&layer.inputs, &layer.outputs})
        for (const BufferInfo &buffer : *buffers)
            bytes += buffer.arenaOffset ? buffer.bytes : 0;
    return bytes;
}

void printMemory(const CompiledModel &model, llvm::raw_ostream &os)
{
    os << "peak memory  " << bytesToString(model.arenaBytes) << " of arena (lower bound "
       << bytesToString(model.arenaLowerBound) << ")";
    if (model.stateBytes)
        os << ", " << bytesToString(model.stateBytes) << " of state";
    os << '\n';
    const LayerInfo *largest = nullptr;
    for (const LayerInfo &layer : model.layers)
        if (!largest || arenaUse(layer) > arenaUse(*largest))
            largest = &layer;
    if (largest)
        os << "largest step " << bytesToString(arenaUse(*largest)) << " at " << printable(largest->op, nameWidth)
           << " '" << printable(largest->name, nameWidth) << "'\n";
}

class InspectCommand : public Command {
public:
    InspectCommand()
        : Command("inspect", "Show a model's operators, shapes, cost and memory"), options(subCommand, "bin")
    {
    }

    llvm::Error run() override
    {
        llvm::Expected<Compilation> compilation = options.compileModel();
        if (!compilation)
            return compilation.takeError();
        const CompiledModel &model = compilation->model;
        llvm::raw_ostream &os = llvm::outs();
        os << model.name << "  (" << model.format << ")\n\n";
        printInterface(model, os);
        os << '\n';
        printLayers(model, os);
        os << '\n';
        printMemory(model, os);
        return llvm::Error::success();
    }

private:
    ModelOptions options;
};

} // namespace

std::unique_ptr<Command> barecc::makeInspectCommand() { return std::make_unique<InspectCommand>(); }
