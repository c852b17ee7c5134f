"""All operators of TFLite that random models have."""

import numpy

from random_model import Impossible
from tflite_model import ACTIVATIONS, QUANTIZED, operator

FLOAT = ["float32"]
REAL = FLOAT + QUANTIZED
INTEGERS = ["int32", "int64"]
MOVED = FLOAT + ["int8", "uint8", "int32", "int64", "bool"]


def filled(value):
    return 0 not in value.shape


def options_of(name):
    """The table of an operator's options is called like it."""
    return "".join(part.capitalize() for part in name.replace("_2D", "2D").replace("_3D", "3D").split("_")) + "Options"


# Element by element

@operator("ABS", "NEG", "SQUARE", "SQRT", "RSQRT", "EXP", "LOG", "SIN", "COS", "CEIL", "FLOOR", "ROUND", "ELU")
def unary(model, name):
    x = model.pick(FLOAT + (["int8"] if name == "ELU" else ["int8", "int16"] if name == "ABS" else []))
    if name in ("SQRT", "RSQRT", "LOG") and model.choices.below(4):
        x = model.node("ABS", [x], [(x.type, x.shape)])
    model.node(name, [x], [(x.type, x.shape)])


@operator("RELU", "RELU6", "RELU_N1_TO_1")
def relu(model, name):
    x = model.pick(FLOAT + ["int8", "uint8"])
    model.node(name, [x], [(x.type, x.shape)])


@operator("HARD_SWISH", "GELU")
def swish(model, name):
    x = model.pick(FLOAT + ["int8", "uint8"])
    options = ("GeluOptions", {"approximate": bool(model.choices.below(2))}) if name == "GELU" else None
    model.node(name, [x], [(x.type, x.shape)], options)


@operator("LEAKY_RELU")
def leaky_relu(model, name):
    x = model.pick(REAL)
    model.node(name, [x], [(x.type, x.shape)], ("LeakyReluOptions", {"alpha": model.choices.of([0.25, 0.1, 0.5])}))


@operator("LOGISTIC", "TANH")
def sigmoid(model, name):
    x = model.pick(REAL)
    scales = {"int8": (1 / 256, -128), "uint8": (1 / 256, 0), "int16": (1 / 32768, 0)} if name == "LOGISTIC" else \
        {"int8": (1 / 128, 0), "uint8": (1 / 128, 128), "int16": (1 / 32768, 0)}
    y = model.node(name, [x], [(x.type, x.shape, scales.get(x.type, x))])
    if x.type in ("int8", "uint8"):
        model.leave(y)


@operator("PRELU")
def prelu(model, name):
    x = model.pick(FLOAT + ["int8", "uint8"], low=2, fits=filled)
    slope = model.weights(x.type, (1,) * (x.rank - 2) + x.shape[-1:])
    model.node(name, [x, slope], [(x.type, x.shape)])


@operator("ADD", "SUB", "MUL")
def arithmetic(model, name):
    x = model.pick(REAL + INTEGERS)
    y, shape = model.broadcast(x)
    pair = [y, x] if model.choices.rarely(2) else [x, y]
    activation = model.choices.of(ACTIVATIONS) if x.type in REAL else "NONE"
    model.node(name, pair, [(x.type, shape)], (options_of(name), {"fused_activation_function": activation}))


@operator("DIV")
def division(model, name):
    x = model.pick(FLOAT + ["uint8"])
    y, shape = model.broadcast(x)
    model.node(name, [x, y], [(x.type, shape)], ("DivOptions", {"fused_activation_function": model.choices.of(ACTIVATIONS)}))


@operator("FLOOR_DIV", "FLOOR_MOD")
def floored(model, name):
    x = model.pick(["float32", "int32"] + (["int64"] if name == "FLOOR_MOD" else []))
    shape = x.shape
    y = model.constant(numpy.random.default_rng(model.choices.below(99)).choice([1, 2, 3, -2, 5], shape), x.type)
    model.node(name, [x, y], [(x.type, shape)])


@operator("POW", "SQUARED_DIFFERENCE", "MAXIMUM", "MINIMUM")
def binary(model, name):
    x = model.pick({"POW": FLOAT, "SQUARED_DIFFERENCE": FLOAT + ["int32", "int8"]}.get(name, REAL + INTEGERS))
    if name in ("MAXIMUM", "MINIMUM") and x.scale:  # all have the scale of the first
        y, shape = model.new_input(x.type, x.shape, numpy.zeros(x.shape), x.scale, x.zero), x.shape
        model.node(name, [x, y], [(x.type, shape, x)])
        return
    y, shape = model.broadcast(x)
    model.node(name, [x, y], [(x.type, shape)])


@operator("EQUAL", "NOT_EQUAL", "LESS", "LESS_EQUAL", "GREATER", "GREATER_EQUAL")
def comparison(model, name):
    x = model.pick(FLOAT + ["int8", "uint8"] + INTEGERS + (["bool"] if "EQUAL" == name[-5:] and "_E" not in name[4:] else []))
    y, shape = model.broadcast(x)
    model.node(name, [x, y], [("bool", shape)])


@operator("LOGICAL_AND", "LOGICAL_OR", "LOGICAL_NOT")
def logical(model, name):
    x = model.pick(["bool"])
    if name == "LOGICAL_NOT":
        return model.node(name, [x], [("bool", x.shape)])
    y, shape = model.broadcast(x)
    return model.node(name, [x, y], [("bool", shape)])


@operator("ADD_N")
def add_n(model, name):
    x = model.pick(["float32", "int32"])
    model.node(name, [x, model.alike(x)] + [model.alike(x)] * model.choices.below(2), [(x.type, x.shape)])


@operator("SELECT", "SELECT_V2")
def select(model, name):
    x = model.pick(MOVED)
    if x.scale:
        raise Impossible
    y = model.alike(x)
    known = [value for value in model.values if value.type == "bool" and value.shape == x.shape]
    condition = model.choices.of(known) if known else model.new_input("bool", x.shape)
    model.node(name, [condition, x, y], [(x.type, x.shape)])


@operator("CAST")
def cast(model, name):
    types = ["float32", "int32", "int64", "bool", "uint8", "int8", "int16"]
    x = model.pick(types)
    if x.scale:
        raise Impossible
    type_ = model.choices.of(types[:4])
    y = model.node(name, [x], [(type_, x.shape)], ("CastOptions", {}))
    if x.type == "float32":
        model.leave(y)


@operator("QUANTIZE")
def quantize(model, name):
    x = model.pick(REAL)
    type_ = model.choices.of(QUANTIZED if x.type == "float32" else ["int8", "uint8"] if x.type != "int16" else ["int16", "int8"])
    model.node(name, [x], [(type_, x.shape)])


@operator("DEQUANTIZE")
def dequantize(model, name):
    x = model.pick(QUANTIZED)
    if not x.scale:
        raise Impossible
    model.node(name, [x], [("float32", x.shape)])


# Windows

def window(model, x):
    stride = [model.choices.of([1, 2, 1, 3]) for _ in range(2)]
    size = [model.choices.of([1, 3, 2, 3, 5]) for _ in range(2)]
    dilation = [1, 1] if max(stride) > 1 or model.choices.below(3) else [2, 2]
    padding = model.choices.of(["SAME", "VALID"])
    lengths = []
    for length, taps, step, spread in zip(x.shape[1:3], size, stride, dilation):
        reach = (taps - 1) * spread + 1
        if padding == "VALID" and length < reach:
            raise Impossible
        lengths.append(-(-length // step) if padding == "SAME" else (length - reach) // step + 1)
    return size, stride, dilation, padding, lengths


def image(model, types):
    return model.pick(types, low=4, high=4, fits=filled)


def filters_and_bias(model, x, shape, axis, has_bias=True, per_channel=True):
    """Weights, and a bias at the scale of the products."""
    random = numpy.random.default_rng(model.choices.below(99))
    channels = shape[axis]
    if x.type == "float32":
        weights = model.tensor("float32", shape, random.normal(0, 0.5, shape).astype("float32"))
        bias = model.tensor("float32", [channels], random.normal(0, 1, channels).astype("float32"))
        return [weights] + [bias] * has_bias
    if x.type == "uint8":
        scale, zero = 0.02, model.choices.of([128, 0, 77, 255])
        index = model.file.tensor("w", shape, "uint8", data=random.integers(0, 256, shape), scale=scale, zero_point=zero)
        scales = numpy.array([scale])
    else:
        scales = random.uniform(0.005, 0.05, channels if per_channel and model.choices.below(2) else 1)
        index = model.file.tensor("w", shape, "int8", data=random.integers(-127, 128, shape), scale=scales.tolist(),
                                  dimension=axis if len(scales) > 1 else 0)
    from random_model import Value
    weights = Value("w", "int8", tuple(shape), index=index)
    if not has_bias:
        return [weights]
    data = random.integers(-300, 300, channels)
    index = model.file.tensor("b", [channels], "int64" if x.type == "int16" else "int32", data=data,
                              scale=(x.scale * scales).tolist())
    return [weights, Value("b", "int32", (channels,), index=index)]


@operator("CONV_2D")
def conv(model, name):
    x = image(model, REAL)
    size, stride, dilation, padding, lengths = window(model, x)
    channels = model.choices.of([4, 1, 2, 3, 8, 9])
    weights = filters_and_bias(model, x, [channels, *size, x.shape[3]], 0)
    model.node(name, [x, *weights], [(x.type, [x.shape[0], *lengths, channels])],
               ("Conv2DOptions", {"padding": padding, "stride_h": stride[0], "stride_w": stride[1],
                                  "dilation_h_factor": dilation[0], "dilation_w_factor": dilation[1],
                                  "fused_activation_function": model.choices.of(ACTIVATIONS)}))


@operator("DEPTHWISE_CONV_2D")
def depthwise(model, name):
    x = image(model, REAL)
    size, stride, dilation, padding, lengths = window(model, x)
    multiplier = model.choices.of([1, 1, 2])
    channels = x.shape[3] * multiplier
    weights = filters_and_bias(model, x, [1, *size, channels], 3)
    model.node(name, [x, *weights], [(x.type, [x.shape[0], *lengths, channels])],
               ("DepthwiseConv2DOptions", {"padding": padding, "stride_h": stride[0], "stride_w": stride[1],
                                           "dilation_h_factor": dilation[0], "dilation_w_factor": dilation[1],
                                           "depth_multiplier": multiplier,
                                           "fused_activation_function": model.choices.of(ACTIVATIONS)}))


@operator("TRANSPOSE_CONV")
def transpose_conv(model, name):
    x = image(model, REAL)
    size, stride = [model.choices.of([2, 3, 1, 4]) for _ in range(2)], [model.choices.of([1, 2, 3]) for _ in range(2)]
    padding = model.choices.of(["SAME", "VALID"])
    lengths = [length * step if padding == "SAME" else (length - 1) * step + max(taps, step)
               for length, step, taps in zip(x.shape[1:3], stride, size)]
    channels = model.choices.of([2, 1, 3, 5])
    weights = filters_and_bias(model, x, [channels, *size, x.shape[3]], 0, bool(model.choices.below(2)))
    shape = [x.shape[0], *lengths, channels]
    model.node(name, [model.ints(*shape), weights[0], x, *weights[1:]], [(x.type, shape)],
               ("TransposeConvOptions", {"padding": padding, "stride_h": stride[0], "stride_w": stride[1]}))


@operator("FULLY_CONNECTED")
def fully_connected(model, name):
    x = model.pick(REAL, low=2, fits=filled)
    units = model.choices.of([3, 1, 4, 9])
    # TensorFlow Lite 2.9 knows no scales by channel here.
    weights = filters_and_bias(model, x, [units, x.shape[-1]], 0, bool(model.choices.below(3)), False)
    keep = bool(model.choices.below(2))
    shape = [*x.shape[:-1], units] if keep else [int(numpy.prod(x.shape[:-1])), units]
    model.node(name, [x, *weights], [(x.type, shape)],
               ("FullyConnectedOptions", {"fused_activation_function": model.choices.of(ACTIVATIONS[:4]),
                                          "keep_num_dims": keep}))


@operator("BATCH_MATMUL")
def batch_matmul(model, name):
    x = model.pick(FLOAT + ["int8"], low=2, fits=filled)
    columns, transposed = model.choices.of([3, 1, 5]), model.choices.below(2)
    shape = (*x.shape[:-2], *((columns, x.shape[-1]) if transposed else (x.shape[-1], columns)))
    y = model.new_input(x.type, shape)
    model.node(name, [x, y], [(x.type, [*x.shape[:-1], columns])],
               ("BatchMatMulOptions", {"adj_x": False, "adj_y": bool(transposed)}))


@operator("MAX_POOL_2D", "AVERAGE_POOL_2D", "L2_POOL_2D")
def pool(model, name):
    x = image(model, FLOAT if name == "L2_POOL_2D" else REAL)
    size, stride, _, padding, _ = window(model, x)
    lengths = [-(-length // step) if padding == "SAME" else (length - taps) // step + 1
               for length, taps, step in zip(x.shape[1:3], size, stride)]
    if min(lengths) < 1:
        raise Impossible
    model.node(name, [x], [(x.type, [x.shape[0], *lengths, x.shape[3]], x)],
               ("Pool2DOptions", {"padding": padding, "stride_h": stride[0], "stride_w": stride[1],
                                  "filter_height": size[0], "filter_width": size[1],
                                  "fused_activation_function": model.choices.of(ACTIVATIONS[:4])}))


@operator("RESIZE_BILINEAR", "RESIZE_NEAREST_NEIGHBOR")
def resize(model, name):
    x = image(model, FLOAT + ["int8", "uint8"])
    rows, columns = model.choices.of([2, 1, 3, 5, 8]), model.choices.of([2, 1, 3, 5, 8])
    align, half = model.choices.of([(False, False), (True, False), (False, True)])
    table = "ResizeBilinearOptions" if name == "RESIZE_BILINEAR" else "ResizeNearestNeighborOptions"
    model.node(name, [x, model.ints(rows, columns)], [(x.type, [x.shape[0], rows, columns, x.shape[3]], x)],
               (table, {"align_corners": align, "half_pixel_centers": half}))


@operator("LOCAL_RESPONSE_NORMALIZATION")
def local_response(model, name):
    x = image(model, FLOAT)
    model.node(name, [x], [(x.type, x.shape)], ("LocalResponseNormalizationOptions",
                                              {"radius": model.choices.of([1, 2]), "bias": 1.0, "alpha": 0.3, "beta": 0.5}))


# Along axes

@operator("SOFTMAX", "LOG_SOFTMAX")
def softmax(model, name):
    x = model.pick(FLOAT + ["int8", "uint8"] + (["int16"] if name == "SOFTMAX" else []), low=1, fits=filled)
    if name == "SOFTMAX":
        scales = {"int8": (1 / 256, -128), "uint8": (1 / 256, 0), "int16": (1 / 32768, 0)}
        options = ("SoftmaxOptions", {"beta": model.choices.of([1.0, 0.5])})
    else:
        scales, options = {"int8": (16 / 256, 127), "uint8": (16 / 256, 255)}, ("LogSoftmaxOptions", {})
    model.node(name, [x], [(x.type, x.shape, scales.get(x.type, x))], options)


@operator("L2_NORMALIZATION")
def l2_normalization(model, name):
    x = model.pick(FLOAT + ["int8", "uint8"], low=2, fits=filled)
    scales = {"int8": (1 / 128, 0), "uint8": (1 / 128, 128)}
    model.node(name, [x], [(x.type, x.shape, scales.get(x.type, x))], ("L2NormOptions", {}))


@operator("MEAN", "SUM", "REDUCE_MAX", "REDUCE_MIN", "REDUCE_PROD", "REDUCE_ANY", "REDUCE_ALL")
def reduction(model, name):
    types = {"REDUCE_ANY": ["bool"], "REDUCE_ALL": ["bool"], "REDUCE_PROD": FLOAT + INTEGERS}
    x = model.pick(types.get(name, REAL + INTEGERS), low=1, fits=filled)
    axes, chosen = model.axes(x.rank)
    keep = bool(model.choices.below(2))
    shape = [1 if axis in chosen else length for axis, length in enumerate(x.shape) if keep or axis not in chosen]
    same = [x] if name in ("REDUCE_MAX", "REDUCE_MIN") else []
    if name == "SUM" and x.scale:  # TensorFlow Lite's sums of bytes wrap around beyond the range
        same = [(x.scale * max(1, int(numpy.prod([x.shape[axis] for axis in chosen]))), x.zero)]
    model.node(name, [x, model.ints(*axes)], [(x.type, shape, *same)], ("ReducerOptions", {"keep_dims": keep}))


@operator("ARG_MAX", "ARG_MIN")
def arg(model, name):
    x = model.pick(FLOAT + ["int8", "uint8", "int32"], low=1, fits=filled)
    axis, which = model.axis(x.rank)
    shape = x.shape[:which] + x.shape[which + 1:]
    model.node(name, [x, model.ints(axis)], [("int32", shape)], ("ArgMaxOptions" if name == "ARG_MAX" else "ArgMinOptions",
                                                                {"output_type": "INT32"}))


@operator("CUMSUM")
def cumsum(model, name):
    x = model.pick(FLOAT + INTEGERS, low=1, fits=filled)
    axis, _ = model.axis(x.rank)
    model.node(name, [x, model.constant(numpy.int32(axis))], [(x.type, x.shape)],
               ("CumsumOptions", {"exclusive": bool(model.choices.below(2)), "reverse": bool(model.choices.below(2))}))


@operator("TOPK_V2")
def top_k(model, name):
    x = model.pick(FLOAT + ["int32", "int64"], low=1, fits=filled)
    count = model.choices.between(1, x.shape[-1])
    shape = [*x.shape[:-1], count]
    model.node(name, [x, model.constant(numpy.int32(count))], [(x.type, shape), ("int32", shape)], ("TopKV2Options", {}))


# What moves elements

@operator("RESHAPE")
def reshape(model, name):
    from onnx_shapes import factors
    x = model.pick(MOVED + ["int16"], fits=filled)
    shape = factors(model, int(numpy.prod(x.shape)))
    target = list(shape)
    if target and model.choices.rarely(2):
        target[model.choices.below(len(target))] = -1
    model.node(name, [x, model.ints(*target)], [(x.type, shape, x)], ("ReshapeOptions", {"new_shape": target}))


@operator("TRANSPOSE")
def transpose(model, name):
    x = model.pick(MOVED, low=1, fits=filled)
    order = model.choices.shuffled(range(x.rank))
    model.node(name, [x, model.ints(*order)], [(x.type, [x.shape[axis] for axis in order], x)], ("TransposeOptions", {}))


@operator("SQUEEZE")
def squeeze(model, name):
    x = model.pick(MOVED, low=1, fits=lambda value: 1 in value.shape)
    ones = [axis for axis in range(x.rank) if x.shape[axis] == 1]
    chosen = model.choices.shuffled(ones)[:model.choices.between(1, len(ones))]
    model.node(name, [x], [(x.type, [length for axis, length in enumerate(x.shape) if axis not in chosen], x)],
               ("SqueezeOptions", {"squeeze_dims": chosen}))


@operator("EXPAND_DIMS")
def expand_dims(model, name):
    x = model.pick(MOVED, high=3)
    axis, which = model.axis(x.rank + 1)
    model.node(name, [x, model.ints(axis)], [(x.type, x.shape[:which] + (1,) + x.shape[which:], x)], ("ExpandDimsOptions", {}))


@operator("CONCATENATION")
def concatenation(model, name):
    x = model.pick(MOVED + ["int16"], low=1, fits=filled)
    axis, which = model.axis(x.rank)
    known = [value for value in model.values if value.kind == x.kind and value.rank == x.rank and all(
        a == b for i, (a, b) in enumerate(zip(value.shape, x.shape)) if i != which)]
    if x.type != "uint8":  # the others' kernels copy
        known = [value for value in known if (value.scale, value.zero) == (x.scale, x.zero)]
    inputs = [x] + [model.choices.of(known) for _ in range(model.choices.between(1, 2))]
    shape = list(x.shape)
    shape[which] = sum(value.shape[which] for value in inputs)
    model.node(name, inputs, [(x.type, shape, *([x] if x.type != "uint8" else []))],
               ("ConcatenationOptions", {"axis": axis, "fused_activation_function": "NONE"}))


@operator("SPLIT")
def split(model, name):
    x = model.pick(FLOAT + ["int8", "uint8", "int32"], low=1, fits=lambda value: filled(value) and max(value.shape) > 1)
    which = model.choices.of([axis for axis in range(x.rank) if x.shape[axis] > 1])
    length = x.shape[which]
    parts = model.choices.of([count for count in range(2, length + 1) if length % count == 0])
    shape = [length // parts if axis == which else size for axis, size in enumerate(x.shape)]
    model.node(name, [model.constant(numpy.int32(which)), x], [(x.type, shape, x)] * parts, ("SplitOptions", {"num_splits": parts}))


@operator("PACK")
def pack(model, name):
    x = model.pick(FLOAT + ["int32", "int64", "int8", "uint8"], high=3)
    axis, which = model.axis(x.rank + 1)
    inputs = [x] + [x] * model.choices.between(0, 2)
    shape = x.shape[:which] + (len(inputs),) + x.shape[which:]
    model.node(name, inputs, [(x.type, shape, x)], ("PackOptions", {"values_count": len(inputs), "axis": axis}))


@operator("UNPACK")
def unpack(model, name):
    x = model.pick(FLOAT + ["int32", "int8", "uint8"], low=1, fits=lambda value: filled(value) and min(value.shape) < 4)
    which = model.choices.of([axis for axis in range(x.rank) if x.shape[axis] < 4])
    shape = x.shape[:which] + x.shape[which + 1:]
    model.node(name, [x], [(x.type, shape, x)] * x.shape[which], ("UnpackOptions", {"num": x.shape[which], "axis": which}))


@operator("PAD", "PADV2", "MIRROR_PAD")
def pad(model, name):
    x = model.pick(FLOAT + ["int8", "uint8", "int32"], low=1, fits=filled)
    mode = model.choices.of(["REFLECT", "SYMMETRIC"])
    limits = [3 if name != "MIRROR_PAD" else length - (mode == "REFLECT") for length in x.shape]
    amounts = [[model.choices.below(min(limit, 3) + 1) for _ in range(2)] for limit in limits]
    inputs = [x, model.constant(numpy.array(amounts, "int32"))]
    if name == "PADV2":
        value = numpy.array([model.choices.of([0, 1, 7])], x.type)
        inputs.append(model.tensor(x.type, [1], value, x.scale, x.zero))
    shape = [before + length + after for (before, after), length in zip(amounts, x.shape)]
    model.node(name, inputs, [(x.type, shape, x)],
               {"PAD": ("PadOptions", {}), "PADV2": ("PadV2Options", {}), "MIRROR_PAD": ("MirrorPadOptions", {"mode": mode})}[name])


@operator("SLICE")
def slice_(model, name):
    x = model.pick(MOVED, low=1, fits=filled)
    begin = [model.choices.below(length) for length in x.shape]
    size = [model.choices.between(1, length - start) for length, start in zip(x.shape, begin)]
    given = [-1 if start + length == whole and model.choices.rarely(2) else length
             for start, length, whole in zip(begin, size, x.shape)]
    model.node(name, [x, model.ints(*begin), model.ints(*given)], [(x.type, size, x)], ("SliceOptions", {}))


@operator("STRIDED_SLICE")
def strided_slice(model, name):
    x = model.pick(FLOAT + ["int8", "uint8", "int32"], low=1, fits=filled)
    begin, end, steps, shape = [], [], [], []
    masks = {"begin_mask": 0, "end_mask": 0, "shrink_axis_mask": 0}
    for axis, length in enumerate(x.shape):
        step = model.choices.of([1, 2, -1, 3])
        start, stop = model.choices.between(-length, length - 1), model.choices.between(-length, length)
        count = slice(start, stop, step)
        if model.choices.rarely(4):
            masks["shrink_axis_mask"] |= 1 << axis
            begin.append(start), end.append(start + 1 if start != -1 else length), steps.append(1)
            continue
        if model.choices.rarely(2):
            masks["begin_mask"] |= 1 << axis
            count = slice(None, stop, step)
        if model.choices.rarely(2):
            masks["end_mask"] |= 1 << axis
            count = slice(count.start, None, step)
        found = len(range(length)[count])
        if found == 0:
            raise Impossible
        shape.append(found)
        begin.append(start), end.append(stop), steps.append(step)
    model.node(name, [x, model.ints(*begin), model.ints(*end), model.ints(*steps)], [(x.type, shape, x)],
               ("StridedSliceOptions", masks))


@operator("GATHER")
def gather(model, name):
    x = model.pick(FLOAT + ["int8", "uint8", "int32", "int64", "bool"], low=1, fits=filled)
    axis, which = model.axis(x.rank)
    shape = model.shape(0, 2)
    indices = numpy.random.default_rng(model.choices.below(99)).integers(0, x.shape[which], shape)
    given = model.new_input("int32", shape, indices) if model.choices.below(2) else model.constant(indices, "int32")
    model.node(name, [x, given], [(x.type, x.shape[:which] + shape + x.shape[which + 1:], x)], ("GatherOptions", {"axis": axis}))


@operator("GATHER_ND")
def gather_nd(model, name):
    x = model.pick(FLOAT + ["int8", "uint8", "int32"], low=1, fits=filled)
    depth, count = model.choices.between(1, x.rank), model.choices.between(1, 4)
    random = numpy.random.default_rng(model.choices.below(99))
    indices = numpy.stack([random.integers(0, length, count) for length in x.shape[:depth]], -1)
    model.node(name, [x, model.constant(indices, "int32")], [(x.type, (count,) + x.shape[depth:], x)], ("GatherNdOptions", {}))


@operator("TILE")
def tile(model, name):
    x = model.pick(FLOAT + ["int8", "uint8", "int32", "bool"], low=1, fits=filled)
    times = [model.choices.of([1, 2, 3]) for _ in x.shape]
    model.node(name, [x, model.ints(*times)], [(x.type, [a * b for a, b in zip(x.shape, times)], x)], ("TileOptions", {}))


@operator("BROADCAST_TO")
def broadcast_to(model, name):
    x = model.pick(FLOAT + ["int32", "int8", "uint8"], low=1, fits=filled)
    shape = (2,) * model.choices.below(2) + tuple(3 if length == 1 else length for length in x.shape)
    model.node(name, [x, model.ints(*shape)], [(x.type, shape, x)], ("BroadcastToOptions", {}))


@operator("REVERSE_V2")
def reverse(model, name):
    x = model.pick(FLOAT + ["uint8", "int32", "int64", "bool"], low=1, fits=filled)
    model.node(name, [x, model.ints(model.choices.below(x.rank))], [(x.type, x.shape, x)], ("ReverseV2Options", {}))


@operator("DEPTH_TO_SPACE")
def depth_to_space(model, name):
    x = model.pick(FLOAT + ["int8", "uint8", "int32"], low=4, high=4, fits=lambda value: filled(value) and value.shape[3] % 4 == 0)
    n, h, w, c = x.shape
    model.node(name, [x], [(x.type, [n, 2 * h, 2 * w, c // 4], x)], ("DepthToSpaceOptions", {"block_size": 2}))


@operator("SPACE_TO_DEPTH")
def space_to_depth(model, name):
    x = model.pick(FLOAT + ["int8", "uint8", "int32"], low=4, high=4,
                   fits=lambda value: filled(value) and value.shape[1] % 2 == value.shape[2] % 2 == 0)
    n, h, w, c = x.shape
    model.node(name, [x], [(x.type, [n, h // 2, w // 2, 4 * c], x)], ("SpaceToDepthOptions", {"block_size": 2}))


@operator("SPACE_TO_BATCH_ND")
def space_to_batch(model, name):
    x = image(model, FLOAT + ["int8", "uint8", "int32"])
    block = [model.choices.of([1, 2, 3]) for _ in range(2)]
    crops = []
    for length, step in zip(x.shape[1:3], block):
        before = model.choices.below(2)
        crops.append([before, -(length + before) % step])
    lengths = [(length + sum(pair)) // step for length, pair, step in zip(x.shape[1:3], crops, block)]
    model.node(name, [x, model.ints(*block), model.constant(numpy.array(crops, "int32"))],
               [(x.type, [x.shape[0] * block[0] * block[1], *lengths, x.shape[3]], x)], ("SpaceToBatchNDOptions", {}))


@operator("SHAPE", "RANK")
def shape_of(model, name):
    x = model.pick(MOVED)
    model.node(name, [x], [("int32", [x.rank] if name == "SHAPE" else [])],
               ("ShapeOptions", {"out_type": "INT32"}) if name == "SHAPE" else ("RankOptions", {}))


@operator("ZEROS_LIKE")
def zeros_like(model, name):
    x = model.pick(["float32", "int32", "int64"])
    model.node(name, [x], [(x.type, x.shape)], ("ZerosLikeOptions", {}))


@operator("FILL")
def fill(model, name):
    shape = model.shape(1, 3)
    value = model.new_input(model.choices.of(["float32", "int32", "int64"]), ())
    model.node(name, [model.ints(*shape), value], [(value.type, shape)], ("FillOptions", {}))


@operator("ONE_HOT")
def one_hot(model, name):
    depth, shape = model.choices.between(1, 5), model.shape(1, 2)
    indices = numpy.random.default_rng(model.choices.below(99)).integers(-1, depth + 1, shape)
    given = [model.new_input("int32", shape, indices), model.constant(numpy.int32(depth)),
             model.constant(numpy.float32(5)), model.constant(numpy.float32(-1))]
    model.node(name, given, [("float32", [*shape, depth])], ("OneHotOptions", {"axis": -1}))


@operator("SCATTER_ND")
def scatter_nd(model, name):
    rows, columns, count = model.choices.between(2, 6), model.choices.between(1, 3), model.choices.between(1, 4)
    indices = numpy.random.default_rng(model.choices.below(99)).integers(0, rows, (count, 1))
    updates = model.new_input(model.choices.of(["float32", "int32"]), (count, columns))
    model.node(name, [model.constant(indices, "int32"), updates, model.ints(rows, columns)], [(updates.type, (rows, columns))],
               ("ScatterNdOptions", {}))
