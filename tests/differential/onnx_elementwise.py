"""Operators that work element by element."""

import numpy

from onnx_model import ANY, FLOATS, INTEGERS, NUMBERS, SIGNED, UNSIGNED, WIDE, operator
from onnx_file import TYPES  # noqa: E402  (of a folder that onnx_model adds)


@operator("Abs", "Sign")
def of_numbers(model, name):
    x = model.pick(NUMBERS)
    model.node(name, [x], [(x.type, x.shape)])


@operator("Neg")
def of_signed(model, name):
    x = model.pick(FLOATS + SIGNED)
    model.node(name, [x], [(x.type, x.shape)])


# What gives a function numbers that it is defined for.
DOMAINS = {"Acos": "Tanh", "Asin": "Tanh", "Atanh": "Tanh", "Acosh": "Exp", "Log": "Abs", "Sqrt": "Abs"}


@operator("Acos", "Acosh", "Asin", "Asinh", "Atan", "Atanh", "Ceil", "Cos", "Cosh", "Erf", "Exp", "Floor",
          "HardSwish", "Log", "Reciprocal", "Round", "Sigmoid", "Sin", "Sinh", "Softplus", "Softsign", "Sqrt",
          "Tan", "Tanh")
def of_floats(model, name):
    if name == "HardSwish" and model.version < 14:
        return
    x = model.pick(FLOATS)
    if name in DOMAINS and model.choices.below(4):
        x = model.node(DOMAINS[name], [x], [(x.type, x.shape)])
    model.node(name, [x], [(x.type, x.shape)])


@operator("Mish", since=18)
def mish(model, name):
    x = model.pick(FLOATS)
    model.node(name, [x], [(x.type, x.shape)])


@operator("Relu")
def relu(model, name):
    x = model.pick(FLOATS + SIGNED if model.version >= 14 else FLOATS)
    model.node(name, [x], [(x.type, x.shape)])


ALPHAS = {"Elu": ["alpha"], "Celu": ["alpha"], "LeakyRelu": ["alpha"], "ThresholdedRelu": ["alpha"],
          "Selu": ["alpha", "gamma"], "HardSigmoid": ["alpha", "beta"], "Shrink": ["bias", "lambd"]}


@operator(*ALPHAS)
def with_alpha(model, name):
    x = model.pick(["float32"] if name == "Celu" else FLOATS)
    attributes = {key: model.choices.of([0.5, 1.0, 0.1, 0.25, 2.0]) for key in ALPHAS[name]
                  if model.choices.rarely(2)}
    model.node(name, [x], [(x.type, x.shape)], **attributes)


@operator("Gelu", since=20)
def gelu(model, name):
    x = model.pick(FLOATS)
    attributes = {"approximate": "tanh"} if model.choices.rarely(2) else {}
    model.node(name, [x], [(x.type, x.shape)], **attributes)


@operator("Clip")
def clip(model, name):
    x = model.pick(NUMBERS if model.version >= 12 else FLOATS)
    low, high = model.choices.of([(0, 6), (0, 1), (-1, 1), (1, 5), (3, 3)])
    if x.type in UNSIGNED:
        low = max(low, 0)
    bounds = [None if model.choices.rarely(4) else model.constant(bound, x.type) for bound in (low, high)]
    model.node(name, [x, *bounds], [(x.type, x.shape)])


@operator("Not")
def logical_not(model, name):
    x = model.pick(["bool"])
    model.node(name, [x], [("bool", x.shape)])


@operator("BitwiseNot", since=18)
def bitwise_not(model, name):
    x = model.pick(INTEGERS)
    model.node(name, [x], [(x.type, x.shape)])


@operator("IsInf", "IsNaN")
def is_special(model, name):
    x = model.pick(FLOATS if model.version >= 20 or name == "IsNaN" else ["float32", "float64"])
    attributes = {"detect_positive": model.choices.below(2), "detect_negative": 1} if name == "IsInf" else {}
    model.node(name, [x], [("bool", x.shape)], **attributes)


@operator("Identity")
def identity(model, name):
    x = model.pick(ANY)
    model.node(name, [x], [(x.type, x.shape)])


@operator("Dropout")
def dropout(model, name):
    x = model.pick(FLOATS)
    model.node(name, [x], [(x.type, x.shape)])


@operator("Cast")
def cast(model, name):
    x = model.pick(ANY)
    type_ = model.choices.of(ANY)
    y = model.node(name, [x], [(type_, x.shape)], to=TYPES[type_])
    if x.type in FLOATS and type_ in INTEGERS:
        model.leave(y)


def binary(model, name, types, result=None):
    x = model.pick(types)
    y, shape = model.broadcast(x)
    pair = [y, x] if model.choices.rarely(2) else [x, y]
    model.node(name, pair, [(result or x.type, shape)])


@operator("Add", "Sub", "Mul", "Div")
def arithmetic(model, name):
    types = NUMBERS if model.version >= 14 else WIDE
    binary(model, name, types)


@operator("Equal", "Greater", "Less", "GreaterOrEqual", "LessOrEqual")
def comparison(model, name):
    if name.endswith("OrEqual") and model.version < 12:
        return
    binary(model, name, NUMBERS + ["bool"] if name == "Equal" else NUMBERS, "bool")


@operator("And", "Or", "Xor")
def logical(model, name):
    binary(model, name, ["bool"])


@operator("BitwiseAnd", "BitwiseOr", "BitwiseXor", since=18)
def bitwise(model, name):
    binary(model, name, INTEGERS)


@operator("BitShift", since=11)
def shift(model, name):
    x = model.pick(UNSIGNED)
    y = model.constant(numpy.random.default_rng(model.choices.below(9)).integers(0, 8, x.shape), x.type)
    model.node(name, [x, y], [(x.type, x.shape)], direction=model.choices.of(["LEFT", "RIGHT"]))


@operator("Mod", since=10)
def mod(model, name):
    x = model.pick(NUMBERS)
    y, shape = model.broadcast(x)
    fmod = 1 if x.type in FLOATS else model.choices.below(2)
    model.node(name, [x, y], [(x.type, shape)], fmod=fmod)


@operator("Pow")
def power(model, name):
    x = model.pick(["float32", "float64", "int32", "int64"] + (["float16"] if model.version >= 13 else []))
    exponent = model.choices.of([2, 1, 3, 0, 4])
    if x.type in FLOATS and model.choices.rarely(2):
        y, shape = model.broadcast(x)
    else:
        y, shape = model.constant(exponent, x.type), x.shape
    model.node(name, [x, y], [(x.type, shape)])


@operator("PRelu")
def prelu(model, name):
    x = model.pick(FLOATS)
    slope, _ = model.broadcast(x, both=False)
    model.node(name, [x, slope], [(x.type, x.shape)])


@operator("Min", "Max", "Sum", "Mean")
def variadic(model, name):
    x = model.pick(NUMBERS if name in ("Min", "Max") and model.version >= 12 else FLOATS)
    inputs, shape = [x], x.shape
    for _ in range(model.choices.below(3)):
        y, wider = model.broadcast(x)
        if y.shape == x.shape or numpy.prod(wider) <= 500:
            try:
                shape = numpy.broadcast_shapes(shape, y.shape)
            except ValueError:
                continue
            inputs.append(y)
    model.node(name, inputs, [(x.type, shape)])


@operator("Where", since=9)
def where(model, name):
    x = model.pick(ANY)
    y, shape = model.broadcast(x)
    known = [value for value in model.values if value.type == "bool" and value.shape in (shape, x.shape, y.shape)]
    condition = model.choices.of(known) if known else model.weights("bool", shape)
    model.node(name, [condition, x, y], [(x.type, shape)])
