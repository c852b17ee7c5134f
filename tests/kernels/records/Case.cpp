#include "tests/kernels/records/Case.h"

#include "compiler/ir/Quantization.h"
#include "compiler/kernel/Params.h"

#include "llvm/ADT/APFloat.h"
#include "llvm/ADT/STLExtras.h"

#include <cmath>

namespace barecc::kernel_test {
namespace {

constexpr int64_t mostElements = 8192; // of a tensor: what a microcontroller's memory takes several of
// In one case of floats the weights take more than the 256 KB of a band (kernels/vector/gemm_band_f32.h).
constexpr int64_t mostLargeElements = 70000;
constexpr size_t mostDraws = 20000;

template <typename T> Bytes bytesOf(const std::vector<T> &values)
{
    const auto *begin = reinterpret_cast<const char *>(values.data());
    return {begin, begin + values.size() * sizeof(T)};
}

template <typename T> Bytes bytesOf(const T &value) { return bytesOf(std::vector<T>{value}); }

/// Layers that instructions are counted for: of a small image network's middle, its first layer on colours, the first
/// one of a spectrogram's; a depthwise one, pools; a classifier's last layer, and tokens of a transformer.
struct TypicalWindow {
    llvm::StringRef op;
    int32_t size, inputs, outputs, taps, stride;
};
const TypicalWindow typicalWindows[] = {
    {"conv2d", 12, 32, 32, 3, 1},           {"conv2d", 24, 3, 16, 3, 2},      {"conv2d", 24, 1, 8, 3, 1},
    {"depthwise_conv2d", 12, 32, 32, 3, 1}, {"max_pool2d", 16, 32, 32, 2, 2}, {"avg_pool2d", 16, 32, 32, 2, 2},
    {"max_pool2d", 15, 32, 32, 3, 2},       {"avg_pool2d", 7, 64, 64, 7, 1},
};
struct TypicalProduct {
    llvm::StringRef op;
    int32_t m, n, k;
};
const TypicalProduct typicalProducts[] = {
    {"fully_connected", 1, 64, 256},
    {"fully_connected", 16, 64, 64},
    {"matmul", 16, 32, 32},
    {"matmul_transposed", 16, 32, 32},
};

/// Draws one case after the other; `draw` gives nothing for what the record does not admit.
class Drawer {
public:
    Drawer(const KernelRecord &kernel, uint32_t seed)
        : kernel(kernel), random(seed),
          isLarge(has(OperandType::F32) && (kernel.op == "conv2d" || kernel.op == "fully_connected"))
    {
    }

    std::optional<Case> draw()
    {
        Case drawn = begin();
        const llvm::StringRef op = kernel.op;
        if (op == "conv2d" || op == "depthwise_conv2d" || op == "conv_transpose2d") {
            drawWindow(drawn);
        } else if (op == "max_pool2d" || op == "avg_pool2d" || op == "avg_pool2d_padded") {
            drawPool(drawn);
        } else if (op == "fully_connected" || op == "matmul" || op == "matmul_transposed") {
            drawProduct(drawn, op == "matmul_transposed");
        } else if (op == "softmax" || op == "log_softmax") {
            drawRows(drawn);
        } else {
            llvm::report_fatal_error("no case is known of the operation '" + op + "'");
        }
        if (llvm::any_of(drawn.activations, [](const auto &entry) { return entry.second > mostElements; }))
            return std::nullopt;
        if (!complete(drawn))
            return std::nullopt;
        isLarge = false;
        return drawn;
    }

    /// A call whose window slides over an image of size x size dense pixels, as many rows and columns of padding round
    /// it as half the window of a convolution has.
    std::optional<Case> drawDense(const TypicalWindow &typical)
    {
        Case drawn = begin();
        window2d_params &w = drawn.query.window;
        const bool isPool = kernel.op.contains("pool");
        const int32_t pad = isPool ? 0 : typical.taps / 2;
        const int32_t outputs = (typical.size + 2 * pad - typical.taps) / typical.stride + 1;
        w.batch = w.dilation_h = w.dilation_w = 1;
        w.in_h = w.in_w = typical.size;
        w.out_h = w.out_w = outputs;
        w.in_c = w.input_pixel_stride = typical.inputs;
        w.out_c = w.output_pixel_stride = typical.outputs;
        w.kernel_h = w.kernel_w = typical.taps;
        w.stride_h = w.stride_w = typical.stride;
        w.pad_top = w.pad_left = pad;
        w.groups = kernel.op == "conv2d" ? 1 : typical.inputs;
        drawn.rows = outputs;
        drawn.query.macs = int64_t(outputs) * outputs * w.out_c * w.kernel_h * w.kernel_w * w.in_c / w.groups;
        drawn.activations[Role::Input] = int64_t(w.in_h) * w.in_w * w.in_c;
        drawn.activations[Role::Output] = int64_t(outputs) * outputs * w.out_c;
        isLarge = true; // as many weights as that may have
        return complete(drawn) ? std::optional(std::move(drawn)) : std::nullopt;
    }

    /// A product of dense matrices.
    std::optional<Case> drawDense(const TypicalProduct &typical)
    {
        Case drawn = begin();
        gemm_params &g = drawn.query.gemm;
        const bool hasWeights = has(Role::Weights), isTransposed = hasWeights || kernel.op == "matmul_transposed";
        g = {1, typical.m, typical.n, typical.k, typical.k, isTransposed ? typical.k : typical.n, typical.n, 0, 0};
        drawn.rows = g.m;
        drawn.query.macs = int64_t(g.m) * g.n * g.k;
        drawn.activations[hasWeights ? Role::Input : Role::Lhs] = int64_t(g.m) * g.k;
        drawn.activations[Role::Output] = int64_t(g.m) * g.n;
        if (!hasWeights)
            drawn.activations[Role::Rhs] = int64_t(g.n) * g.k;
        isLarge = true;
        return complete(drawn) ? std::optional(std::move(drawn)) : std::nullopt;
    }

private:
    Case begin() const
    {
        Case drawn;
        drawn.query.op = kernel.op;
        drawn.query.input = kernel.operands.front().type;
        drawn.query.output = kernel.operands.back().type;
        return drawn;
    }

    /// Draws what belongs to the geometry; false for what the record does not admit.
    bool complete(Case &drawn)
    {
        if (has(Role::Weights) && !drawWeights(drawn))
            return false;
        if (!kernel.when(drawn.query) || (kernel.requant && !drawn.query.foldable))
            return false;
        if (has(Role::Weights))
            packConstants(drawn);
        if (kernel.workspace)
            drawn.workspace = kernel.workspace(drawn.query);
        drawn.params = params(drawn);
        return true;
    }

    bool has(Role role) const
    {
        return llvm::any_of(kernel.operands, [&](const KernelOperand &operand) { return operand.role == role; });
    }
    bool has(OperandType type) const { return kernel.operands.front().type == type; }
    bool isQuantized() const { return has(OperandType::S8) || has(OperandType::S16); }
    bool isWindow() const { return kernel.op.contains("2d"); }

    /// Elements from one pixel to the next: more than its channels in a slice of a wider image.
    int32_t stride(int32_t channels) { return channels + (random.once(2) ? 0 : random(1, 5)); }

    /// Elements from the first to the last of so many pixels, behind which a wider image may end.
    static int64_t extent(int64_t pixels, int32_t stride, int32_t channels) { return (pixels - 1) * stride + channels; }

    /// Output extent of an axis, at least 1; padding at the end is what makes it larger. `isSame`: that of the input,
    /// where padding can make it so.
    int32_t outputExtent(int32_t in, int32_t taps, int32_t stride, int32_t dilation, int32_t pad, bool isSame)
    {
        if (isSame && stride * (in - 1) + (taps - 1) * dilation + 1 >= in + pad)
            return in;
        const int32_t endPad = random(0, (taps - 1) * dilation + random(0, 1));
        const int32_t room = in + pad + endPad - (taps - 1) * dilation - 1;
        return room < 0 ? 1 : room / stride + 1;
    }

    /// Of a transposed convolution, whose full result is cut at both ends, or has more behind it.
    int32_t transposedExtent(int32_t in, int32_t taps, int32_t stride, int32_t dilation, int32_t pad)
    {
        return std::max(1, (in - 1) * stride + (taps - 1) * dilation + 1 - pad + random(-taps, stride - 1));
    }

    /// Strides, and where the result is to lie on an operand, those that make it lie on it exactly.
    template <typename Params>
    void placeResult(Case &drawn, Params &geometry, int32_t Params::*input, int32_t Params::*output,
                     int32_t Params::*residual, int32_t inputs, int32_t outputs)
    {
        geometry.*input = stride(inputs);
        geometry.*output = stride(outputs);
        drawn.query.residual = has(Role::Residual) && random.once(2);
        geometry.*residual = drawn.query.residual ? stride(outputs) : 0;
        if (kernel.inPlace.empty() || random.once(3) || !kernel.inPlaceWhen(drawn.query))
            return;
        const Role role = kernel.inPlace.front();
        if (role == Role::Residual && drawn.query.residual) {
            geometry.*residual = geometry.*output;
            drawn.inPlace = role;
        } else if (role == Role::Input && inputs == outputs) {
            geometry.*output = geometry.*input;
            drawn.inPlace = role;
        }
    }

    void drawWindow(Case &drawn)
    {
        const bool isDepthwise = kernel.op == "depthwise_conv2d", isTransposed = kernel.op == "conv_transpose2d";
        static const int32_t lengths[] = {1, 2, 3, 4, 5, 7, 8, 9, 11, 16, 17},
                             channels[] = {1, 2, 3, 4, 5, 7, 8, 9, 11, 16, 17, 24, 31, 32, 33, 40};
        window2d_params &w = drawn.query.window;
        const bool isPointwise = random.once(4), is3x3 = !isPointwise && random.once(2);
        w.batch = random(1, 2);
        w.in_h = random.oneOf(lengths), w.in_w = random.oneOf(lengths);
        w.in_c = w.out_c = random.oneOf(channels);
        w.groups = 1;
        if (isDepthwise) {
            w.groups = w.in_c;
            w.out_c *= random.once(8) ? 2 : 1;
        } else if (random.once(8)) {
            w.groups = random(2, 3);
            w.in_c *= w.groups, w.out_c *= w.groups;
        } else {
            w.out_c = random.oneOf(channels);
        }
        w.kernel_h = isPointwise ? 1 : is3x3 ? 3 : random(1, 5);
        w.kernel_w = isPointwise ? 1 : is3x3 ? 3 : random(1, 5);
        drawSteps(w);
        if (isLarge)
            w = {1, 5, 5, 80, 5, 5, 96, 3, 3, 1, 1, 1, 1, 1, 1, 1, 1, 1, 80, 96, 0};
        const bool isSame = random.once(2); // so that results can lie on inputs
        if (isTransposed) {
            w.out_h = transposedExtent(w.in_h, w.kernel_h, w.stride_h, w.dilation_h, w.pad_top);
            w.out_w = transposedExtent(w.in_w, w.kernel_w, w.stride_w, w.dilation_w, w.pad_left);
        } else {
            w.out_h = outputExtent(w.in_h, w.kernel_h, w.stride_h, w.dilation_h, w.pad_top, isSame);
            w.out_w = outputExtent(w.in_w, w.kernel_w, w.stride_w, w.dilation_w, w.pad_left, isSame);
        }
        drawn.query.macs = int64_t(w.batch) * w.out_h * w.out_w * w.out_c * w.kernel_h * w.kernel_w * w.in_c / w.groups;
        finishWindow(drawn);
    }

    /// Whether windows lie side by side, as most pools have them.
    bool drawSteps(window2d_params &w)
    {
        if (random.once(8)) {
            w.kernel_w = w.stride_h = w.stride_w = w.kernel_h;
            w.dilation_h = w.dilation_w = 1;
            w.pad_top = w.pad_left = 0;
            return true;
        }
        w.stride_h = random.once(2) ? 1 : random(1, 3);
        w.stride_w = random.once(2) ? 1 : random(1, 3);
        w.dilation_h = random.once(3) ? random(1, 3) : 1;
        w.dilation_w = random.once(3) ? random(1, 3) : 1;
        w.pad_top = random.once(2) ? 0 : random(0, w.kernel_h);
        w.pad_left = random.once(2) ? 0 : random(0, w.kernel_w);
        return false;
    }

    /// Of any size that the output may have, windows beyond the image and all.
    void drawPool(Case &drawn)
    {
        static const int32_t channels[] = {1, 2, 3, 4, 7, 8, 15, 16, 17, 31, 32, 40};
        window2d_params &w = drawn.query.window;
        const int32_t most = random.once(8) ? 16 : 5;
        w.batch = random(1, 2);
        w.in_h = random(1, 2 * most - 1), w.in_w = random(1, 2 * most - 1);
        w.kernel_h = random(most / 5, most), w.kernel_w = random(most / 5, most);
        const bool isTiling = drawSteps(w);
        w.out_h = isTiling ? std::max(1, w.in_h / w.kernel_h) : random(1, 9);
        w.out_w = isTiling ? std::max(1, w.in_w / w.kernel_w) : random(1, 9);
        w.in_c = w.out_c = w.groups = random.oneOf(channels);
        drawn.query.macs = int64_t(w.batch) * w.out_h * w.out_w * w.out_c * w.kernel_h * w.kernel_w;
        finishWindow(drawn);
    }

    void finishWindow(Case &drawn)
    {
        window2d_params &w = drawn.query.window;
        placeResult(drawn, w, &window2d_params::input_pixel_stride, &window2d_params::output_pixel_stride,
                    &window2d_params::residual_pixel_stride, w.in_c, w.out_c);
        drawn.rows = int64_t(w.batch) * w.out_h;
        const int64_t pixels = drawn.rows * w.out_w;
        drawn.activations[Role::Input] = extent(int64_t(w.batch) * w.in_h * w.in_w, w.input_pixel_stride, w.in_c);
        drawn.activations[Role::Output] = extent(pixels, w.output_pixel_stride, w.out_c);
        if (drawn.query.residual)
            drawn.activations[Role::Residual] = extent(pixels, w.residual_pixel_stride, w.out_c);
    }

    void drawProduct(Case &drawn, bool isTransposed)
    {
        static const int32_t sizes[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 13, 15, 16, 17, 31, 32, 33, 64, 101};
        gemm_params &g = drawn.query.gemm;
        const bool hasWeights = has(Role::Weights);
        g.batch = hasWeights ? 1 : random(1, 3);
        g.m = random.once(3) ? 1 : random.oneOf(sizes);
        g.n = random.oneOf(sizes);
        g.k = random.oneOf(sizes);
        if (isLarge)
            g.m = 9, g.n = 96, g.k = 720;
        placeResult(drawn, g, &gemm_params::lda, &gemm_params::ldc, &gemm_params::ld_residual, g.k, g.n);
        drawn.rows = int64_t(g.batch) * g.m;
        drawn.query.macs = drawn.rows * g.n * g.k;
        drawn.activations[hasWeights ? Role::Input : Role::Lhs] = extent(drawn.rows, g.lda, g.k);
        drawn.activations[Role::Output] = extent(drawn.rows, g.ldc, g.n);
        if (drawn.query.residual)
            drawn.activations[Role::Residual] = extent(drawn.rows, g.ld_residual, g.n);
        if (hasWeights) {
            g.ldb = g.k;
        } else {
            const int32_t rows = isTransposed ? g.n : g.k, columns = isTransposed ? g.k : g.n;
            g.ldb = stride(columns);
            g.stride_b = random.once(2) ? rows * g.ldb : 0;
            drawn.activations[Role::Rhs] = extent(g.stride_b ? int64_t(g.batch) * rows : rows, g.ldb, columns);
        }
    }

    /// Of softmax: dense, and in place of any row.
    void drawRows(Case &drawn)
    {
        static const int32_t sizes[] = {1, 2, 3, 4, 7, 8, 9, 16, 17, 33, 100, 600};
        drawn.rows = drawn.query.rows = random(1, 6);
        drawn.query.depth = random.oneOf(sizes);
        drawn.query.macs = drawn.query.rows * drawn.query.depth;
        drawn.activations[Role::Input] = drawn.activations[Role::Output] = drawn.query.macs;
        if (!kernel.inPlace.empty() && random.once(2))
            drawn.inPlace = kernel.inPlace.front();
        if (!has(Role::ExpTable))
            return;
        drawn.reference[Role::ExpTable] = bytesOf(softmaxExpTable());
        drawn.reference[Role::ReciprocalTable] = bytesOf(softmaxReciprocalTable());
        drawn.tested = drawn.reference;
    }

    // Constants

    /// Weights and what goes with them, as the reference reads them; false where they are too many.
    bool drawWeights(Case &drawn)
    {
        const window2d_params &w = drawn.query.window;
        const gemm_params &g = drawn.query.gemm;
        weights = {};
        weights.elementBytes = isQuantized() ? 1 : has(OperandType::F16) ? 2 : 4;
        weights.outputs = isWindow() ? w.out_c : g.n;
        weights.depth = isWindow() ? int64_t(w.kernel_h) * w.kernel_w * w.in_c / w.groups : g.k;
        weights.outputsLast = kernel.op == "depthwise_conv2d";
        weights.kernelColumns = isWindow() ? w.kernel_w : 1;
        if (weights.outputs * weights.depth > (isLarge ? mostLargeElements : mostElements))
            return false;
        drawn.query.bias = !random.once(4);
        if (isQuantized()) {
            drawn.reference[Role::Weights] = drawQuantized(drawn);
            return true;
        }
        drawn.reference[Role::Weights] = floats(weights.outputs * weights.depth);
        if (drawn.query.bias)
            drawn.reference[Role::Bias] = floats(weights.outputs);
        return true;
    }

    /// The constants of the kernel under test, as the compiler makes them of those of the reference.
    void packConstants(Case &drawn)
    {
        drawn.tested = drawn.reference;
        weights.bytes = drawn.reference[Role::Weights];
        if (kernel.weights)
            drawn.tested[Role::Weights] = kernel.weights->apply(weights).bytes;
        if (kernel.requant)
            drawn.tested[Role::Requant] = bytesOf(kernel.requant->apply(requant));
    }

    /// Of the kernel's type.
    Bytes floats(int64_t count)
    {
        std::vector<float> values;
        std::vector<uint16_t> halves;
        for (int64_t i = 0; i < count; ++i)
            values.push_back(random.eighths(-8, 8));
        if (!has(OperandType::F16))
            return bytesOf(values);
        for (float value : values) {
            llvm::APFloat number(value);
            bool isInexact;
            number.convert(llvm::APFloat::IEEEhalf(), llvm::APFloat::rmNearestTiesToEven, &isInexact);
            halves.push_back(uint16_t(number.bitcastToAPInt().getZExtValue()));
        }
        return bytesOf(halves);
    }

    /// Weights: limits, zeros in a whole channel, or anything; and what requantises each channel.
    Bytes drawQuantized(Case &drawn)
    {
        const int32_t least = random.once(2) ? -128 : -127;
        std::vector<int8_t> values(size_t(weights.outputs * weights.depth));
        std::vector<std::vector<int8_t>> channels;
        for (int64_t output = 0; output < weights.outputs; ++output) {
            const int32_t kind = random(0, 9);
            std::vector<int8_t> channel;
            for (int64_t i = 0; i < weights.depth; ++i) {
                channel.push_back(int8_t(kind == 0   ? 0
                                         : kind == 1 ? 127
                                         : kind == 2 ? least
                                                     : random.extreme(least, 127)));
                values[size_t(weights.outputsLast ? i * weights.outputs + output : output * weights.depth + i)] =
                    channel.back();
            }
            channels.push_back(channel);
        }
        drawChannels(drawn, channels);
        drawn.query.weightsAboveMin = !llvm::is_contained(values, INT8_MIN);
        return bytesOf(values);
    }

    /// Zero points and clamp at the limits of their ranges as well as between; shifts from 0 on; biases as large as
    /// folding takes, at ties of rounding, and small.
    void drawChannels(Case &drawn, const std::vector<std::vector<int8_t>> &channels)
    {
        const bool isPerChannel = !random.once(4);
        const int32_t mostShift = random.once(2) ? random(0, 12) : random(0, 30);
        const int32_t mostZero = int32_t((1u << 30) >> mostShift); // what an offset has room for
        inputZeroPoint = has(OperandType::S16) ? 0 : random.extreme(-128, 127);
        outputZeroPoint =
            has(OperandType::S16) ? 0 : random.extreme(std::max(-mostZero, -128), std::min(mostZero - 1, 127));
        weightsZeroPoint = kernel.requant || has(OperandType::S16) || !random.once(4) ? 0 : random.extreme(-128, 127);
        if (random.once(4))
            drawn.constantInput = inputZeroPoint;
        std::vector<int32_t> biases, multipliers;
        std::vector<int8_t> shifts;
        requant.clear();
        drawn.query.foldable = weightsZeroPoint == 0;
        for (const std::vector<int8_t> &channel : channels) {
            if (isPerChannel || multipliers.empty()) {
                multipliers.push_back(random.extreme(1 << 30, INT32_MAX));
                shifts.push_back(int8_t(-random.extreme(0, mostShift)));
            }
            const int32_t multiplier = multipliers.back();
            const int8_t shift = shifts.back();
            int32_t bias = drawn.query.bias ? drawBias(multiplier, -shift) : 0;
            std::optional<std::vector<RequantWords>> words;
            while (!(words = foldRequantization(
                         {channel, 1, false, bias, multiplier, shift, inputZeroPoint, outputZeroPoint})) &&
                   bias != 0)
                bias -= bias / 16 + (bias > 0) - (bias < 0);
            biases.push_back(bias);
            drawn.query.foldable &= bool(words);
            requant.push_back(words ? words->front() : RequantWords{});
        }
        perChannel = multipliers.size() > 1;
        drawn.query.shiftsToRight = llvm::all_of(requant, [](const RequantWords &words) { return words.shift > 0; });
        if (drawn.query.bias)
            drawn.reference[Role::Bias] =
                has(OperandType::S16) ? bytesOf(std::vector<int64_t>(biases.begin(), biases.end())) : bytesOf(biases);
        drawn.reference[Role::Multiplier] = bytesOf(multipliers);
        drawn.reference[Role::Shift] = bytesOf(shifts);
    }

    int32_t drawBias(int32_t multiplier, int32_t shift)
    {
        switch (random(0, 3)) {
        case 0: return random.extreme(-(1 << 30), 1 << 30);
        case 1: return random(-20000, 20000);
        default: { // a sum that is stored as a number and a half before it is rounded, or one close by
            const int64_t stored = (2 * random.integer(-129, 129) + 1) * ((int64_t(1) << shift) >> 1);
            const int64_t sum = stored * (1 << 24) / (multiplier >> 7) + random(-2, 2);
            return int32_t(std::clamp<int64_t>(sum, -(1 << 30), 1 << 30));
        }
        }
    }

    // Params

    Bytes params(const Case &drawn)
    {
        const window2d_params &w = drawn.query.window;
        const gemm_params &g = drawn.query.gemm;
        const int32_t limit = has(OperandType::S16) ? INT16_MAX : INT8_MAX;
        const bool isClamped = random.once(3);
        const int32_t least = isClamped ? random(-limit - 1, 0) : -limit - 1;
        const int32_t most = isClamped ? random(least, limit) : limit;
        const float low = random.once(2) ? -INFINITY : random.eighths(-8, 0);
        const float high = random.once(2) ? INFINITY : random.eighths(0, 16);
        if (kernel.params == "conv2d_f32_params")
            return bytesOf(conv2d_f32_params{w, low, high});
        if (kernel.params == "conv2d_s8_params")
            return bytesOf(
                conv2d_s8_params{w, inputZeroPoint, weightsZeroPoint, outputZeroPoint, least, most, perChannel});
        if (kernel.params == "conv2d_s16_params")
            return bytesOf(conv2d_s16_params{w, least, most, perChannel});
        if (kernel.params == "pool2d_f32_params")
            return bytesOf(pool2d_f32_params{w, low, high});
        if (kernel.params == "pool2d_s8_params")
            return bytesOf(pool2d_s8_params{w, random.extreme(-128, 127), least, most});
        if (kernel.params == "pool2d_s16_params")
            return bytesOf(pool2d_s16_params{w, least, most});
        if (kernel.params == "matmul_f32_params")
            return bytesOf(matmul_f32_params{g, low, high});
        if (kernel.params == "matmul_s8_params")
            return bytesOf(
                matmul_s8_params{g, inputZeroPoint, weightsZeroPoint, outputZeroPoint, least, most, perChannel});
        if (kernel.params == "matmul_s16_params")
            return bytesOf(matmul_s16_params{g, least, most, perChannel});
        return softmaxParams(int32_t(drawn.query.rows), int32_t(drawn.query.depth));
    }

    Bytes softmaxParams(int32_t rows, int32_t depth)
    {
        const double step = double(random(1, 500)) / 1000; // of the exponent, for one of the input
        const SoftmaxExponent exponent = softmaxExponent(step);
        const softmax_s8_params s8{rows, depth, exponent.scale.multiplier, exponent.scale.shift,
                                   int32_t(exponent.leastDifference)};
        if (kernel.params == "softmax_f32_params")
            return bytesOf(softmax_f32_params{rows, depth, random.eighths(1, 16)});
        if (kernel.params == "softmax_s8_params")
            return bytesOf(s8);
        if (kernel.params == "log_softmax_s8_params")
            return bytesOf(log_softmax_s8_params{s8, exponent.inverse.multiplier, exponent.inverse.shift});
        if (kernel.params == "softmax_s16_params") {
            const FixedPoint scale = softmaxTableScale(step / 256);
            return bytesOf(softmax_s16_params{rows, depth, scale.multiplier, scale.shift});
        }
        llvm::report_fatal_error("no case is known with " + kernel.params);
    }

    const KernelRecord &kernel;
    Random random;
    bool isLarge; // the next case

    // Of the case that is being drawn.
    WeightMatrix weights{};
    int32_t inputZeroPoint = 0, weightsZeroPoint = 0, outputZeroPoint = 0;
    bool perChannel = false;
    std::vector<RequantWords> requant;
};

} // namespace

const KernelRecord &referenceOf(const KernelRecord &kernel)
{
    return *llvm::find_if(kernelRecords(), [&](const KernelRecord &record) {
        return record.isReference && record.isFor(kernel.op, kernel.operands.front().type, kernel.operands.back().type);
    });
}

std::vector<Case> drawCases(const KernelRecord &kernel, size_t count)
{
    Drawer drawer(kernel, /*seed=*/1);
    std::vector<Case> cases;
    for (size_t draws = 0; draws < mostDraws && cases.size() < count; ++draws)
        if (std::optional<Case> drawn = drawer.draw())
            cases.push_back(std::move(*drawn));
    return cases;
}

size_t elementWidth(OperandType type)
{
    switch (type) {
    case OperandType::S8: return 1;
    case OperandType::F16:
    case OperandType::S16: return 2;
    case OperandType::F32:
    case OperandType::S32: return 4;
    case OperandType::S64: return 8;
    }
    llvm_unreachable("all types are above");
}

/// Reverses the bytes of each piece of `width`.
static void reverseBytes(Bytes &bytes, size_t width)
{
    for (size_t i = 0; i < bytes.size(); i += width)
        std::reverse(bytes.begin() + ptrdiff_t(i), bytes.begin() + ptrdiff_t(i + width));
}

static void turnToBigEndian(std::map<Role, Bytes> &constants, const KernelRecord &kernel)
{
    for (auto &[role, bytes] : constants) {
        if (const KernelOperand *operand = kernel.find(role)) // others are drawn for all kernels of the operation
            reverseBytes(bytes, elementWidth(operand->type));
    }
}

void turnToBigEndian(Case &drawn, const KernelRecord &kernel)
{
    reverseBytes(drawn.params, sizeof(int32_t)); // of which, and of floats, all structs are made
    turnToBigEndian(drawn.reference, referenceOf(kernel));
    turnToBigEndian(drawn.tested, kernel);
}

template <typename Typical>
static void addDense(llvm::ArrayRef<Typical> layers, const KernelRecord &kernel, std::vector<Case> &cases)
{
    for (const Typical &layer : layers) {
        if (layer.op != kernel.op)
            continue;
        Drawer drawer(kernel, /*seed=*/1);
        std::optional<Case> drawn;
        for (int draws = 0; draws < 100 && !drawn; ++draws) // until the constants are admitted
            drawn = drawer.drawDense(layer);
        if (drawn)
            cases.push_back(std::move(*drawn));
    }
}

std::vector<Case> typicalCases(const KernelRecord &kernel)
{
    std::vector<Case> cases;
    addDense(llvm::ArrayRef(typicalWindows), kernel, cases);
    addDense(llvm::ArrayRef(typicalProducts), kernel, cases);
    return cases;
}

} // namespace barecc::kernel_test
