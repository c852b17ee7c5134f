#include "compiler/emit/RowBandPrinter.h"

#include "compiler/emit/CType.h"
#include "compiler/emit/StepNames.h"

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

        model.kernels.addKernel(producer.getCalleeAt(model.level), producer.getShared());
        const std::string geometry = model.layers.geometry(producerCall, producer);
        FailureOr<std::string> inner = model.layers.loops(consumerCall, intermediate, band);
        if (failed(inner))
            return failure();
        c::Function function{{}, {}, {}, pointerParameters(op, inPlace), body(geometry, *inner)};
        if (needsWorkspace(op, inPlace))
            function.parameters.push_back({"void *", "workspace"});
        return model.layers.function(op.getName() + "_rows", std::move(function));
    }

private:
    c::Block body(const std::string &geometry, const std::string &inner)
    {
        const int64_t all = type.getDimSize(band.dimension), rows = int64_t(producer.getRows()) / all;
        c::Block block, loop;
        if (inPlace) {
            const int64_t bytes = op.getBandBytes(), offset = op.getWorkspaceBytes() - bytes;
            const std::string pointer = storageCType(type.getElementType()) + " *";
            const c::Atom workspace = c::Atom::name("workspace"), aside = c::Atom::name("aside");
            c::Expr place = workspace;
            if (offset != 0)
                place = c::cast("void *", c::binary(c::Operator::Add, c::cast("unsigned char *", workspace),
                                                    c::Atom::literal(offset)));
            block = c::block(c::Comment{"What the output lies on is set aside before it is overwritten."},
                             c::Declaration{pointer, "aside", c::cast(pointer, std::move(place))});
            loop.push_back(
                c::Evaluation{c::call("set_aside", c::list(aside, result(), c::Atom::literal(bytes)), "set_aside.h")});
        }
        loop.push_back(
            c::Evaluation{model.layers.kernelCall(producer, geometry, row(rows, 0), row(rows, band.steps * rows))});
        loop.push_back(c::Evaluation{c::call(inner, loopArguments())});
        block.push_back(c::countedLoop("i", c::Atom::literal(0), c::Atom::literal(all), c::Atom::literal(band.steps),
                                       std::move(loop)));
        return block;
    }

    std::vector<c::Expr> loopArguments()
    {
        std::vector<c::Expr> arguments;
        for (auto [i, value] : llvm::enumerate(consumer.getInputs())) {
            if (i == intermediate)
                continue;
            const unsigned input = op.inputOf(value);
            const int64_t stride = changesByRow(consumer.getBody().getArgument(unsigned(i)))
                                       ? call.inputs[input].strides[band.dimension]
                                       : int64_t(0);
            arguments.push_back(inPlace == input ? c::Atom::name("aside").expr()
                                                 : atRow(parameterName(op, input), stride));
        }
        arguments.push_back(result());
        return arguments;
    }

    c::Expr result() { return atRow(resultName(0), call.outputs[0].strides[band.dimension]); }

    /// "input + i * 64": where row i begins.
    static c::Expr atRow(const std::string &pointer, int64_t stride)
    {
        return c::sum(c::Atom::name(pointer), row(stride, 0));
    }

    /// "i * 4 + 2".
    static c::Expr row(int64_t factor, int64_t offset)
    {
        return c::sum(c::scaled(c::Atom::name("i"), factor), c::Atom::literal(offset));
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
