"""A random ONNX model as it is made: tensors that know their shape and type, and the inputs' data."""

import pathlib
import sys

import numpy

from random_model import LARGEST, Impossible, RandomModel, Value
from tensor_data import drawn

sys.path.append(str(pathlib.Path(__file__).resolve().parent.parent / "models/maker"))
import onnx_file  # noqa: E402

# The first is what a shrunk model has.
OPSETS = [17, 13, 21, 11, 18, 23]
FLOATS = ["float32", "float16", "float64"]
SIGNED = ["int32", "int64", "int8", "int16"]
UNSIGNED = ["uint8", "uint16", "uint32", "uint64"]
INTEGERS = SIGNED + UNSIGNED
NUMBERS = FLOATS + INTEGERS
ANY = NUMBERS + ["bool"]
WIDE = FLOATS + ["int32", "int64", "uint32", "uint64"]

# What a result may be off, relative to itself: a few units in the last place.
ROUNDING = {"float32": 2.0 ** -21, "float64": 2.0 ** -50, "float16": 2.0 ** -10}
# Operators that round on the way to their results, so that not these, but their operands tell by how much.
SUMS = {"AveragePool", "BatchNormalization", "Conv", "ConvTranspose", "CumSum", "Det", "Einsum", "GRU", "Gemm",
        "GlobalAveragePool", "GlobalLpPool", "GridSample", "GroupNormalization", "InstanceNormalization", "LRN", "LSTM",
        "LayerNormalization", "LogSoftmax", "LpNormalization", "LpPool", "MatMul", "Mean",
        "MeanVarianceNormalization", "RMSNormalization", "RNN", "ReduceL1", "ReduceL2", "ReduceLogSum",
        "ReduceLogSumExp", "ReduceMean", "ReduceProd", "ReduceSum", "ReduceSumSquare", "Resize", "Softmax", "Sum"}

SUFFIX = ".onnx"
OPERATORS = {}  # name -> (function that adds a node to a model, lowest opset)


def operator(*names, since=1):
    """Registers a function of a model and of an operator's name."""
    def register(function):
        for name in names:
            OPERATORS[name] = (function, since)
        return function
    return register


class OnnxModel(RandomModel):
    operators = OPERATORS

    def __init__(self, choices, rounding=None, beside=None, outer=None, name="g"):
        """With `rounding`, random numbers, floats are rounded otherwise, as monte_carlo.py says. The nodes go into a
        graph of this one's own; of `beside`, a model whose operators are of the same version; or into the body `name` of
        a node of `outer`."""
        self.rounding = outer.rounding if outer else rounding
        version = outer.version if outer else choices.of(OPSETS)
        super().__init__(choices, outer.theme if outer else choices.of(["float32"] * 6 + NUMBERS), version)
        self.graph = beside.graph if beside else onnx_file.Graph(name)
        self.domains = beside.domains if beside else outer.domains if outer else set()

    # Tensors

    def new_input(self, type_, shape, array=None):
        name = f"x{len(self.graph.inputs)}"
        self.graph.input(name, type_, shape)
        value = Value(name, type_, tuple(shape))
        self.inputs.append(value)
        self.values.append(value)
        self.data.append(drawn(self.choices, type_, shape) if array is None else numpy.asarray(array, type_))
        return value

    def constant(self, array, type_=None):
        array = numpy.asarray(array, type_)
        return Value(self.graph.constant(array), str(array.dtype), array.shape, data=array)

    def ints(self, *values, type_="int64"):
        return self.constant(numpy.array(values, type_))

    # Nodes

    def node(self, operator_, inputs, results, domain="", **attributes):
        """Adds a node; `results` are pairs of a type and a shape. Returns its values, or its only one."""
        if any(numpy.prod(shape) > LARGEST for _, shape in results):
            raise Impossible
        if domain:
            self.domains.add((domain, 1))
        self.used |= {value.name for value in inputs if value}
        if operator_ in SUMS:
            # What Resize has behind its image are no numbers to be summed.
            count = 1 if operator_ == "Resize" else len(inputs)
            inputs = [self.rounded(value) if value else None for value in inputs[:count]] + list(inputs[count:])
        elif self.rounding is not None and "Q" in operator_:
            inputs = [self.scale_rounded(value) if value else None for value in inputs]
        names = self.graph.node(operator_, [value.name if value else "" for value in inputs], len(results), domain,
                                **attributes)
        outputs = [Value(name, type_, tuple(int(length) for length in shape))
                   for name, (type_, shape) in zip([names] if len(results) == 1 else names, results)]
        outputs = [self.rounded(value) for value in outputs]
        self.values += outputs
        self.wrote(f"{domain}.{operator_}" if domain else operator_, inputs, outputs, attributes)
        return outputs[0] if len(outputs) == 1 else outputs

    def rounded(self, value):
        """The value as another order of roundings could give it."""
        if self.rounding is None or value.type not in ROUNDING:
            return value
        factors = 1 + ROUNDING[value.type] * self.rounding.uniform(value.shape)
        factors = self.graph.constant(factors.astype(value.type))
        return Value(self.graph.node("Mul", [value.name, factors]), value.type, value.shape)

    def scale_rounded(self, value):
        """A scale of quantised numbers, which decides where the steps between them are."""
        if value.data is None or value.type != "float32":
            return value
        return self.constant(value.data * (1 + ROUNDING["float32"] * self.rounding.uniform()), "float32")

    def declare(self, outputs):
        for value in outputs:
            self.graph.output(value.name)


def write(models, path):
    """Of models beside each other."""
    onnx_file.write(models[0].graph, path, models[0].version, sorted(models[0].domains))


def generate(choices, operators=None, rounding=None, beside=None):
    model = OnnxModel(choices, rounding, beside)
    model.fill(operators or sorted(OPERATORS))
    return model, model.finish()
