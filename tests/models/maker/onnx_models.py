"""The ONNX networks of tests/models/small: (seed, function of an OnnxNet)."""

import numpy

from onnx_file import Graph


class OnnxNet:
    """A graph with inputs that know their data, and random weights."""

    def __init__(self, seed, ranges=None):
        self.graph, self.ranges = Graph("net"), ranges
        self.random = numpy.random.default_rng(seed)
        self.inputs = []
        self.node = self.graph.node

    def input(self, shape, dtype="float32", low=-1.0, high=1.0):
        name = f"input_{len(self.inputs)}"
        self.inputs.append((dtype, shape, low, high))
        return self.graph.input(name, dtype, shape)

    def data(self, random):
        return [random.uniform(low, high, shape).astype(dtype) for dtype, shape, low, high in self.inputs]

    def uniform(self, shape, bound):
        return self.random.uniform(-bound, bound, shape).astype(numpy.float32)

    def weights(self, shape, fan_in, dtype="float32"):
        """He et al. 2015: keeps the variance of activations from layer to layer."""
        return self.graph.constant(self.uniform(shape, (6 / fan_in) ** 0.5).astype(dtype))

    def small(self, shape, dtype="float32"):
        return self.graph.constant(self.uniform(shape, 0.2).astype(dtype))

    def number(self, value):
        return self.graph.constant(numpy.array([value]))

    def ints(self, *values):
        return self.graph.constant(numpy.array(values, numpy.int64))

    def conv(self, x, channels, inputs, size=3, stride=1, groups=1, dtype="float32"):
        filters = self.weights([channels, inputs // groups, size, size], inputs // groups * size * size, dtype)
        return self.node("Conv", [x, filters, self.small([channels], dtype)], kernel_shape=[size, size],
                         strides=[stride, stride], pads=[size // 2] * 4, group=groups)

    # Quantised as ONNX Runtime's static quantisation does it: integers of 8 bits between QuantizeLinear and
    # DequantizeLinear. Without ranges these leave the floats as they are.

    def quantized(self, x):
        if self.ranges is None:
            return x
        low, high = self.ranges[x]
        low, high = min(low, 0.0), max(high, 0.0)
        scale = numpy.float32((high - low) / 255)
        parameters = [self.number(scale), self.number(numpy.int8(round(-128 - low / scale)))]
        return self.node("DequantizeLinear", [self.node("QuantizeLinear", [x, *parameters]), *parameters])

    def quantized_weights(self, shape, fan_in):
        """A scale for each output, the first dimension."""
        values = self.uniform(shape, (6 / fan_in) ** 0.5)
        if self.ranges is None:
            return self.graph.constant(values), None
        scales = (numpy.abs(values).reshape(shape[0], -1).max(axis=1) / 127).astype(numpy.float32)
        stored = numpy.round(values / scales.reshape([-1] + [1] * (len(shape) - 1))).astype(numpy.int8)
        inputs = [self.graph.constant(array) for array in (stored, scales, numpy.zeros(shape[0], numpy.int8))]
        return self.node("DequantizeLinear", inputs, axis=0), scales

    def quantized_conv(self, x, channels, inputs, size=3, stride=1, groups=1, relu=True):
        filters, _ = self.quantized_weights([channels, inputs // groups, size, size], inputs // groups * size * size)
        y = self.node("Conv", [x, filters, self.small([channels])], kernel_shape=[size, size],
                      strides=[stride, stride], pads=[size // 2] * 4, group=groups)
        return self.quantized(self.node("Relu", [y]) if relu else y)


def segment(net):
    """A U-Net in little: batch norm, a transposed convolution, a resize, branches that are joined."""
    x = net.input([1, 3, 16, 16])
    y = net.conv(x, 6, 3)
    scale = net.graph.constant(net.random.uniform(0.5, 1.5, 6).astype(numpy.float32))
    variance = net.graph.constant(net.random.uniform(0.5, 1.5, 6).astype(numpy.float32))
    y = net.node("BatchNormalization", [y, scale, net.small([6]), net.small([6]), variance])
    y = net.node("LeakyRelu", [y], alpha=0.1)
    low = net.node("Relu", [net.conv(net.node("MaxPool", [y], kernel_shape=[2, 2], strides=[2, 2]), 10, 6)])
    low = net.node("HardSwish", [net.conv(low, 10, 10, groups=10)])
    up = net.node("ConvTranspose", [low, net.weights([10, 5, 2, 2], 10), net.small([5])], kernel_shape=[2, 2],
                  strides=[2, 2])
    scales = net.graph.constant(numpy.array([1, 1, 2, 2], numpy.float32))
    resized = net.node("Resize", [low, "", scales], mode="linear", coordinate_transformation_mode="half_pixel")
    joined = net.node("Concat", [y, up, resized], axis=1)
    return [net.node("Sigmoid", [net.conv(joined, 2, 21, size=1)])]


def half(net):
    """All in half floats."""
    x = net.input([1, 3, 12, 12], "float16")
    y = net.node("Relu", [net.conv(x, 13, 3, stride=2, dtype="float16")])
    y = net.node("Relu", [net.conv(y, 13, 13, groups=13, dtype="float16")])
    y = net.node("Add", [y, net.conv(y, 13, 13, size=1, dtype="float16")])
    y = net.node("Flatten", [net.node("GlobalAveragePool", [y])])
    return [net.node("Gemm", [y, net.weights([9, 13], 13, "float16"), net.small([9], "float16")], transB=1)]


def attention(net):
    """A transformer's block: layer norm, two heads of attention, Gelu."""
    tokens, width, heads = 10, 16, 2
    x = net.input([1, tokens, width])

    def norm(y):
        scale = net.graph.constant(net.random.uniform(0.5, 1.5, width).astype(numpy.float32))
        return net.node("LayerNormalization", [y, scale, net.small([width])], axis=-1)

    def linear(y, inputs, outputs):
        return net.node("Add", [net.node("MatMul", [y, net.weights([inputs, outputs], 2 * inputs)]),
                                net.small([outputs])])

    def split(y, order):
        shape = net.ints(1, tokens, heads, width // heads)
        return net.node("Transpose", [net.node("Reshape", [y, shape])], perm=order)

    y = norm(x)
    q = split(linear(y, width, width), [0, 2, 1, 3])
    k = split(linear(y, width, width), [0, 2, 3, 1])
    v = split(linear(y, width, width), [0, 2, 1, 3])
    scale = net.number(numpy.float32((width / heads) ** -0.5))
    scores = net.node("Softmax", [net.node("Mul", [net.node("MatMul", [q, k]), scale])], axis=-1)
    mixed = net.node("Transpose", [net.node("MatMul", [scores, v])], perm=[0, 2, 1, 3])
    x = net.node("Add", [x, linear(net.node("Reshape", [mixed, net.ints(1, tokens, width)]), width, width)])
    y = linear(norm(x), width, 2 * width)
    gate = net.node("Erf", [net.node("Mul", [y, net.number(numpy.float32(0.5 ** 0.5))])])
    y = net.node("Mul", [net.node("Mul", [y, net.number(numpy.float32(0.5))]),
                         net.node("Add", [gate, net.number(numpy.float32(1))])])
    return [net.node("Add", [x, linear(y, 2 * width, width)])]


def quantized(net):
    """Convolutions, a residual sum and a matrix product between Quantize and Dequantize."""
    x = net.quantized(net.input([1, 3, 14, 14]))
    x = net.quantized_conv(x, 9, 3, stride=2)
    y = net.quantized_conv(net.quantized_conv(x, 9, 9, groups=9), 9, 9, size=1, relu=False)
    x = net.quantized(net.node("Add", [x, y]))
    x = net.quantized(net.node("GlobalAveragePool", [net.quantized_conv(x, 14, 9, size=1)]))
    weights, _ = net.quantized_weights([6, 14], 14)
    x = net.node("Gemm", [net.node("Flatten", [x]), weights, net.small([6])], transB=1)
    return [net.quantized(x)]


def recurrent(net):
    """A bidirectional LSTM and a GRU over it, their last states as results."""
    steps, inputs, hidden = 7, 5, 6
    x = net.input([steps, 1, inputs])
    y, h, _ = net.node("LSTM", [x, net.weights([2, 4 * hidden, inputs], 2 * inputs),
                                net.weights([2, 4 * hidden, hidden], 2 * hidden), net.small([2, 8 * hidden])],
                       outputs=3, hidden_size=hidden, direction="bidirectional")
    y = net.node("Reshape", [net.node("Transpose", [y], perm=[0, 2, 1, 3]), net.ints(steps, 1, 2 * hidden)])
    _, last = net.node("GRU", [y, net.weights([1, 3 * hidden, 2 * hidden], 4 * hidden),
                               net.weights([1, 3 * hidden, hidden], 2 * hidden), net.small([1, 6 * hidden])],
                       outputs=2, hidden_size=hidden, linear_before_reset=1)
    return [h, last]


def control(net):
    """Newton's method in a loop that ends when it is near, and a branch on the mean of what it found."""
    x = net.input([1, 12], low=0.5, high=4.0)

    def inner(graph, value):
        return graph.constant(numpy.array([value]))

    body = Graph("body")
    body.input("step", "int64", [])
    body.input("going", "bool", [])
    root = body.input("root", "float32", [1, 12])
    following = body.node("Mul", [body.node("Add", [root, body.node("Div", [x, root])]), inner(body, numpy.float32(0.5))])
    error = body.node("ReduceMax", [body.node("Abs", [body.node("Sub", [following, root])])], keepdims=0)
    for name in (body.node("Greater", [error, inner(body, numpy.float32(1e-3))]), following):
        body.output(name)
    start = net.node("Identity", [x])
    root = net.node("Loop", [net.number(numpy.int64(12)), "", start], body=body)
    high = net.node("Greater", [net.node("ReduceMean", [root], keepdims=0), net.number(numpy.float32(1.4))])
    branches = {}
    for name, operator in (("then_branch", "Exp"), ("else_branch", "Cos")):
        branches[name] = Graph(name)
        branches[name].output(branches[name].node(operator, [root]))
    return [root, net.node("If", [high], **branches)]


def detect(net):
    """What comes behind a detector: the best scores, and boxes that do not overlap much, of which there are any number."""
    boxes = net.input([1, 24, 4], low=0.0, high=1.0)
    scores = net.input([1, 3, 24], low=0.0, high=1.0)
    best, where = net.node("TopK", [scores, net.ints(5)], outputs=2, axis=2)
    limits = [net.graph.constant(numpy.array([value], numpy.float32)) for value in (0.3, 0.2)]
    kept = net.node("NonMaxSuppression", [boxes, scores, net.ints(20), *limits])
    return [best, where, kept]


MODELS = {
    "segment-f32": (21, segment),
    "half-f16": (22, half),
    "attention-f32": (23, attention),
    "quantized-qdq": (24, quantized),
    "recurrent-f32": (25, recurrent),
    "control-f32": (26, control),
    "detect-f32": (27, detect),
}
