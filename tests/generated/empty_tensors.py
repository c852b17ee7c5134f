#!/usr/bin/python3
"""Runs operators on tensors without elements, through C.

    empty_tensors.py --barecc PROGRAM --flatc PROGRAM --work DIRECTORY

A result without elements is one, and a sum over nothing is 0: wherever inputs and outputs lie, for speed and for size.
"""

import argparse
import pathlib
import subprocess
import sys

import numpy

PROJECT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(PROJECT / "tests/models/maker"))
import onnx_file  # noqa: E402
from tflite_file import TFLiteFile  # noqa: E402

OPTIONS = [["--target", "generic"], ["--target", "generic", "--io", "arena"], ["--target", "generic", "--optimize", "size"],
           ["--target", "generic", "--optimize", "size", "--io", "arena"], []]


def floats(*shape):
    return numpy.arange(numpy.prod(shape), dtype="float32").reshape(shape)


def model():
    """A graph, its inputs, and what its outputs are."""
    graph = onnx_file.Graph("empty")
    given = {"images": floats(0, 3, 4, 4), "wide": floats(2, 0), "tall": floats(0, 3), "vector": floats(3),
             "none": numpy.zeros(0, "int64"), "sequence": floats(0, 1, 2), "queries": floats(1, 0, 4),
             "positions": numpy.zeros((1, 0), "int64"), "pair": floats(2), "carried": floats(1, 0, 2),
             "rows": floats(3, 2), "strip": floats(1, 2, 0, 4)}
    for name, array in given.items():
        graph.input(name, array.dtype.name, array.shape)
    expected = {}

    def result(array, operator, inputs, **attributes):
        outputs = attributes.pop("outputs", 1)
        names = graph.node(operator, inputs, outputs, **attributes)
        name = names if outputs == 1 else names[-1]
        graph.output(name)
        expected[name] = numpy.asarray(array, None if hasattr(array, "dtype") else "float32")

    filters, ones = graph.constant(floats(5, 3, 3, 3)), graph.constant(numpy.ones(3, "float32"))
    result(floats(0, 5, 4, 4), "Conv", ["images", filters], pads=[1, 1, 1, 1])
    result(floats(0, 5, 6, 6), "ConvTranspose", ["images", graph.constant(floats(3, 5, 3, 3))])
    result(floats(0, 3, 2, 2), "MaxPool", ["images"], kernel_shape=[2, 2], strides=[2, 2])
    result(floats(0, 3, 1, 1), "GlobalAveragePool", ["images"])
    result(floats(0, 3, 4, 4), "BatchNormalization", ["images", ones, ones, ones, ones])
    result(floats(0, 3, 8, 8), "Resize", ["images", "", graph.constant(numpy.array([1, 1, 2, 2], "float32"))],
           mode="linear")
    result(floats(0, 3), "LayerNormalization", ["tall", ones])
    result(floats(0, 3), "Softmax", ["tall"])
    result(floats(2, 0), "Softmax", ["wide"])
    result(floats(0, 3), "Relu", ["tall"])
    result(numpy.zeros((2, 3), "float32"), "MatMul", ["wide", "tall"])
    result(numpy.ones((2, 3), "float32"), "Gemm", ["wide", "tall", ones])
    result(numpy.zeros((2, 3), "float32"), "Einsum", ["wide", "tall"], equation="ij,jk->ik")
    result(numpy.zeros(3, "float32"), "ReduceSum", ["tall", graph.constant(numpy.array([0]))], keepdims=0)
    result(numpy.full(3, -numpy.inf, "float32"), "ReduceMax", ["tall"], axes=[0], keepdims=0)
    result(floats(0), "Gather", ["vector", "none"])
    end = graph.constant(numpy.array([3]))
    nothing = graph.node("Slice", ["vector", end, end])
    result(floats(3), "Concat", [nothing, "vector", nothing], axis=0)
    result(numpy.ones(2, "float32"), "Pad", [nothing, graph.constant(numpy.array([1, 1])),
                                            graph.constant(numpy.array(1, "float32"))])
    lstm = [graph.constant(floats(1, 4 * 3, depth)) for depth in (2, 3)]
    result(numpy.zeros((1, 1, 3), "float32"), "LSTM", ["sequence", *lstm], hidden_size=3, outputs=2)
    result(floats(0, 3), "Normalizer", ["tall"], domain="ai.onnx.ml")
    result(floats(0, 1), "LinearRegressor", ["tall"], domain="ai.onnx.ml", coefficients=[1.0, 2.0, 3.0])
    words = {"mode": "TF", "pool_int64s": [7, 8], "ngram_counts": [0], "ngram_indexes": [0, 1], "min_gram_length": 1,
             "max_gram_length": 1, "max_skip_count": 0}
    result(numpy.zeros(2, "float32"), "TfIdfVectorizer", ["none"], **words)
    step = onnx_file.Graph("step")
    step.input("sum", "float32", (2,))
    step.input("nothing", "float32", (1, 0, 2))
    step.input("row", "float32", (2,))
    step.output(step.node("Add", ["sum", "row"]))
    step.output(step.node("Identity", ["nothing"]))
    result(floats(1, 0, 2), "Scan", ["pair", "carried", "rows"], outputs=2, body=step, num_scan_inputs=1)
    result(floats(1, 2, 0, 8), "ConvTranspose", ["strip", graph.constant(floats(2, 2, 3, 3))], auto_pad="SAME_UPPER",
           strides=[2, 2])
    angles = graph.constant(floats(1, 2))
    result(floats(1, 0, 4), "RotaryEmbedding", ["queries", "positions", angles, angles], domain="com.microsoft")
    return graph, given, expected


def lite_model():
    """The same in TFLite: of inputs without elements, and of slices that have none."""
    file, outputs, expected = TFLiteFile(), [], {}
    quantised = {"scale": 0.5, "zero_point": 3}
    given = {"sequence": floats(2, 3, 4), "images": floats(1, 4, 4, 2), "number": numpy.array(2, "float32"),
             "tall": floats(0, 3), "wide": floats(2, 0), "strip": floats(1, 0, 4, 2), "channelless": floats(1, 4, 4, 0),
             "bytes": numpy.zeros((2, 0, 3), "int8")}
    inputs = {name: file.tensor(name, array.shape, array.dtype, **(quantised if name == "bytes" else {}))
              for name, array in given.items()}

    def constant(values, dtype="float32", **quantisation):
        array = numpy.asarray(values, dtype)
        return file.tensor(f"constant_{len(file.tensors)}", array.shape, dtype, data=array, **quantisation)

    def nothing(name, shape):
        slice_ = file.tensor(f"nothing_{len(file.tensors)}", shape, "float32")
        file.operator("SLICE", [inputs[name], constant([0] * len(shape), "int32"), constant(shape, "int32")], [slice_],
                      ("SliceOptions", {}))
        return slice_

    def result(array, operator, operands, options=None, **quantisation):
        array = numpy.asarray(array, None if quantisation else "float32")
        name = f"{operator.lower()}_{len(outputs)}"
        outputs.append(file.tensor(name, array.shape, array.dtype, **quantisation))
        expected[name] = array
        file.operator(operator, [inputs.get(operand, operand) for operand in operands], [outputs[-1]], options)

    weights, recurrent, bias = constant(floats(5, 4)), constant(floats(5, 5)), constant(floats(5))
    states = [file.tensor(name, (3, 5), "float32", variable=True) for name in ("state", "hidden", "cell")]
    result(floats(0, 3, 5), "UNIDIRECTIONAL_SEQUENCE_RNN",
           [nothing("sequence", [0, 3, 4]), weights, recurrent, bias, states[0]],
           ("SequenceRNNOptions", {"time_major": True, "fused_activation_function": "TANH"}))
    result(floats(0, 3, 5), "UNIDIRECTIONAL_SEQUENCE_LSTM",
           [nothing("sequence", [0, 3, 4]), *[weights] * 4, *[recurrent] * 4, -1, -1, -1, *[bias] * 4, -1, -1, *states[1:]],
           ("UnidirectionalSequenceLSTMOptions", {"time_major": True, "fused_activation_function": "TANH"}))
    result(floats(0, 8, 8, 3), "TRANSPOSE_CONV",
           [constant([0, 8, 8, 3], "int32"), constant(floats(3, 2, 2, 2)), nothing("images", [0, 4, 4, 2])],
           ("TransposeConvOptions", {"padding": "VALID", "stride_h": 2, "stride_w": 2}))
    result(floats(2, 3, 0), "SOFTMAX", [nothing("sequence", [2, 3, 0])], ("SoftmaxOptions", {"beta": 1.0}))
    result(floats(2, 0, 4), "GATHER", [nothing("sequence", [2, 0, 4]), constant(numpy.zeros(0), "int32")],
           ("GatherOptions", {"axis": 1}))
    middle, keep_dims = constant([1], "int32"), ("ReducerOptions", {"keep_dims": True})
    result(numpy.zeros((2, 4)), "SUM", [nothing("sequence", [2, 0, 4]), middle], ("ReducerOptions", {}))
    result(numpy.full((2, 1, 4), numpy.nan), "MEAN", [nothing("sequence", [2, 0, 4]), middle], keep_dims)
    result(numpy.full((2, 1), -numpy.finfo("float32").max), "REDUCE_MAX", ["wide", middle], keep_dims)
    # Of integers 0, and 1, at the output's scale.
    result(numpy.full((2, 1, 3), 3, "int8"), "MEAN", ["bytes", middle], keep_dims, **quantised)
    result(numpy.full((2, 1, 3), 5, "int8"), "REDUCE_PROD", ["bytes", middle], keep_dims, **quantised)
    # Windows over images of no rows or no channels, and products over a depth of nothing: the bias is left.
    same = {"padding": "SAME", "stride_h": 2, "stride_w": 2}
    result(floats(1, 0, 2, 5), "CONV_2D", ["strip", constant(floats(5, 3, 3, 2)), bias], ("Conv2DOptions", same))
    result(floats(1, 0, 2, 2), "DEPTHWISE_CONV_2D", ["strip", constant(floats(1, 3, 3, 2))],
           ("DepthwiseConv2DOptions", {**same, "depth_multiplier": 1}))
    result(floats(1, 0, 2, 2), "MAX_POOL_2D", ["strip"],
           ("Pool2DOptions", {**same, "filter_height": 3, "filter_width": 3}))
    bytewise = constant(numpy.zeros((5, 3, 3, 0)), "int8", scale=1.0)
    for filters in (constant(numpy.zeros((5, 3, 3, 0))), bytewise):
        result(numpy.broadcast_to(floats(5), (1, 2, 2, 5)), "CONV_2D", ["channelless", filters, bias],
               ("Conv2DOptions", same))
    result(floats(1, 4, 4, 0), "DEPTHWISE_CONV_2D", ["channelless", constant(floats(1, 3, 3, 0))],
           ("DepthwiseConv2DOptions", {"padding": "SAME", "stride_h": 1, "stride_w": 1, "depth_multiplier": 1}))
    result(numpy.broadcast_to(floats(5), (2, 5)), "FULLY_CONNECTED", ["wide", constant(floats(5, 0)), bias],
           ("FullyConnectedOptions", {}))
    result(floats(0, 5), "FULLY_CONNECTED", ["tall", constant(floats(5, 3)), bias], ("FullyConnectedOptions", {}))
    result(floats(2, 0), "FULLY_CONNECTED", [nothing("sequence", [2, 1, 4]), constant(floats(0, 4)), -1],
           ("FullyConnectedOptions", {}))
    for operator, options in (("RESIZE_BILINEAR", "ResizeBilinearOptions"),
                              ("RESIZE_NEAREST_NEIGHBOR", "ResizeNearestNeighborOptions")):
        result(floats(1, 8, 8, 0), operator, ["channelless", constant([8, 8], "int32")], (options, {}))
    result(floats(0, 5), "MIRROR_PAD", ["tall", constant([[0, 0], [1, 1]], "int32")],
           ("MirrorPadOptions", {"mode": "REFLECT"}))
    result(floats(2, 0), "SQUEEZE", [nothing("sequence", [1, 2, 0])], ("SqueezeOptions", {"squeeze_dims": [0]}))
    result(floats(1, 8, 8, 0), "DEPTH_TO_SPACE", ["channelless"], ("DepthToSpaceOptions", {"block_size": 2}))
    result(floats(2, 0), "GATHER_ND", ["wide", constant([[0], [1]], "int32")])
    kept = [file.tensor(f"kept_{width}", (0, width), "float32", variable=True) for width in (5, 10)]
    result(floats(0, 5), "RNN", ["tall", constant(floats(5, 3)), recurrent, bias, kept[0]],
           ("RNNOptions", {"fused_activation_function": "TANH"}))
    result(floats(0, 5), "SVDF", ["tall", constant(floats(5, 3)), constant(floats(5, 2)), -1, kept[1]],
           ("SVDFOptions", {"rank": 1}))
    result(numpy.array(4, "float32"), "MUL", ["number", "number"], ("MulOptions", {}))
    return file, inputs.values(), outputs, given, expected


def verify(barecc, path, given, expected):
    case = path.parent / f"case-{path.stem}"
    case.mkdir(exist_ok=True)
    for kind, arrays in (("input", given), ("output", expected)):
        for i, array in enumerate(arrays.values()):
            numpy.save(case / f"{kind}_{i}.npy", array)
    for options in OPTIONS:
        subprocess.run([barecc, "verify", path, "--data", case, *options], check=True, stdout=subprocess.DEVNULL)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--barecc", required=True)
    parser.add_argument("--flatc", default="flatc")
    parser.add_argument("--work", type=pathlib.Path, required=True)
    arguments = parser.parse_args()
    graph, given, expected = model()
    onnx_file.write(graph, arguments.work / "model.onnx", domains=[("ai.onnx.ml", 2), ("com.microsoft", 1)])
    verify(arguments.barecc, arguments.work / "model.onnx", given, expected)
    file, inputs, outputs, given, expected = lite_model()
    file.write(arguments.flatc, arguments.work / "lite.tflite", list(inputs), outputs)
    verify(arguments.barecc, arguments.work / "lite.tflite", given, expected)


if __name__ == "__main__":
    main()
