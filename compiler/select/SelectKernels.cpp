// nn operations to kernel calls: describe the call as a KernelQuery, ask the registry, pack the weights.
#include "compiler/ir/Constants.h"
#include "compiler/kernel/Kernel.h"
#include "compiler/kernel/Registry.h"
#include "compiler/select/Params.h"
#include "compiler/select/Passes.h"
#include "compiler/ir/Quantization.h"

#include <cmath>

using namespace mlir;

namespace barecc {

#define GEN_PASS_DEF_SELECTKERNELSPASS
#include "compiler/select/Passes.h.inc"

namespace {

/// Element types as kernel records name them; empty for what no kernel takes.
StringRef typeName(Type tensor)
{
    if (auto quantized = quantization(tensor)) {
        if (quantized.getStorageTypeIntegralWidth() == 8 && quantized.isSigned())
            return "s8";
        return quantized.getStorageTypeIntegralWidth() == 16 && quantized.isSigned() ? "s16" : "";
    }
    const Type element = cast<RankedTensorType>(tensor).getElementType();
    return element.isF32() ? "f32" : element.isF16() ? "f16" : "";
}

/// All that is needed to make one call, before a kernel is chosen.
struct Request {
    StringRef op;
    StringRef type;
    KernelQuery query;
    DictionaryAttr fields;             // params beside window or gemm
    SmallVector<Value> slots;          // pointers of the C signature; null for NULL
    std::optional<unsigned> weights{}; // slot that is packed
    int64_t rows = 0;
    bool countsMacs = true;              // pooling and softmax do other work
    std::vector<RequantWords> requant{}; // where the query is foldable
};

class KernelSelector {
public:
    KernelSelector(OpBuilder &b, ArrayRef<std::string> features, bool small) : b(b), features(features), small(small) {}

    LogicalResult select(Operation *op)
    {
        const Requests requests = requestsOf(op);
        const Choice choice = cheapest(requests);
        return choice.kernel ? replace(op, *choice.request, *choice.kernel) : failure();
    }

    /// Whether a kernel takes the operation that is made for an instruction set.
    bool hasTunedKernel(Operation *op)
    {
        const Requests requests = requestsOf(op);
        const Choice choice = cheapest(requests);
        return choice.kernel && !choice.kernel->features.empty();
    }

private:
    /// The calls that an operation can be; none where it is not one that kernels are written for.
    using Requests = std::vector<Request>;

    struct Choice {
        const Request *request = nullptr;
        const KernelRecord *kernel = nullptr;
    };

    Requests requestsOf(Operation *op)
    {
        b.setInsertionPoint(op);
        loc = op->getLoc();
        return TypeSwitch<Operation *, Requests>(op)
            .Case<nn::Conv2DOp>([&](auto conv) { return requestConvolution(conv, "conv2d", conv.getGroups()); })
            .Case<nn::DepthwiseConv2DOp>(
                [&](auto conv) { return requestConvolution(conv, "depthwise_conv2d", channels(conv.getInput())); })
            .Case<nn::ConvTranspose2DOp>(
                [&](auto conv) { return requestConvolution(conv, "conv_transpose2d", conv.getGroups()); })
            .Case<nn::MaxPool2DOp>([&](auto pool) { return requestPool(pool, "max_pool2d"); })
            .Case<nn::AvgPool2DOp>([&](auto pool) {
                return requestPool(pool, pool.getCountPadding() ? "avg_pool2d_padded" : "avg_pool2d");
            })
            .Case<nn::FullyConnectedOp>([&](auto matrix) { return requestFullyConnected(matrix); })
            .Case<nn::MatMulOp>([&](auto matrix) { return requestMatMul(matrix); })
            .Case<nn::SoftmaxOp>([&](auto softmax) { return requestSoftmax(softmax); })
            .Default([](Operation *) { return Requests(); });
    }

    static int64_t channels(Value image) { return cast<RankedTensorType>(image.getType()).getDimSize(3); }

    template <typename Op> static std::pair<int64_t, int64_t> kernelSize(Op op)
    {
        if constexpr (std::is_same_v<Op, nn::MaxPool2DOp> || std::is_same_v<Op, nn::AvgPool2DOp>) {
            return {op.getKernel()[0], op.getKernel()[1]};
        } else {
            auto filter = cast<RankedTensorType>(op.getFilter().getType());
            const int64_t first = std::is_same_v<Op, nn::DepthwiseConv2DOp> ? 0 : 1; // HWC or OHWI
            return {filter.getDimSize(first), filter.getDimSize(first + 1)};
        }
    }

    template <typename Op> static window2d_params windowOf(Op op, int64_t groups)
    {
        auto in = cast<RankedTensorType>(op.getInput().getType()), out = cast<RankedTensorType>(op.getType());
        const auto [kernelH, kernelW] = kernelSize(op);
        window2d_params w{};
        w.batch = int32_t(in.getDimSize(0));
        w.in_h = int32_t(in.getDimSize(1));
        w.in_w = int32_t(in.getDimSize(2));
        w.in_c = w.input_pixel_stride = int32_t(in.getDimSize(3));
        w.out_h = int32_t(out.getDimSize(1));
        w.out_w = int32_t(out.getDimSize(2));
        w.out_c = w.output_pixel_stride = int32_t(out.getDimSize(3));
        w.kernel_h = int32_t(kernelH);
        w.kernel_w = int32_t(kernelW);
        w.stride_h = int32_t(op.getStrides()[0]);
        w.stride_w = int32_t(op.getStrides()[1]);
        w.dilation_h = int32_t(op.getDilations()[0]);
        w.dilation_w = int32_t(op.getDilations()[1]);
        w.pad_top = int32_t(op.getPadding()[0]);
        w.pad_left = int32_t(op.getPadding()[1]);
        w.pad_bottom = int32_t(op.getPadding()[2]);
        w.pad_right = int32_t(op.getPadding()[3]);
        w.groups = int32_t(groups);
        return w;
    }

    template <typename Op> Requests requestConvolution(Op op, StringRef name, int64_t groups)
    {
        Request r{name, typeName(op.getType()), {}, {}, {op.getInput(), op.getFilter(), op.getBias()}, 1};
        r.query.window = windowOf(op, groups);
        window2d_params &w = r.query.window;
        r.query.bias = bool(op.getBias());
        r.query.residual = bool(op.getResidual());
        const int64_t perOutput = int64_t(w.kernel_h) * w.kernel_w * (w.in_c / w.groups);
        const bool transposed = name == "conv_transpose2d";
        r.query.macs = transposed ? int64_t(w.batch) * w.in_h * w.in_w * w.out_c * perOutput
                                  : int64_t(w.batch) * w.out_h * w.out_w * w.out_c * perOutput;
        r.rows = int64_t(w.batch) * w.out_h;
        if (r.type == "f32") {
            r.slots.push_back(op.getResidual());
            if (op.getResidual())
                w.residual_pixel_stride = w.out_c;
            r.fields = clampFields(op);
        } else if (r.type == "f16") {
            if (op.getResidual())
                return {}; // the kernels add none
            r.fields = clampFields(op);
        } else if (failed(quantize(r, op))) {
            return {};
        }
        const bool pointwise = name == "conv2d" && w.kernel_h == 1 && w.kernel_w == 1 && w.stride_h == 1 &&
                               w.stride_w == 1 && w.pad_top == 0 && w.pad_left == 0 && w.groups == 1 &&
                               w.out_h == w.in_h && w.out_w == w.in_w;
        if (pointwise)
            return {r, asMatrix(r)};
        return {r};
    }

    /// A 1x1 convolution as the product of its pixels with the filter.
    Request asMatrix(const Request &convolution)
    {
        Request r = convolution;
        const window2d_params &w = r.query.window;
        r.op = "fully_connected";
        r.query.gemm = {1,       w.batch * w.in_h * w.in_w, w.out_c, w.in_c, w.in_c, w.in_c,
                        w.out_c, w.residual_pixel_stride,   0};
        r.rows = r.query.gemm.m;
        return r;
    }

    template <typename Op> Requests requestPool(Op op, StringRef name)
    {
        Request r{name, typeName(op.getType()), {}, {}, {op.getInput()}, std::nullopt};
        window2d_params &w = r.query.window = windowOf(op, channels(op.getInput()));
        r.query.macs = int64_t(w.batch) * w.out_h * w.out_w * w.out_c * w.kernel_h * w.kernel_w;
        r.countsMacs = false;
        r.rows = int64_t(w.batch) * w.out_h;
        if (r.type == "f32") {
            r.fields = clampFields(op);
        } else if (auto type = quantization(op.getType())) {
            if (type != quantization(op.getInput().getType()))
                return {}; // the kernels do not rescale
            const IntegerRange range = clampRange(type, value(op.getMin()), value(op.getMax()));
            SmallVector<NamedAttribute> fields{integer("min", range.min), integer("max", range.max)};
            int64_t zero = 0;
            if constexpr (std::is_same_v<Op, nn::AvgPool2DOp>)
                zero = op.getTiesAwayFrom();
            if (r.type == "s8")
                fields.push_back(integer("zero_point", zero));
            r.fields = b.getDictionaryAttr(fields);
        }
        return {r};
    }

    Requests requestFullyConnected(nn::FullyConnectedOp op)
    {
        auto in = cast<RankedTensorType>(op.getInput().getType()),
             filter = cast<RankedTensorType>(op.getFilter().getType());
        Request r{"fully_connected", typeName(op.getType()), {}, {}, {op.getInput(), op.getFilter(), op.getBias()}, 1};
        const int32_t k = int32_t(filter.getDimSize(1)), n = int32_t(filter.getDimSize(0));
        const int32_t m = int32_t(in.getNumElements() / std::max(k, 1));
        r.query.gemm = {1, m, n, k, k, k, n, op.getResidual() ? n : 0, 0};
        r.query.bias = bool(op.getBias());
        r.query.residual = bool(op.getResidual());
        r.query.macs = int64_t(m) * n * k;
        r.rows = m;
        if (r.type == "f32") {
            r.slots.push_back(op.getResidual());
            r.fields = clampFields(op);
        } else if (r.type == "f16") {
            if (op.getResidual())
                return {}; // the kernels add none
            r.fields = clampFields(op);
        } else if (failed(quantize(r, op))) {
            return {};
        }
        return {r};
    }

    Requests requestMatMul(nn::MatMulOp op)
    {
        auto lhs = cast<RankedTensorType>(op.getLhs().getType()), rhs = cast<RankedTensorType>(op.getRhs().getType());
        const bool transposed = op.getTransposeRhs();
        Request r{transposed ? "matmul_transposed" : "matmul",
                  typeName(op.getType()),
                  {},
                  {},
                  {op.getLhs(), op.getRhs()},
                  std::nullopt};
        const int32_t batch = int32_t(lhs.getDimSize(0)), m = int32_t(lhs.getDimSize(1)),
                      k = int32_t(lhs.getDimSize(2));
        const int32_t n = int32_t(rhs.getDimSize(transposed ? 1 : 2));
        r.query.gemm = {batch, m, n, k, k, transposed ? k : n, n, 0, rhs.getDimSize(0) == 1 && batch > 1 ? 0 : n * k};
        r.query.macs = int64_t(batch) * m * n * k;
        r.rows = int64_t(batch) * m;
        r.fields = b.getDictionaryAttr({number("min", -INFINITY), number("max", INFINITY)});
        if (r.type != "f32")
            return {};
        return {r};
    }

    Requests requestSoftmax(nn::SoftmaxOp op)
    {
        auto type = cast<RankedTensorType>(op.getType());
        Request r{op.getLog() ? "log_softmax" : "softmax", typeName(type), {}, {}, {op.getInput()}, std::nullopt};
        const bool reads8 = typeName(op.getInput().getType()) == "s8";
        if (reads8 && r.type == "s16")
            r.type = "s8_s16";
        r.query.depth = type.getRank() == 0 ? 1 : type.getShape().back();
        r.query.rows = r.rows = type.getNumElements() / std::max<int64_t>(r.query.depth, 1);
        r.query.macs = type.getNumElements();
        r.countsMacs = false;
        SmallVector<NamedAttribute> fields{integer("rows", r.query.rows), integer("depth", r.query.depth)};
        if (r.type == "f32") {
            fields.push_back(number("beta", op.getBeta().convertToFloat()));
        } else if (failed(reads8 ? scaleSoftmax(op, fields) : scaleSoftmaxByTables(op, r, fields))) {
            return {};
        }
        r.fields = b.getDictionaryAttr(fields);
        return {r};
    }

    /// The exponent's scale in Q5.26, and the smallest difference that it can still tell from nothing.
    LogicalResult scaleSoftmax(nn::SoftmaxOp op, SmallVectorImpl<NamedAttribute> &fields)
    {
        auto input = quantization(op.getInput().getType());
        if (!input)
            return failure();
        const SoftmaxExponent exponent =
            softmaxExponent(double(op.getBeta().convertToFloat()) * double(scalesOf(input).front()));
        llvm::append_range(fields, ArrayRef{integer("multiplier", exponent.scale.multiplier),
                                            integer("shift", exponent.scale.shift),
                                            integer("diff_min", exponent.leastDifference)});
        if (op.getLog()) {
            DictionaryAttr softmax = b.getDictionaryAttr(fields);
            fields.assign({b.getNamedAttr("softmax", softmax),
                           integer("reverse_multiplier", exponent.inverse.multiplier),
                           integer("reverse_shift", exponent.inverse.shift)});
        }
        return success();
    }

    /// int16: exponential over [-10, 0] and 1 / (1 + x) over [0, 1] by tables.
    LogicalResult scaleSoftmaxByTables(nn::SoftmaxOp op, Request &r, SmallVectorImpl<NamedAttribute> &fields)
    {
        auto input = quantization(op.getInput().getType());
        if (r.type != "s16" || !input || op.getLog())
            return failure();
        const FixedPoint scale =
            softmaxTableScale(double(scalesOf(input).front()) * double(op.getBeta().convertToFloat()));
        llvm::append_range(fields, ArrayRef{integer("multiplier", scale.multiplier), integer("shift", scale.shift)});
        const float step = 2.0f / 65535.0f;
        r.slots.push_back(
            vector<int16_t>(int16Table(-10.0f, 0.0f, step, [](float x) { return std::exp(x); }), b.getI16Type()));
        r.slots.push_back(
            vector<int16_t>(int16Table(0.0f, 1.0f, step, [](float x) { return 1.0f / (1.0f + x); }), b.getI16Type()));
        return success();
    }

    template <typename T> Value vector(ArrayRef<T> values, Type element)
    {
        auto type = RankedTensorType::get({int64_t(values.size())}, element);
        const ArrayRef<char> bytes(reinterpret_cast<const char *>(values.data()), values.size() * sizeof(T));
        return arith::ConstantOp::create(b, loc, cast<TypedAttr>(makeConstant(type, bytes)));
    }

    /// Adds the multipliers' slots and the zero points, clamp and channel step of an integer kernel.
    template <typename Op> LogicalResult quantize(Request &r, Op op)
    {
        auto in = quantization(op.getInput().getType()), filter = quantization(op.getFilter().getType());
        auto out = quantization(op.getType());
        if (!in || !filter || !out || op.getResidual())
            return failure();
        SmallVector<int32_t> multipliers;
        SmallVector<int8_t> shifts;
        for (const FixedPoint &fixed : multipliersOf(op)) {
            multipliers.push_back(fixed.multiplier);
            shifts.push_back(int8_t(fixed.shift));
        }
        const bool depthwise = r.op == "depthwise_conv2d";
        ElementsAttr weights = constantOf(op.getFilter()),
                     bias = op.getBias() ? constantOf(op.getBias()) : ElementsAttr();
        if (r.type == "s8" && (r.query.window.groups <= 1 || depthwise) && weights && zeroPointOf(filter) == 0 &&
            (bias || !op.getBias()))
            fold(r, weights, bias, depthwise, multipliers, shifts, zeroPointOf(in), zeroPointOf(out));
        r.slots.push_back(vector<int32_t>(multipliers, b.getI32Type()));
        r.slots.push_back(vector<int8_t>(shifts, b.getI8Type()));
        const IntegerRange range = clampRange(out, value(op.getMin()), value(op.getMax()));
        SmallVector<NamedAttribute> fields{integer("min", range.min), integer("max", range.max),
                                           integer("per_channel", multipliers.size() > 1 ? 1 : 0)};
        if (r.type == "s8")
            llvm::append_range(fields, ArrayRef{integer("input_zero_point", zeroPointOf(in)),
                                                integer("weights_zero_point", zeroPointOf(filter)),
                                                integer("output_zero_point", zeroPointOf(out))});
        r.fields = b.getDictionaryAttr(fields);
        return success();
    }

    static void fold(Request &r, ElementsAttr weights, ElementsAttr bias, bool depthwise, ArrayRef<int32_t> multipliers,
                     ArrayRef<int8_t> shifts, int64_t inZero, int64_t outZero)
    {
        const ConstantBytes filter(weights);
        std::optional<ConstantBytes> biases;
        if (bias)
            biases.emplace(bias);
        const ArrayRef<int64_t> shape = weights.getShapedType().getShape();
        std::optional<std::vector<RequantWords>> folded = foldRequantization(
            {filter.as<int8_t>(), depthwise ? shape.back() : shape.front(), depthwise,
             biases ? biases->as<int32_t>() : ArrayRef<int32_t>(), multipliers, shifts, inZero, outZero});
        r.query.foldable = bool(folded);
        r.query.weightsAboveMin = !llvm::is_contained(filter.as<int8_t>(), INT8_MIN);
        r.requant = std::move(folded).value_or(std::vector<RequantWords>());
        r.query.shiftsToRight = llvm::all_of(r.requant, [](const RequantWords &words) { return words.shift > 0; });
    }

    static std::optional<float> value(std::optional<APFloat> number)
    {
        return number ? std::optional<float>(number->convertToFloat()) : std::nullopt;
    }

    template <typename Op> DictionaryAttr clampFields(Op op)
    {
        return b.getDictionaryAttr({number("min", value(op.getMin()).value_or(-INFINITY)),
                                    number("max", value(op.getMax()).value_or(INFINITY))});
    }

    NamedAttribute integer(StringRef name, int64_t value)
    {
        return b.getNamedAttr(name, b.getI32IntegerAttr(int32_t(value)));
    }
    NamedAttribute number(StringRef name, float value) { return b.getNamedAttr(name, b.getF32FloatAttr(value)); }

    Choice cheapest(ArrayRef<Request> requests)
    {
        Choice choice;
        for (const Request &request : requests) {
            if (request.query.macs == 0)
                continue;
            const bool packable = !request.weights || constantOf(request.slots[*request.weights]);
            const KernelRecord *kernel =
                cheapestKernel(request.op, request.type, request.query, packable, features, small);
            if (kernel && (!choice.kernel || kernel->cost(request.query) < choice.kernel->cost(choice.request->query)))
                choice = {&request, kernel};
        }
        return choice;
    }

    /// The request of a kernel that takes requantisation words.
    Request withRequant(const Request &request, const RequantLayout &layout)
    {
        Request r = request;
        r.slots = {request.slots[0], request.slots[1], vector<int32_t>(layout.apply(request.requant), b.getI32Type())};
        return r;
    }

    /// The field's own name, behind that of the struct that it is in.
    StringAttr strideField(const KernelOperand &operand) { return b.getStringAttr(operand.stride.rsplit('.').second); }

    LogicalResult replace(Operation *op, const Request &plain, const KernelRecord &kernel)
    {
        const Request request = kernel.requant ? withRequant(plain, *kernel.requant) : plain;
        SmallVector<Value> operands;
        SmallVector<bool> present;
        SmallVector<NamedAttribute> strided;
        SmallVector<int64_t> inPlace;
        for (auto [slot, source] : llvm::enumerate(request.slots)) {
            Value operand = source;
            present.push_back(bool(operand));
            if (!operand)
                continue;
            if (request.weights == slot)
                operand = pack(operand, kernel.weights, /*outputsLast=*/isa<nn::DepthwiseConv2DOp>(op));
            const KernelOperand &taken = kernel.operands[slot];
            if (llvm::is_contained(kernel.inPlace, taken.role) && kernel.inPlaceWhen(request.query))
                inPlace.push_back(int64_t(operands.size()));
            if (!taken.stride.empty())
                strided.push_back(b.getNamedAttr(std::to_string(operands.size()), strideField(taken)));
            operands.push_back(operand);
        }
        if (!kernel.operands.back().stride.empty())
            strided.push_back(b.getNamedAttr("result", strideField(kernel.operands.back())));

        DictionaryAttr params = request.fields;
        if (!kernel.params.starts_with("matmul") && !kernel.params.contains("softmax"))
            params = withField(params, "window", paramsAttr(b, request.query.window));
        else if (kernel.params.starts_with("matmul"))
            params = withField(params, "gemm", paramsAttr(b, request.query.gemm));
        auto call = kernel::CallOp::create(
            b, loc, op->getResultTypes(), b.getStringAttr(kernel.name), operands, params,
            b.getStringAttr(kernel.params), b.getDenseBoolArrayAttr(present), b.getI64IntegerAttr(request.rows),
            kernel.workspace ? b.getI64IntegerAttr(kernel.workspace(request.query)) : IntegerAttr(),
            b.getDenseI64ArrayAttr(inPlace), b.getDictionaryAttr(strided),
            b.getI64IntegerAttr(request.countsMacs ? request.query.macs : 0));
        op->replaceAllUsesWith(call);
        op->erase();
        return success();
    }

    /// The weights as the kernel reads them, as a constant. Layers that share weights share the packed ones.
    Value pack(Value weights, const WeightTransform *transform, bool outputsLast)
    {
        if (!transform)
            return weights;
        Value &packed = packedWeights[{weights, transform}];
        if (!packed) {
            ElementsAttr source = constantOf(weights);
            const ArrayRef<int64_t> shape = source.getShapedType().getShape();
            const int64_t outputs = outputsLast ? shape.back() : shape.front();
            const int64_t depth = source.getNumElements() / std::max<int64_t>(outputs, 1);
            const int64_t kernelColumns = shape.size() > 2 ? shape[outputsLast ? 1 : 2] : 1;
            const int64_t bytes = byteWidth(source.getElementType());
            const PackedWeights result =
                transform->apply({ConstantBytes(source).bytes(), bytes, outputs, depth, outputsLast, kernelColumns});
            Type element = source.getElementType();
            if (result.elementBytes != bytes)
                element = b.getIntegerType(unsigned(8 * result.elementBytes));
            auto type = RankedTensorType::get({int64_t(result.bytes.size()) / result.elementBytes}, element);
            OpBuilder::InsertionGuard guard(b);
            b.setInsertionPointAfterValue(weights);
            packed = arith::ConstantOp::create(b, weights.getLoc(), cast<TypedAttr>(makeConstant(type, result.bytes)));
        }
        return packed;
    }

    OpBuilder &b;
    ArrayRef<std::string> features;
    const bool small; // code
    Location loc = UnknownLoc::get(b.getContext());
    DenseMap<std::pair<Value, const WeightTransform *>, Value> packedWeights;
};

struct SelectKernels : impl::SelectKernelsPassBase<SelectKernels> {
    using Base::Base;

    void runOnOperation() override
    {
        SmallVector<std::string> allowed(features.begin(), features.end());
        OpBuilder builder(&getContext());
        KernelSelector selector(builder, allowed, small);
        SmallVector<Operation *> operations;
        getOperation().walk([&](Operation *op) {
            if (isa_and_nonnull<nn::NNDialect>(op->getDialect()))
                operations.push_back(op);
        });
        // What no kernel takes stays for the generic lowering.
        for (Operation *op : operations)
            (void)selector.select(op);
    }
};

} // namespace

bool hasTunedKernel(Operation *op, ArrayRef<std::string> features, bool small)
{
    OpBuilder builder(op);
    return KernelSelector(builder, features, small).hasTunedKernel(op);
}

} // namespace barecc
