"""ONNX models of one layer, for which the compiler then takes a kernel.

Source of the format: onnx.proto, in protobuf's wire encoding.
"""

import random
import struct

FLOAT, INT8, INT32 = 1, 3, 6
ATTRIBUTE_INT, ATTRIBUTE_INTS = 2, 7


def varint(value):
    encoded = b""
    while value > 0x7F:
        encoded += bytes([value & 0x7F | 0x80])
        value >>= 7
    return encoded + bytes([value])


def number(field, value):
    return varint(field << 3) + varint(value)


def chunk(field, value):
    content = value.encode() if isinstance(value, str) else value
    return varint(field << 3 | 2) + varint(len(content)) + content


def attribute(name, value):
    if isinstance(value, int):
        return chunk(5, chunk(1, name) + number(3, value) + number(20, ATTRIBUTE_INT))
    return chunk(5, chunk(1, name) + b"".join(number(8, item) for item in value) + number(20, ATTRIBUTE_INTS))


def node(operator, inputs, output, **attributes):
    return chunk(1, b"".join(chunk(1, name) for name in inputs) + chunk(2, output) + chunk(3, output)
                 + chunk(4, operator) + b"".join(attribute(*item) for item in attributes.items()))


def constant(name, element, shape, values):
    data = struct.pack({FLOAT: "<%df", INT8: "<%db", INT32: "<%di"}[element] % len(values), *values)
    return chunk(5, b"".join(number(1, extent) for extent in shape) + number(2, element) + chunk(8, name)
                 + chunk(9, data))


def tensor(field, name, element, shape):
    dims = b"".join(chunk(1, number(1, extent)) for extent in shape)
    return chunk(field, chunk(1, name) + chunk(2, chunk(1, number(1, element) + chunk(2, dims))))


def model(content):
    return number(1, 8) + chunk(7, content + chunk(2, "layer")) + chunk(8, chunk(1, "") + number(2, 13))


class Layer:
    """A convolution or a matrix product. Its weights are random, the same in every run."""

    def __init__(self, name, operator, input_shape, weight_shape, output_shape, **attributes):
        self.name, self.operator, self.attributes = name, operator, attributes
        self.input_shape, self.weight_shape, self.output_shape = input_shape, weight_shape, output_shape

    def onnx(self, element):
        """The model's bytes, on FLOAT or INT8 (weights quantised by output channel)."""
        source = random.Random(0)
        channels, count = self.weight_shape[0], 1
        for extent in self.weight_shape:
            count *= extent
        if element == FLOAT:
            return model(constant("w", FLOAT, self.weight_shape, [source.uniform(-1, 1) for _ in range(count)])
                         + constant("b", FLOAT, [channels], [source.uniform(-1, 1) for _ in range(channels)])
                         + tensor(11, "x", FLOAT, self.input_shape) + tensor(12, "y", FLOAT, self.output_shape)
                         + node(self.operator, ["x", "w", "b"], "y", **self.attributes))
        scales = [source.uniform(0.001, 0.002) for _ in range(channels)]
        constants = [("w", INT8, self.weight_shape, [source.randint(-127, 127) for _ in range(count)]),
                     ("w_scale", FLOAT, [channels], scales), ("w_zero", INT8, [channels], [0] * channels),
                     ("b", INT32, [channels], [source.randint(-1000, 1000) for _ in range(channels)]),
                     ("b_scale", FLOAT, [channels], [0.05 * scale for scale in scales]),
                     ("x_scale", FLOAT, [], [0.05]), ("x_zero", INT8, [], [3]),
                     ("y_scale", FLOAT, [], [0.1]), ("y_zero", INT8, [], [-5])]
        return model(b"".join(constant(*item) for item in constants)
                     + tensor(11, "x", INT8, self.input_shape) + tensor(12, "y", INT8, self.output_shape)
                     + node("DequantizeLinear", ["x", "x_scale", "x_zero"], "x_real")
                     + node("DequantizeLinear", ["w", "w_scale", "w_zero"], "w_real", axis=0)
                     + node("DequantizeLinear", ["b", "b_scale"], "b_real", axis=0)
                     + node(self.operator, ["x_real", "w_real", "b_real"], "y_real", **self.attributes)
                     + node("QuantizeLinear", ["y_real", "y_scale", "y_zero"], "y"))


# Large enough that vectors of 512 bits are full.
LAYERS = [
    Layer("1x1", "Conv", [1, 64, 12, 12], [64, 64, 1, 1], [1, 64, 12, 12]),
    Layer("3x3", "Conv", [1, 32, 12, 12], [64, 32, 3, 3], [1, 64, 12, 12], pads=[1, 1, 1, 1]),
    Layer("depthwise 3x3", "Conv", [1, 128, 12, 12], [128, 1, 3, 3], [1, 128, 12, 12], pads=[1, 1, 1, 1], group=128),
    Layer("fully connected", "Gemm", [1, 256], [128, 256], [1, 128], transB=1),
]
