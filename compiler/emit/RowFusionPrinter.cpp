#include "compiler/emit/RowFusionPrinter.h"

#include "compiler/emit/CType.h"
#include "compiler/emit/Text.h"
#include "compiler/emit/c/Print.h"
#include "compiler/ir/Constants.h"

using namespace mlir;

namespace barecc {
namespace {

class RowFusionPrinter {
public:
    RowFusionPrinter(ModelText &model, const PlannedCall &call, const RowFusion &fusion,
                     std::optional<unsigned> inPlace)
        : model(model), call(call), op(call.op), kernel(fusion.kernel), loops(fusion.loops), fusion(fusion),
          inPlace(inPlace),
          type(cast<RankedTensorType>(loops.getResult(0).getType())), lines{lineDimension(type), int64_t(*op.getRows())}
    {
    }

    FailureOr<std::string> print()
    {
        // Both calls write to where the result lies.
        const auto own = call.inputs.begin() + kernel.getInputs().size();
        const PlannedCall kernelCalled{kernel, {call.inputs.begin(), own}, call.outputs};
        PlannedCall loopsCalled{loops, {own, call.inputs.end()}, call.outputs};
        loopsCalled.inputs.insert(loopsCalled.inputs.begin() + fusion.between, call.outputs[0]);

        model.kernels.addKernel(kernel.getCallee());
        const std::string geometry = model.layers.geometry(kernelCalled);
        FailureOr<std::string> inner = model.layers.loops(loopsCalled, fusion.between, lines);
        if (failed(inner))
            return failure();
        std::vector<std::string> parameters = pointerParameters(op, inPlace);
        if (needsWorkspace(fusion, inPlace))
            parameters.push_back("void *workspace");
        return model.layers.function((baseName(op.getCallee()) + "_lines").str(), parameters, body(geometry, *inner));
    }

private:
    std::string body(const std::string &geometry, const std::string &inner)
    {
        const int64_t all = type.getDimSize(lines.dimension), rows = int64_t(*kernel.getRows()) / all;
        const std::string end = std::to_string(all), step = std::to_string(lines.steps);
        std::string text = "{\n", setAside;
        if (inPlace) {
            model.kernels.addHeader("set_aside.h");
            const std::string element = storageCType(type.getElementType());
            const int64_t bytes = lines.steps * lineElements(type) * byteWidth(type.getElementType());
            const int64_t offset = int64_t(*op.getWorkspace()) - bytes;
            const std::string place =
                offset == 0 ? "workspace" : "((unsigned char *)workspace + " + std::to_string(offset) + ")";
            text += "    /* What the output lies on is set aside before it is overwritten. */\n    " + element + " *aside = (" +
                    element + " *)" + place + ";\n";
            setAside = "        set_aside(aside, " + result() + ", " + std::to_string(bytes) + ");\n";
        }
        text += "    for (int32_t i = 0; i < " + end + "; " + (lines.steps == 1 ? "i++" : "i += " + step) + ") {\n";
        text += setAside + kernelCall(kernel, geometry, atI(rows, 0), atI(rows, lines.steps * rows), "        ");
        return text + wrapped("        " + inner, loopArguments(), ";\n") + "    }\n}\n";
    }

    std::vector<std::string> loopArguments()
    {
        auto function = model.module.lookupSymbol<func::FuncOp>(loops.getCallee());
        std::vector<std::string> arguments;
        unsigned operand = kernel.getInputs().size();
        for (BlockArgument argument : function.getArguments()) {
            if (argument.getArgNumber() == fusion.between)
                continue;
            const int64_t stride =
                changesByLine(argument) ? call.inputs[operand].view.strides[lines.dimension] : int64_t(0);
            arguments.push_back(inPlace == operand ? "aside" : atLine(operandName(operand), stride));
            ++operand;
        }
        arguments.push_back(result());
        return arguments;
    }

    std::string result() { return atLine(resultName(0), call.outputs[0].view.strides[lines.dimension]); }

    /// "input + i * 64": where line i begins.
    static std::string atLine(const std::string &pointer, int64_t stride)
    {
        return stride == 0 ? pointer : pointer + " + " + atI(stride, 0);
    }

    /// "i * 4 + 2".
    static std::string atI(int64_t factor, int64_t offset)
    {
        return c::print(c::sum(c::scaled(c::Atom::name("i"), factor), c::Atom::literal(offset)));
    }

    /// Whether the loops read another part of it for each line, instead of the same for all.
    static bool changesByLine(BlockArgument argument)
    {
        return llvm::any_of(argument.getUses(), [](OpOperand &use) {
            return cast<linalg::LinalgOp>(use.getOwner()).getMatchingIndexingMap(&use).isIdentity();
        });
    }

    ModelText &model;
    const PlannedCall &call;
    kernel::CallOp op, kernel, loops;
    const RowFusion &fusion;
    const std::optional<unsigned> inPlace;
    const RankedTensorType type; // of the result
    const LoopPart lines;
};

} // namespace

FailureOr<std::string> rowFusionFunction(ModelText &model, const PlannedCall &call, const RowFusion &fusion,
                                         std::optional<unsigned> inPlace)
{
    return RowFusionPrinter(model, call, fusion, inPlace).print();
}

bool needsWorkspace(const RowFusion &fusion, std::optional<unsigned> inPlace)
{
    kernel::CallOp kernel = fusion.kernel;
    return inPlace || kernel.getWorkspace().value_or(0) > 0;
}

} // namespace barecc
