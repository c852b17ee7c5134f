"""Operators that work element by element."""

import numpy

from tflite_model import ACTIVATIONS, FLOAT, INTEGERS, MOVED, QUANTIZED, REAL, Impossible, filled, operator


def options_of(name):
    """The table of an operator's options is called like it."""
    return "".join(part.capitalize() for part in name.replace("_2D", "2D").replace("_3D", "3D").split("_")) + "Options"


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
    if x.type == "uint8":  # TensorFlow Lite asserts that no divisor is 0
        shape, (scale, zero) = x.shape, model.quantization("uint8")
        stored = numpy.random.default_rng(model.choices.below(99)).integers(1, 256, shape)
        y = model.tensor("uint8", shape, (stored + zero) % 256, scale, zero)
    else:
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
