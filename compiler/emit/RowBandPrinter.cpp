#include "compiler/emit/RowBandPrinter.h"

#include "compiler/emit/CType.h"
#include "compiler/emit/Text.h"
#include "compiler/emit/c/Print.h"

using namespace mlir;

namespace barecc {
namespace {

class RowBandPrinter {
public:
    RowBandPrinter(ModelText &model, const PlannedCall &call, kernel::RowsOp op, std::optional<unsigned> inPlace)
        : model(model), call(call), op(op), producer(op.getProducer()), consumer(op.getConsumer()),
          intermediate(op.getIntermediate()), inPlace(inPlace), type(cast<RankedTensorType>(op.getOutput().getType())),
          band{kernel::rowDimension(type), int64_t(op.getBand())}
    {
    }

    FailureOr<std::string> print()
    {
        // Both write to where the result lies.
        PlannedCall producerCall{producer, {}, call.outputs}, consumerCall{consumer, {}, call.outputs};
        for (Value operand : producer.getInputs())
            producerCall.inputs.push_back(call.inputs[op.inputOf(operand)]);
        for (auto [i, operand] : llvm::enumerate(consumer.getInputs()))
            consumerCall.inputs.push_back(i == intermediate ? call.outputs[0] : call.inputs[op.inputOf(operand)]);

        model.kernels.addKernel(producer.getCallee());
        const std::string geometry = model.layers.geometry(producerCall, producer);
        FailureOr<std::string> inner = model.layers.loops(consumerCall, intermediate, band);
        if (failed(inner))
            return failure();
        std::vector<std::string> parameters = pointerParameters(op, inPlace);
        if (needsWorkspace(op, inPlace))
            parameters.push_back("void *workspace");
        return model.layers.function(op.getName() + "_lines", parameters, body(geometry, *inner));
    }

private:
    std::string body(const std::string &geometry, const std::string &inner)
    {
        const int64_t all = type.getDimSize(band.dimension), rows = int64_t(producer.getRows()) / all;
        const std::string end = std::to_string(all), step = std::to_string(band.steps);
        std::string text = "{\n", setAside;
        if (inPlace) {
            model.kernels.addHeader("set_aside.h");
            const std::string element = storageCType(type.getElementType());
            const int64_t bytes = op.getBandBytes(), offset = op.getWorkspaceBytes() - bytes;
            const std::string place =
                offset == 0 ? "workspace" : "((unsigned char *)workspace + " + std::to_string(offset) + ")";
            text += "    /* What the output lies on is set aside before it is overwritten. */\n    " + element +
                    " *aside = (" + element + " *)" + place + ";\n";
            setAside = "        set_aside(aside, " + result() + ", " + std::to_string(bytes) + ");\n";
        }
        text += "    for (int32_t i = 0; i < " + end + "; " + (band.steps == 1 ? "i++" : "i += " + step) + ") {\n";
        text += setAside + kernelCall(producer, geometry, atI(rows, 0), atI(rows, band.steps * rows), "        ");
        return text + wrapped("        " + inner, loopArguments(), ";\n") + "    }\n}\n";
    }

    std::vector<std::string> loopArguments()
    {
        std::vector<std::string> arguments;
        for (auto [i, value] : llvm::enumerate(consumer.getInputs())) {
            if (i == intermediate)
                continue;
            const unsigned input = op.inputOf(value);
            const int64_t stride = changesByRow(consumer.getBody().getArgument(unsigned(i)))
                                       ? call.inputs[input].strides[band.dimension]
                                       : int64_t(0);
            arguments.push_back(inPlace == input ? "aside" : atRow(operandName(input), stride));
        }
        arguments.push_back(result());
        return arguments;
    }

    std::string result() { return atRow(resultName(0), call.outputs[0].strides[band.dimension]); }

    /// "input + i * 64": where row i begins.
    static std::string atRow(const std::string &pointer, int64_t stride)
    {
        return stride == 0 ? pointer : pointer + " + " + atI(stride, 0);
    }

    /// "i * 4 + 2".
    static std::string atI(int64_t factor, int64_t offset)
    {
        return c::print(c::sum(c::scaled(c::Atom::name("i"), factor), c::Atom::literal(offset)));
    }

    /// Whether the loops read another part of it for each row, instead of the same for all.
    static bool changesByRow(BlockArgument argument)
    {
        return llvm::any_of(argument.getUses(), [](OpOperand &use) {
            return cast<linalg::LinalgOp>(use.getOwner()).getMatchingIndexingMap(&use).isIdentity();
        });
    }

    ModelText &model;
    const PlannedCall &call;
    kernel::RowsOp op;
    kernel::CallOp producer;
    kernel::LoopsOp consumer;
    const unsigned intermediate;
    const std::optional<unsigned> inPlace;
    const RankedTensorType type; // of the result
    const LoopPart band;
};

} // namespace

FailureOr<std::string> rowBandFunction(ModelText &model, const PlannedCall &call, kernel::RowsOp rows,
                                       std::optional<unsigned> inPlace)
{
    return RowBandPrinter(model, call, rows, inPlace).print();
}

bool needsWorkspace(kernel::RowsOp rows, std::optional<unsigned> inPlace)
{
    return inPlace || rows.getProducer().getWorkspaceBytes() > 0;
}

} // namespace barecc
