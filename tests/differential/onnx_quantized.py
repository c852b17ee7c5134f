"""Quantised operators, and chains of floats between casts of their tensors to integers and back."""

import numpy

from onnx_model import Impossible, operator
from onnx_windows import window

BYTES = ["int8", "uint8"]
SCALES = [0.05, 0.1, 0.0078125, 0.25, 0.031, 1.0]


def parameters(model, type_):
    """A scale, and a zero point that may be odd or at an end of the range."""
    info = numpy.iinfo(type_)
    zero = model.choices.of([0, info.min, info.min + 131, 3, info.max])
    return model.constant(model.choices.of(SCALES), "float32"), model.constant(zero, type_)


def quantize(model, x, type_, pair):
    return model.node("QuantizeLinear", [x, *pair], [(type_, x.shape)])


def dequantize(model, x, pair):
    return model.node("DequantizeLinear", [x, *pair], [("float32", x.shape)])


@operator("QuantizeLinear", since=10)
def quantize_linear(model, name):
    x = model.pick(["float32"], low=1)
    type_ = model.choices.of(BYTES + (["int16", "uint16"] if model.version >= 21 else []))
    quantize(model, x, type_, parameters(model, type_))


@operator("DequantizeLinear", since=10)
def dequantize_linear(model, name):
    x = model.pick(BYTES + ["int32"] + (["int16", "uint16"] if model.version >= 21 else []), low=1)
    if x.type == "int32":
        return model.node(name, [x, model.constant(0.5, "float32")], [("float32", x.shape)])
    if model.version >= 13 and model.choices.rarely(3):
        axis, which = model.axis(x.rank)
        random = numpy.random.default_rng(model.choices.below(99))
        scale = model.constant(random.uniform(0.01, 0.2, x.shape[which]), "float32")
        zero = model.constant(random.integers(0, 100, x.shape[which]), x.type)
        return model.node(name, [x, scale, zero], [("float32", x.shape)], axis=axis)
    return dequantize(model, x, parameters(model, x.type))


@operator("DynamicQuantizeLinear", since=11)
def dynamic_quantize(model, name):
    x = model.pick(["float32"], low=1, fits=lambda value: 0 not in value.shape)
    x = model.node("Tanh", [x], [(x.type, x.shape)])  # an infinite range has no scale
    model.node(name, [x], [("uint8", x.shape), ("float32", ()), ("uint8", ())])


def stored_weights(model, shape, axis=0):
    """Weights of int8 with a scale for each output channel or one, as dequantised floats."""
    random = numpy.random.default_rng(model.choices.below(99))
    values = model.constant(random.integers(-127, 128, shape), "int8")
    if model.version >= 13 and model.choices.below(2):
        scales = model.constant(random.uniform(0.002, 0.05, shape[axis]), "float32")
        zeros = model.constant(numpy.zeros(shape[axis]), "int8")
        return model.node("DequantizeLinear", [values, scales, zeros], [("float32", shape)], axis=axis)
    return dequantize(model, values, [model.constant(model.choices.of([0.01, 0.03]), "float32"),
                                      model.constant(0, "int8")])


@operator("quantized_chain", since=10)
def quantized_chain(model, name):
    """An operator of floats whose operands and results are quantised, as quantising tools write it."""
    type_ = model.choices.of(BYTES)
    x = model.pick(["float32"], low=1, fits=lambda value: 0 not in value.shape)
    first = parameters(model, type_)
    x = dequantize(model, quantize(model, x, type_, first), first)
    kinds = ["Relu", "Add", "Mul", "Sigmoid", "Tanh", "Concat", "Transpose", "Reshape", "HardSigmoid", "LeakyRelu", "Softmax"]
    if x.rank == 4:
        kinds += ["Conv"] * 8 + ["MaxPool", "AveragePool", "GlobalAveragePool"] * 2
    if x.rank == 2:
        kinds += ["MatMul", "Gemm"] * 4
    kind = model.choices.of(kinds)
    same = [("float32", x.shape)]
    if kind in ("Relu", "Sigmoid", "Tanh", "HardSigmoid", "LeakyRelu", "Softmax"):
        y = model.node(kind, [x], same)
    elif kind in ("Add", "Mul", "Concat"):
        other = model.alike(x)
        second = parameters(model, type_)
        other = dequantize(model, quantize(model, other, type_, second), second)
        if kind == "Concat":
            y = model.node(kind, [x, other], [("float32", (2 * x.shape[0], *x.shape[1:]))], axis=0)
        else:
            y = model.node(kind, [x, other], same)
    elif kind == "Transpose":
        order = model.choices.shuffled(range(x.rank))
        y = model.node(kind, [x], [("float32", [x.shape[axis] for axis in order])], perm=order)
    elif kind == "Reshape":
        y = model.node(kind, [x, model.ints(-1)], [("float32", [int(numpy.prod(x.shape))])])
    elif kind == "Conv":
        channels = x.shape[1]
        groups = model.choices.of([1, channels])
        filters = groups * model.choices.of([1, 2] if groups > 1 else [4, 1, 3, 8, 9])
        attributes, lengths = window(model, x.shape[2:])
        weights = stored_weights(model, (filters, channels // groups, *attributes["kernel_shape"]))
        bias = [model.weights("float32", (filters,))] if model.choices.below(2) else []
        y = model.node(kind, [x, weights, *bias], [("float32", (x.shape[0], filters, *lengths))], group=groups, **attributes)
    elif kind in ("MaxPool", "AveragePool"):
        attributes, lengths = window(model, x.shape[2:])
        if "dilations" in attributes:
            raise Impossible
        y = model.node(kind, [x], [("float32", (*x.shape[:2], *lengths))], **attributes)
    elif kind == "GlobalAveragePool":
        y = model.node(kind, [x], [("float32", (*x.shape[:2], 1, 1))])
    else:
        columns = model.choices.of([3, 1, 8])
        trans = model.choices.below(2) if kind == "Gemm" else 0
        weights = stored_weights(model, (columns, x.shape[1]) if trans else (x.shape[1], columns), 0 if trans else 1)
        bias = [model.weights("float32", (columns,))] if kind == "Gemm" else []
        attributes = {"transB": trans} if kind == "Gemm" else {}
        y = model.node(kind, [x, weights, *bias], [("float32", (x.shape[0], columns))], **attributes)
    if model.choices.rarely(3):
        y = model.node("Relu", [y], [("float32", y.shape)])
    last = parameters(model, type_)
    dequantize(model, quantize(model, y, type_, last), last)


@operator("QLinearConv", since=10)
def qlinear_conv(model, name):
    x = model.pick(BYTES, low=4, high=4, fits=lambda value: 0 not in value.shape)
    channels = x.shape[1]
    groups = model.choices.of([1, channels])
    filters = groups * model.choices.of([1, 2, 3])
    attributes, lengths = window(model, x.shape[2:])
    random = numpy.random.default_rng(model.choices.below(99))
    weights = model.constant(random.integers(-127, 128, (filters, channels // groups, *attributes["kernel_shape"])), "int8")
    if model.choices.below(2):
        scales = model.constant(random.uniform(0.002, 0.05, filters), "float32"), model.constant([0] * filters, "int8")
    else:
        scales = model.constant(0.02, "float32"), model.constant(0, "int8")
    bias = [model.constant(random.integers(-500, 500, filters), "int32")] if model.choices.below(2) else []
    inputs = [x, *parameters(model, x.type), weights, *scales, *parameters(model, x.type), *bias]
    model.node(name, inputs, [(x.type, (x.shape[0], filters, *lengths))], group=groups, **attributes)


@operator("QLinearMatMul", since=10)
def qlinear_matmul(model, name):
    x = model.pick(BYTES, low=2, fits=lambda value: 0 not in value.shape)
    type_ = x.type if model.choices.below(3) else "int8"
    y = model.weights(type_, (x.shape[-1], model.choices.of([3, 1, 5])))
    inputs = [x, *parameters(model, x.type), y, *parameters(model, type_), *parameters(model, x.type)]
    model.node(name, inputs, [(x.type, (*x.shape[:-1], y.shape[1]))])


@operator("QLinearAdd", "QLinearMul", since=11)
def qlinear_binary(model, name):
    x = model.pick(BYTES, low=1, fits=lambda value: 0 not in value.shape)
    y, shape = model.broadcast(x)
    inputs = [x, *parameters(model, x.type), y, *parameters(model, x.type), *parameters(model, x.type)]
    model.node(name, inputs, [(x.type, shape)], domain="com.microsoft")


@operator("QLinearSigmoid", "QLinearLeakyRelu", since=11)
def qlinear_unary(model, name):
    x = model.pick(BYTES, low=1)
    attributes = {"alpha": 0.1} if name == "QLinearLeakyRelu" else {}
    model.node(name, [x, *parameters(model, x.type), *parameters(model, x.type)], [(x.type, x.shape)],
               domain="com.microsoft", **attributes)


@operator("QLinearGlobalAveragePool", since=11)
def qlinear_global_pool(model, name):
    x = model.pick(BYTES, low=4, high=4, fits=lambda value: 0 not in value.shape)
    model.node(name, [x, *parameters(model, x.type), *parameters(model, x.type)], [(x.type, (*x.shape[:2], 1, 1))],
               domain="com.microsoft")


@operator("QLinearAveragePool", since=11)
def qlinear_average_pool(model, name):
    x = model.pick(BYTES, low=4, high=4, fits=lambda value: 0 not in value.shape)
    attributes, lengths = window(model, x.shape[2:])
    if "dilations" in attributes:
        raise Impossible
    model.node(name, [x, *parameters(model, x.type), *parameters(model, x.type)], [(x.type, (*x.shape[:2], *lengths))],
               domain="com.microsoft", **attributes)
