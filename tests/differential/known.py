"""Differences that are not barecc's: where the other side breaks the standard, or where the standard leaves it open.

A rule names operators and says which elements of a result its reason leaves open, judged by the operands of the node and
by both results. A difference is explained where it is in such elements alone.
"""

import math
import re

import numpy

ROUNDING = "the operands differ by what rounding explains"
LARGEST = numpy.finfo(numpy.float32).max
SAFE_SQUARE = 1e18  # the sum of some squares up to that one of floats is finite


# Which elements are open. All take a failure, and give a mask that broadcasts to the result.

def results(kinds):
    """For a mask that only results of these kinds of types have."""
    def of(is_open):
        return lambda failure: failure.wanted.dtype.kind in kinds and is_open(failure)
    return of


def always(failure):
    return True


def floats(failure):
    return [array.astype(numpy.float64) for array in failure.operands if array is not None and array.dtype.kind == "f"]


def has_nan(failure):
    return any(numpy.isnan(array).any() for array in floats(failure))


def has_large(failure):
    """Whether there are numbers whose squares may be infinite, infinities or NaN."""
    return any((~(numpy.abs(array) <= SAFE_SQUARE)).any() for array in floats(failure))


def image_has_large(failure):
    return not (numpy.abs(failure.operands[0].astype(numpy.float64)) <= SAFE_SQUARE).all()


def weights_not_finite(failure):
    return not numpy.isfinite(failure.operands[1]).all()


@results("f")
def overflows_on_the_way(failure):
    """One side is not finite, and finite numbers are so large that their products are not."""
    large = any((numpy.isfinite(array) & (numpy.abs(array) > SAFE_SQUARE)).any() for array in floats(failure))
    return large & ~(numpy.isfinite(failure.got) & numpy.isfinite(failure.wanted))


@results("f")
def at_end_of_range(failure):
    """A float is near the largest on one side and infinite on the other."""
    largest = numpy.finfo(failure.wanted.dtype).max
    sides = numpy.abs(failure.got), numpy.abs(failure.wanted)
    return (numpy.maximum(*sides) == numpy.inf) & (numpy.minimum(*sides) > largest / 1000)


def at_nan(failure):
    """Where an operand of an elementwise operator is NaN."""
    mask = numpy.zeros(failure.wanted.shape, bool)
    for array in floats(failure):
        mask = mask | numpy.isnan(array)
    return mask


def few_steps(failure):
    """One step, of a part of the elements: as where ties are rounded otherwise, not where all are moved. A step of floats is
    their scale, as DequantizeLinear has it."""
    if failure.wanted.dtype.kind == "f" and failure.kind != "DequantizeLinear":
        return False
    step = failure.operands[1].max() * 1.001 if failure.wanted.dtype.kind == "f" else 1
    apart = numpy.abs(failure.got.astype(object) - failure.wanted.astype(object))
    return (apart <= step) & (failure.places.sum() <= max(4, failure.wanted.size / 4))


@results("iu")
def lowest_of_logarithm(failure):
    """One step, or the least byte for one that is near it."""
    least = numpy.iinfo(failure.wanted.dtype).min
    return few_steps(failure) | (failure.got == least) & (failure.wanted <= least + 4)


@results("iu")
def beyond_range(failure):
    """Floats that become integers which do not hold them."""
    limits, x = numpy.iinfo(failure.wanted.dtype), numpy.trunc(floats(failure)[0])
    return ~((x >= float(limits.min)) & (x < float(limits.max) + 1))


def beyond_step(failure):
    """Floats that are no 32-bit integer when they have been divided by the scale of the result."""
    return ~(numpy.abs(floats(failure)[0] / failure.tensors[-1].scale) < 2.0 ** 31)


def power_overflows(failure):
    base, exponent = (array.astype(object) for array in failure.operands)
    return numpy.abs(base) ** numpy.maximum(exponent, 0) > numpy.iinfo(failure.wanted.dtype).max


def integers_overflow(failure):
    """Integers whose sum, product or sum of squares, as the operator takes it, may not fit their type."""
    x = failure.operands[0].astype(object).ravel()
    limit = numpy.iinfo(failure.operands[0].dtype).max
    if failure.kind == "ReduceProd":
        return math.prod(max(abs(value), 1) for value in x) > limit
    return sum(value * value if failure.kind in ("ReduceL2", "ReduceSumSquare") else abs(value) for value in x) > limit


def shifts_by_a_word(failure):
    """Quotients of bytes that are shifted by more than 31 places, as TensorFlow Lite counts them."""
    x, y, result = failure.tensors
    shift = math.frexp(x.scale / (y.scale * result.scale))[1]
    first, second = (numpy.abs(array.astype(int) - tensor.zero) for array, tensor in zip(failure.operands, (x, y)))

    def bits(array):
        return numpy.vectorize(lambda value: int(value).bit_length())(array)

    return (31 - bits(first)) + (bits(second) - 1) - shift > 31


@results("f")
def clamped(failure):
    """What TensorFlow Lite's clamp of a result makes of an infinity or of NaN."""
    infinite = numpy.isinf(failure.got) & (failure.wanted == numpy.copysign(LARGEST, failure.got))
    return infinite | numpy.isnan(failure.got) & numpy.isin(failure.wanted, [0, 6, 1, -1, LARGEST, -LARGEST])


@results("f")
def subnormal_half(failure):
    """Half floats, where an operand is none that has all its bits."""
    halves = [array for array in failure.operands if array is not None and array.dtype == numpy.float16]
    return failure.wanted.dtype == numpy.float16 and any(
        ((numpy.abs(array) < 2.0 ** -14) | ~numpy.isfinite(array)).any() for array in halves)


@results("f")
def multiplied_out(failure):
    """What the roundings of x * a - mean * a make of a difference that is near 0, where a is at most 1 / sqrt(1e-5)."""
    return numpy.abs(failure.got - failure.wanted) <= 2.0 ** -22 * numpy.abs(floats(failure)[0]).max() * 1e5 ** 0.5


@results("f")
def near_zero(failure):
    """Where the last operand is as small as two right results may differ."""
    return numpy.abs(floats(failure)[-1]) <= 1e-5


@results("f")
def running_sum(failure):
    """What the roundings of a running sum of squares, of which small ones are left, change."""
    return numpy.abs(failure.got - failure.wanted) <= 2.0 ** -20 * numpy.square(floats(failure)[0]).max() * numpy.abs(failure.wanted)


def equal_numbers(failure):
    """Channels whose numbers are all alike."""
    x = floats(failure)[0]
    return numpy.ptp(x, axis=(0, 2, 3), keepdims=True) <= 1e-3 * numpy.abs(x).max()


def no_whole_length(failure):
    lengths = failure.operands[0].shape * failure.operands[2].astype(numpy.float64)
    return (lengths != numpy.floor(lengths)).any()


def of_coordinates(is_open):
    """Where a point of the grid of GridSample, [N, ..., axes], is so."""
    return lambda failure: numpy.expand_dims(is_open(failure.operands[1]).any(axis=-1), 1)


SUMS_ENDS = "at the end of the range of floats the order of a sum decides whether it becomes infinite"
NAN_OR_NUMBER = "the larger of a number and NaN: left open, barecc's choice is in docs/values.md"

# (operators, a pattern of the line of the node, the elements that are open, or None where shapes differ, reason)
ONNX_RUNTIME = [
    (r"\w+", "", at_end_of_range, SUMS_ENDS),
    (r"Gemm|MatMul|Einsum|Conv(Transpose)?|ReduceSum|ReduceMean|CumSum|Mean|Sum|\w*AveragePool", "", overflows_on_the_way,
     "products and sums that become infinite on the way: their order is left open"),
    (r"Max|Min|Clip|Relu", "", at_nan, NAN_OR_NUMBER),
    (r"(Reduce|Arg)(Max|Min)|TopK|Hardmax|(Global)?MaxPool|DynamicQuantizeLinear", "", has_nan, NAN_OR_NUMBER),
    (r"Scatter(ND|Elements)", r"'(max|min)'", has_nan, NAN_OR_NUMBER),
    (r"(Max|Average|Lp)Pool", r"'dilations'.*SAME", None,
     "ONNX Runtime makes the result of a dilated window smaller than auto_pad SAME_* says"),
    (r"(Max|Average|Lp)Pool", r"'dilations'.*SAME", always,
     "ONNX Runtime pads a dilated window by less than auto_pad SAME_* says"),
    (r"Cast|CastLike", r"\(\S+ float\d", beyond_range,
     "numbers beyond an integer's range: undefined in ONNX, barecc saturates (docs/values.md)"),
    (r"Pow", r"= Pow\(\S+ int", power_overflows, "powers that do not fit their integer type: left open; barecc saturates"),
    (r"DequantizeLinear", "", few_steps, "barecc computes what stands between such casts on integers, and is held to one step"),
    (r"(com.microsoft.)?QLinear\w+|Resize", "", few_steps,
     "ONNX leaves the rounding on the way to a quantised result open; barecc is held to one step"),
    (r"Reduce(Prod|Sum|SumSquare|L1|L2|Mean)|Einsum", r"\(\S+ int", integers_overflow,
     "ONNX Runtime reduces integers in floats; barecc wraps around"),
    (r"\w+", "", subnormal_half,
     "ONNX Runtime computes half floats that it has no kernel for in 32 bits, and does not round them between nodes"),
    (r"Div|Log|Reciprocal", "", near_zero, "the operand is as near to 0 as floats may differ, and ONNX Runtime's Sigmoid ends at 0"),
    (r"LSTM", r"'clip': 0.5", always,
     "ONNX Runtime does not clip what goes into the last activation; the standard clips all inputs"),
    (r"LSTM|GRU|RNN", "", has_large, "ONNX Runtime's activations of gates clamp what they are given, and so drop NaN"),
    (r"LRN", "", has_large, "ONNX Runtime keeps a running sum, in which an infinity leaves a NaN behind"),
    (r"(Group|Instance|Layer|RMS|MeanVariance|Lp)Normalization", "", has_large,
     "squares that become infinite: the standard gives no order of operations"),
    (r"(Group|Instance)Normalization", "", multiplied_out,
     "ONNX Runtime multiplies out, x * a - mean * a, and so rounds numbers that are larger than their difference"),
    (r"MeanVarianceNormalization", "", equal_numbers,
     "ONNX Runtime subtracts the square of the mean from the mean of squares, and the root of what rounding leaves is NaN"),
    (r"ReduceLogSumExp", "", has_nan, "ONNX Runtime drops NaN beside an infinity"),
    (r"Conv(Transpose)?", "", weights_not_finite,
     "zeros of the padding, and between the elements of a transposed convolution, meet weights that are infinite or NaN: "
     "NaN, or nothing where they are left out"),
    (r"Resize|GridSample", "", image_has_large,
     "elements that are infinite or NaN meet a weight of 0: NaN, or nothing where they are left out"),
    (r"Resize", r"-, \S+ float32\[4\]\) .*(align_corners|pytorch_half_pixel)", no_whole_length,
     "where scale and extent give no whole number, ONNX's own cases take the fraction for the new length, ONNX Runtime rounds"),
    (r"GridSample", "", of_coordinates(lambda grid: ~(numpy.abs(grid) < 1e6)),
     "coordinates that no integer holds: undefined in ONNX Runtime, barecc saturates (docs/values.md)"),
    (r"GridSample", r"cubic'.*border", of_coordinates(lambda grid: numpy.abs(grid) > 1),
     "ONNX's reference implementation moves a point to the border before it looks at its neighbours, and so does barecc; "
     "PyTorch, and ONNX Runtime since 2026, move each neighbour alone"),
]
TENSORFLOW_LITE = [
    (r"\w+", "", clamped,
     "TensorFlow Lite clamps results to finite numbers, and so drops NaN; barecc clamps where an activation asks for it, and "
     "a NaN stays one (docs/values.md)"),
    (r"\w+", "", at_end_of_range, SUMS_ENDS),
    (r"(DEPTHWISE_)?CONV_2D|TRANSPOSE_CONV|FULLY_CONNECTED|BATCH_MATMUL|SUM|MEAN|CUMSUM|ADD_N|AVERAGE_POOL_2D", "",
     overflows_on_the_way, "products and sums that become infinite on the way: their order is left open"),
    (r"MAXIMUM|MINIMUM|RELU\w*", "", at_nan, NAN_OR_NUMBER),
    (r"(REDUCE|ARG)_(MAX|MIN)|TOPK_V2|MAX_POOL_2D", "", has_nan, NAN_OR_NUMBER),
    (r"CAST", r"\(\S+ float\d", beyond_range,
     "numbers beyond an integer's range: undefined in TFLite, barecc saturates (docs/values.md)"),
    (r"QUANTIZE", r"\(\S+ float32", beyond_step,
     "TensorFlow Lite converts a float to an integer before it clamps it, and large ones overflow; barecc saturates"),
    (r"DIV", "", shifts_by_a_word,
     "TensorFlow Lite shifts small quotients of bytes by more than 31 places, which C leaves undefined; they are 0"),
    (r"FULLY_CONNECTED|CONV_2D|BATCH_MATMUL|TRANSPOSE_CONV|AVERAGE_POOL_2D|SUM|MEAN", "", few_steps,
     "TensorFlow Lite 2.9's optimised kernels round ties otherwise than its reference kernels (docs/tflite-coverage.md)"),
    (r"LOGISTIC|TANH", "", few_steps,
     "TensorFlow Lite 2.9 takes these from a table of floats, its reference kernels compute them in fixed point, as barecc does"),
    (r"LOG_SOFTMAX", "", lowest_of_logarithm,
     "TensorFlow Lite 2.9 takes this from a table of floats, its reference kernel ends at differences of 31/64 of fixed point"),
    (r"LOCAL_RESPONSE_NORMALIZATION", "", has_large,
     "TensorFlow Lite keeps a running sum, in which an infinity leaves a NaN behind"),
    (r"LOCAL_RESPONSE_NORMALIZATION", "", running_sum, "TensorFlow Lite keeps a running sum, in which large squares leave roundings"),
    (r"L2_NORMALIZATION", "", has_large, "squares that become infinite: TFLite says nothing of their order"),
]


def explains(failure, rules):
    """The reasons that rules give, an empty text where they do not explain all that differs."""
    if failure.text == ROUNDING:
        return ROUNDING
    reasons, left = [], None if failure.places is None else failure.places.copy()
    for operators, line, is_open, reason in rules:
        if not (re.fullmatch(operators, failure.kind) and re.search(line, failure.node)):
            continue
        if left is None and is_open is None:
            return reason
        if left is None or is_open is None or not failure.tensors:
            continue
        with numpy.errstate(all="ignore"):
            mask = numpy.broadcast_to(is_open(failure), left.shape) & left
        if mask.any():
            reasons.append(reason)
            left &= ~mask
    return "" if left is None or left.any() else "; ".join(reasons)
