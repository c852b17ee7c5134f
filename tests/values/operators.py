"""A model of operators whose arithmetic has something that C leaves undefined: division, shifts, conversions between
floats and integers, positions that are computed. Independent nodes, all inputs known only at run time."""

import pathlib
import sys

import numpy

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "models/maker"))
from onnx_file import TYPES, Graph, write  # noqa: E402

INTEGERS = ["int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"]
UNSIGNED = INTEGERS[4:]
FLOATS = ["float16", "float32", "float64"]
ELEMENTS = 16


def wrapping_sums(graph, given, node):
    """Quantised layers with biases at the limits of 32 bits, so that their sums wrap around."""
    largest_float = 2**31 - 128  # the bias is one of floats before layers are made of integers
    bias = graph.constant(numpy.array([largest_float, -largest_float], "int32"))
    scale, zero = graph.constant(numpy.array(0.5, "float32")), graph.constant(numpy.array(3, "int8"))

    def weights(*shape):
        return graph.constant(numpy.array([[127], [-128]], "int8").repeat(numpy.prod(shape[1:]), 1).reshape(shape))

    def convolution(weights_of, **attributes):
        node("QLinearConv", [given("int8", 1, 2, 4, 4), scale, zero, weights_of, scale,
                             graph.constant(numpy.array(0, "int8")), scale, zero, bias], **attributes)

    convolution(weights(2, 2, 3, 3))
    convolution(weights(2, 1, 3, 3), group=2)
    node("QGemm", [given("int8", 1, 8), scale, zero, weights(2, 8), scale, graph.constant(numpy.array(0, "int8")), bias,
                   scale, zero], domain="com.microsoft", transB=1)


def operators():
    """The graph, for opset 21."""
    graph = Graph("values")

    def given(dtype, *shape):
        return graph.input(f"x{len(graph.inputs)}", dtype, shape or [ELEMENTS])

    def node(operator, inputs, outputs=1, **attributes):
        results = graph.node(operator, inputs, outputs, **attributes)
        for name in [results] if outputs == 1 else results:
            graph.output(name)

    for dtype in INTEGERS:
        x, y = given(dtype), given(dtype)
        for operator in ("Add", "Sub", "Mul", "Div", "Mod", "Max"):
            node(operator, [x, y])
        node("Mod", [x, y], fmod=1)
        node("Abs", [x])
        if dtype[-2:] in ("32", "64"):
            node("ReduceSum", [x])
            node("ReduceProd", [x])
        for to in FLOATS + INTEGERS:
            if to != dtype:
                node("Cast", [x], to=TYPES[to])
    for dtype in UNSIGNED:
        x, y = given(dtype), given(dtype)
        node("BitShift", [x, y], direction="LEFT")
        node("BitShift", [x, y], direction="RIGHT")
    for dtype in ("int32", "int64"):
        node("Neg", [given(dtype)])
        node("Pow", [given(dtype), given(dtype)])
        node("Pow", [given(dtype), given("float32")])
    for dtype in FLOATS:
        x, y = given(dtype), given(dtype)
        for to in INTEGERS + ["bool"]:
            node("Cast", [x], to=TYPES[to])
        for operator in ("Max", "Min", "Div"):
            node(operator, [x, y])
        node("Mod", [x, y], fmod=1)
        for operator in ("Relu", "Sign", "Round", "Softmax"):
            node(operator, [x])
        for operator in ("ReduceMax", "ReduceMin", "ArgMax", "ArgMin"):
            node(operator, [x])
        node("ArgMax", [x], select_last_index=1)
        node("TopK", [x, graph.constant([4])], 2)
        node("TopK", [x, graph.constant([4])], 2, largest=0)
    quantized = {"int8": given("int8", 1), "uint8": given("uint8", 1), "int16": given("int16", 1)}
    x, scale = given("float32"), given("float32", 1)
    for dtype, zero in quantized.items():
        node("QuantizeLinear", [x, scale, zero])
        node("DequantizeLinear", [given(dtype), scale, zero])
    node("DynamicQuantizeLinear", [x], 3)
    wrapping_sums(graph, given, node)
    for dtype in ("int32", "int64"):
        data, rows, updates = given("float32", 4, 4), given(dtype, 3), given("float32", 3, 4)
        places = given(dtype, 3, 2)
        node("Gather", [data, rows])
        node("GatherElements", [data, given(dtype, 4, 2)], axis=1)
        node("GatherND", [data, given("int64", 3, 2)])
        node("OneHot", [rows, graph.constant([5]), given("float32", 2)])
        node("ScatterElements", [data, given(dtype, 3, 4), updates])
        if dtype == "int64":
            node("ScatterND", [data, places, given("float32", 3)])
            node("ReverseSequence", [data, given("int64", 4)])
            node("MaxUnpool", [given("float32", 1, 1, 2, 2), given("int64", 1, 1, 2, 2)], kernel_shape=[2, 2])
            node("Compress", [data, given("bool", 4)], axis=0)
            node("Trilu", [data, given("int64", 1)])
    image = given("float32", 1, 2, 6, 6)
    node("OneHot", [given("float32", 3), graph.constant([5]), given("float32", 2)])
    node("MaxPool", [image], 2, kernel_shape=[2, 2], strides=[2, 2])
    node("RoiAlign", [image, given("float32", 2, 4), given("int64", 2)], output_height=2, output_width=2)
    node("MaxRoiPool", [image, given("float32", 2, 5)], pooled_shape=[2, 2])
    node("GridSample", [image, given("float32", 1, 3, 3, 2)])
    node("GridSample", [image, given("float32", 1, 3, 3, 2)], mode="nearest", padding_mode="reflection")
    boxes, scores = given("float32", 1, 6, 4), given("float32", 1, 1, 6)
    node("NonMaxSuppression", [boxes, scores, graph.constant([3]), graph.input("iou", "float32", [1])])
    return graph


def write_operators(path):
    write(operators(), path, opset=21)
