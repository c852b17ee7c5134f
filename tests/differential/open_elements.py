"""Which elements of a result a reason of known.py leaves open. Each function takes a failure of comparison.py, and gives a mask
that broadcasts to the result.
"""

import math
import re

import numpy

LARGEST = numpy.finfo(numpy.float32).max
NEAR = 1e-5  # two right results may be so far apart
SAFE_SQUARE = 1e18  # the sum of some squares up to that one of floats is finite


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
    return (apart <= step) & (failure.places.sum() <= max(4, failure.wanted.size / 2))


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
    limit = int(float(numpy.iinfo(failure.wanted.dtype).max) * (1 - 2.0 ** -52))  # powers are taken of doubles
    return numpy.abs(base) ** numpy.maximum(exponent, 0) > limit


def integers_overflow(failure):
    """Integers whose sum, product or sum of squares, as the operator takes it, may not fit their type."""
    x = failure.operands[0].astype(object).ravel()
    limit = numpy.iinfo(failure.operands[0].dtype).max
    if failure.kind == "ReduceProd":
        return math.prod(max(abs(value), 1) for value in x) > limit
    return sum(value * value if failure.kind in ("ReduceL2", "ReduceSumSquare") else abs(value) for value in x) > limit


@results("iu")
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
    """Where the last operand is so small that its own leeway makes such a difference of a quotient or a logarithm."""
    x = numpy.abs(floats(failure)[-1])
    bound = NEAR / x * numpy.maximum(numpy.abs(failure.wanted), 1)
    return (x <= NEAR) | (numpy.abs(failure.got - failure.wanted) <= bound)


def near_integer(failure):
    x = floats(failure)[0]
    return numpy.abs(x - numpy.round(x)) <= NEAR


def operands_meet(failure):
    """Where two floats are nearly equal."""
    if len(floats(failure)) != 2:
        return False
    x, y = floats(failure)
    return numpy.abs(x - y) <= NEAR + 1e-4 * numpy.abs(y)


def strides_beyond_window(failure):
    kernel, strides = (re.search(rf"'{name}': \[([\d, ]+)\]", failure.node) for name in ("kernel_shape", "strides"))
    if strides is None:
        return False
    return any(int(step) > int(size) for step, size in zip(strides[1].split(","), kernel[1].split(",")))


@results("f")
def running_sum(failure):
    """What the roundings of a running sum of squares, of which small ones are left, change."""
    squares = numpy.square(floats(failure)[0])
    return numpy.abs(failure.got - failure.wanted) <= 2.0 ** -20 * squares.max() * numpy.abs(failure.wanted)


def equal_numbers(failure):
    """Channels whose numbers are all alike."""
    x = floats(failure)[0]
    return numpy.ptp(x, axis=(0, 2, 3), keepdims=True) <= 1e-3 * numpy.abs(x).max()


def filter_is_as_large_as_image(failure):
    return failure.operands[0].shape[1:3] == failure.operands[1].shape[1:3]


def no_whole_length(failure):
    lengths = failure.operands[0].shape * failure.operands[2].astype(numpy.float64)
    return (lengths != numpy.floor(lengths)).any()


def of_coordinates(is_open):
    """Where a point of the grid of GridSample, [N, ..., axes], is so."""
    return lambda failure: numpy.expand_dims(is_open(failure.operands[1]).any(axis=-1), 1)
