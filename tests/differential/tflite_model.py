"""A random TFLite model as it is made: tensors that know their shape, type and quantisation, and the inputs' data."""

import math
import pathlib
import sys

import numpy

from random_model import LARGEST, Impossible, RandomModel, Value
from tensor_data import drawn

sys.path.append(str(pathlib.Path(__file__).resolve().parent.parent / "models/maker"))
import tflite_file  # noqa: E402

FLOAT = ["float32"]
QUANTIZED = ["int8", "uint8", "int16"]
REAL = FLOAT + QUANTIZED
INTEGERS = ["int32", "int64"]
MOVED = FLOAT + ["int8", "uint8", "int32", "int64", "bool"]
SCALES = [0.05, 0.1, 0.0078125, 0.25, 0.031, 1.0]
ACTIVATIONS = ["NONE", "NONE", "RELU", "RELU6", "RELU_N1_TO_1"]
ROUNDING = 2.0 ** -21

SUFFIX = ".tflite"
OPERATORS = {}  # name -> (function that adds a node to a model, 0)


def filled(value):
    return 0 not in value.shape


def operator(*names):
    """Registers a function of a model and of an operator's name."""
    def register(function):
        for name in names:
            OPERATORS[name] = (function, 0)
        return function
    return register


class TFLiteModel(RandomModel):
    operators = OPERATORS
    least_rank = 1  # barecc takes a scalar for a tensor whose shape is open

    def __init__(self, choices, rounding=None, beside=None):
        """With `rounding`, random numbers, floats and scales are rounded otherwise, as monte_carlo.py says. The nodes
        go into a file of this model's own, or of `beside`, another one."""
        theme = choices.of(["float32", "int8", "float32", "int8", "uint8", "int16", "int32", "int64"])
        super().__init__(choices, theme, 0)
        self.rounding = rounding
        self.file = beside.file if beside else tflite_file.TFLiteFile()
        self.outputs, self.scales = [], {}

    # Tensors. One of int8, uint8 or int16 is quantised unless it is `plain`.

    def quantization(self, type_):
        """A scale, and a zero point that may be odd or at an end of the range."""
        info = numpy.iinfo(type_)
        scale = self.choices.of(SCALES)
        if type_ == "int16":
            return scale / 128, 0
        return scale, self.choices.of([0 if type_ == "int8" else 128, 3, info.min, info.max, info.min + 131])

    def tensor(self, type_, shape, data=None, scale=None, zero=0):
        name = f"t{len(self.file.tensors)}"
        index = self.file.tensor(name, shape, type_, data=data, scale=self.rounded_scale(scale), zero_point=zero)
        return Value(name, type_, tuple(int(length) for length in shape), scale, zero, index, data)

    def new_input(self, type_, shape, array=None, scale=None, zero=0):
        if 0 in shape:  # and so an empty tensor
            raise Impossible
        if type_ in QUANTIZED and scale is None and array is None:
            scale, zero = self.quantization(type_)
        value = self.tensor(type_, shape, None, scale, zero)
        self.inputs.append(value)
        self.values.append(value)
        self.data.append(drawn(self.choices, type_, shape) if array is None else numpy.asarray(array, type_))
        return value

    def constant(self, array, type_=None, quantized=True):
        array = numpy.asarray(array, type_)
        scale, zero = None, 0
        if str(array.dtype) in QUANTIZED and quantized:
            scale, zero = self.quantization(str(array.dtype))
        return self.tensor(str(array.dtype), array.shape, array, scale, zero)

    def ints(self, *values):
        return self.constant(numpy.array(values, "int32"))

    def rounded_scale(self, scale):
        """The same for all tensors of one scale. Powers of two stay: with them, integers are exact."""
        if scale is None or self.rounding is None or math.frexp(scale)[0] == 0.5:
            return scale
        return self.scales.setdefault(scale, scale * (1 + ROUNDING * self.rounding.uniform()))

    # Nodes

    def node(self, operator_, inputs, results, options=None):
        """Adds a node. Each result is a type and a shape, and of quantised numbers, what tensor it shares its scale with,
        or its scale and zero point; else these are drawn. Returns its values, or its only one."""
        if any(numpy.prod(result[1]) > LARGEST for result in results):
            raise Impossible
        outputs = []
        for type_, shape, *like in results:
            scale, zero = None, 0
            if like and isinstance(like[0], Value):
                scale, zero = like[0].scale, like[0].zero
            elif like:
                scale, zero = like[0]
            elif type_ in QUANTIZED:
                scale, zero = self.quantization(type_)
            outputs.append(self.tensor(type_, shape, None, scale, zero))
        self.file.operator(operator_, [value.index if value else -1 for value in inputs],
                           [value.index for value in outputs], options)
        self.used |= {value.name for value in inputs if value}
        outputs = [self.rounded(value) for value in outputs]
        self.values += outputs
        self.wrote(operator_, inputs, outputs, options)
        return outputs[0] if len(outputs) == 1 else outputs

    def rounded(self, value):
        """A float as another order of roundings could give it."""
        if self.rounding is None or value.type != "float32" or value.rank > 4:
            return value
        factors = 1 + ROUNDING * self.rounding.uniform(value.shape)
        factors = self.tensor("float32", value.shape, factors.astype("float32"))
        result = self.tensor("float32", value.shape)
        self.file.operator("MUL", [value.index, factors.index], [result.index], ("MulOptions", {}))
        return result

    def declare(self, outputs):
        self.outputs += [value.index for value in outputs]


def write(models, path):
    """Of models beside each other."""
    inputs = [value.index for model in models for value in model.inputs]
    models[0].file.write("flatc", path, inputs, [index for model in models for index in model.outputs])


def generate(choices, operators=None, rounding=None, beside=None):
    model = TFLiteModel(choices, rounding, beside)
    model.fill(operators or sorted(OPERATORS))
    return model, model.finish()
