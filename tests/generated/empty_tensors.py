#!/usr/bin/python3
"""Runs operators on tensors without elements, through C.

    empty_tensors.py --barecc PROGRAM --work DIRECTORY

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

OPTIONS = [["--target", "generic"], ["--target", "generic", "--io", "arena"], ["--target", "generic", "--optimize", "size"],
           ["--target", "generic", "--optimize", "size", "--io", "arena"], []]


def floats(*shape):
    return numpy.arange(numpy.prod(shape), dtype="float32").reshape(shape)


def model():
    """A graph, its inputs, and what its outputs are."""
    graph = onnx_file.Graph("empty")
    given = {"images": floats(0, 3, 4, 4), "wide": floats(2, 0), "tall": floats(0, 3), "vector": floats(3),
             "none": numpy.zeros(0, "int64"), "sequence": floats(0, 1, 2)}
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
    return graph, given, expected


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--barecc", required=True)
    parser.add_argument("--protoc", default="protoc")
    parser.add_argument("--work", type=pathlib.Path, required=True)
    arguments = parser.parse_args()
    graph, given, expected = model()
    case = arguments.work / "case"
    onnx_file.write(graph, arguments.protoc, arguments.work / "model.onnx")
    case.mkdir(exist_ok=True)
    for i, array in enumerate(given.values()):
        numpy.save(case / f"input_{i}.npy", array)
    for i, array in enumerate(expected.values()):
        numpy.save(case / f"output_{i}.npy", array)
    for options in OPTIONS:
        subprocess.run([arguments.barecc, "verify", arguments.work / "model.onnx", "--data", case, *options], check=True,
                       stdout=subprocess.DEVNULL)


if __name__ == "__main__":
    main()
