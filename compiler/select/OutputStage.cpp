#include "compiler/select/OutputStage.h"

#include "compiler/ir/Quantization.h"
#include "compiler/kernel/Params.h"
#include "compiler/select/Values.h"

using namespace mlir;

namespace barecc {
namespace {

/// Requantisation words, where weights and bias are constants that fold.
void addRequantWords(KernelRequest &request, const ChannelSums &sums)
{
    std::optional<std::vector<RequantWords>> words = foldRequantization(sums);
    request.query.foldable = bool(words);
    request.query.weightsAboveMin = !llvm::is_contained(sums.weights, INT8_MIN);
    request.requant = std::move(words).value_or(std::vector<RequantWords>());
    request.query.shiftsToRight =
        llvm::all_of(request.requant, [](const RequantWords &channel) { return channel.shift > 0; });
}

/// Multiplier and shift of each channel, in TensorFlow Lite's fixed point, and the zero points.
std::optional<OutputStage> quantizedStage(OpBuilder &b, KernelRequest &request, nn::WeightedOpInterface op)
{
    auto in = quantization(op.getInput().getType()), filter = quantization(op.getFilter().getType());
    auto out = quantization(op->getResult(0).getType());
    if (!in || !filter || !out)
        return std::nullopt;
    SmallVector<int32_t> multipliers;
    SmallVector<int8_t> shifts;
    for (const FixedPoint &fixed : multipliersOf(op)) {
        multipliers.push_back(fixed.multiplier);
        shifts.push_back(int8_t(fixed.shift));
    }
    request.add(Role::Multiplier, vectorConstant<int32_t>(b, op.getLoc(), multipliers));
    request.add(Role::Shift, vectorConstant<int8_t>(b, op.getLoc(), shifts));

    const IntegerRange range = clampRange(out, valueOf(op.getMin()), valueOf(op.getMax()));
    OutputStage stage;
    stage.inputZeroPoint = int32_t(zeroPointOf(in));
    stage.weightsZeroPoint = int32_t(zeroPointOf(filter));
    stage.outputZeroPoint = int32_t(zeroPointOf(out));
    stage.storedMin = int32_t(range.min);
    stage.storedMax = int32_t(range.max);
    stage.perChannel = multipliers.size() > 1 ? 1 : 0;

    ElementsAttr weights = constantOf(op.getFilter()), bias = op.getBias() ? constantOf(op.getBias()) : ElementsAttr();
    const bool outputsLast = op.getOutputChannelAxis() != 0;
    const bool isGrouped = !outputsLast && request.query.window.groups > 1;
    if (request.query.output == OperandType::S8 && !isGrouped && weights && stage.weightsZeroPoint == 0 &&
        (bias || !op.getBias())) {
        const ConstantBytes filterBytes(weights);
        std::optional<ConstantBytes> biasBytes;
        if (bias)
            biasBytes.emplace(bias);
        const int64_t outputs = weights.getShapedType().getDimSize(unsigned(op.getOutputChannelAxis()));
        addRequantWords(request, {filterBytes.as<int8_t>(), outputs, outputsLast,
                                  biasBytes ? biasBytes->as<int32_t>() : ArrayRef<int32_t>(), multipliers, shifts,
                                  stage.inputZeroPoint, stage.outputZeroPoint});
    }
    return stage;
}

} // namespace

std::optional<OutputStage> addOutputStage(OpBuilder &b, KernelRequest &request, nn::WeightedOpInterface op)
{
    request.add(Role::Bias, op.getBias());
    request.add(Role::Residual, op.getResidual());
    request.query.bias = bool(op.getBias());
    request.query.residual = bool(op.getResidual());
    if (quantization(op->getResult(0).getType()))
        return quantizedStage(b, request, op);
    return OutputStage{valueOf(op.getMin()).value_or(-INFINITY), valueOf(op.getMax()).value_or(INFINITY)};
}

kernel::ParamsAttr convolutionParams(Builder &b, const KernelQuery &query, const OutputStage &stage)
{
    if (query.output == OperandType::S8)
        return paramsAttr(b,
                          conv2d_s8_params{query.window, stage.inputZeroPoint, stage.weightsZeroPoint,
                                           stage.outputZeroPoint, stage.storedMin, stage.storedMax, stage.perChannel});
    if (query.output == OperandType::S16)
        return paramsAttr(b, conv2d_s16_params{query.window, stage.storedMin, stage.storedMax, stage.perChannel});
    return paramsAttr(b, conv2d_f32_params{query.window, stage.min, stage.max});
}

kernel::ParamsAttr matrixParams(Builder &b, const KernelQuery &query, const OutputStage &stage)
{
    if (query.output == OperandType::S8)
        return paramsAttr(b,
                          matmul_s8_params{query.gemm, stage.inputZeroPoint, stage.weightsZeroPoint,
                                           stage.outputZeroPoint, stage.storedMin, stage.storedMax, stage.perChannel});
    if (query.output == OperandType::S16)
        return paramsAttr(b, matmul_s16_params{query.gemm, stage.storedMin, stage.storedMax, stage.perChannel});
    return paramsAttr(b, matmul_f32_params{query.gemm, stage.min, stage.max});
}

} // namespace barecc
