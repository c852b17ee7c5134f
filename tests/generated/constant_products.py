#!/usr/bin/python3
"""What a model computes of constants alone is computed at compile time, by kernels' operations too.

    constant_products.py --barecc PROGRAM --work DIRECTORY

Of a model that adds its input to products, convolutions, pools and a softmax of constants, the additions are left.
"""

import argparse
import json
import pathlib
import subprocess
import sys

import numpy

PROJECT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(PROJECT / "tests/models/maker"))
import onnx_file  # noqa: E402


def model():
    """A graph, its input, and what its output is."""
    graph = onnx_file.Graph("constants")
    x = graph.input("x", "float32", (2, 2))
    left, right = (numpy.array(values, "float32") for values in ([[1, 2], [3, 4]], [[5, 6], [7, 8]]))
    image, ones = numpy.arange(9, dtype="float32").reshape(1, 1, 3, 3), numpy.ones((1, 1, 2, 2), "float32")
    shape = graph.constant(numpy.array([2, 2]))
    parts = [graph.node("MatMul", [graph.constant(left), graph.constant(right)]),
             graph.node("Softmax", [graph.constant(left)]),
             graph.node("Reshape", [graph.node("Conv", [graph.constant(image), graph.constant(ones)]), shape]),
             graph.node("Reshape", [graph.node("MaxPool", [graph.constant(image)], kernel_shape=[2, 2]), shape])]
    for part in parts:
        x = graph.node("Add", [x, part])
    graph.output(x)
    given = numpy.full((2, 2), 0.5, "float32")
    powers = numpy.exp(left)
    expected = (given + left @ right + powers / powers.sum(1, keepdims=True) + numpy.array([[8, 12], [20, 24]]) +
                numpy.array([[4, 5], [7, 8]]))
    return graph, given, expected.astype("float32")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--barecc", required=True)
    parser.add_argument("--work", type=pathlib.Path, required=True)
    arguments = parser.parse_args()
    graph, given, expected = model()
    path, case, code = (arguments.work / name for name in ("model.onnx", "case", "c"))
    onnx_file.write(graph, path)
    case.mkdir(exist_ok=True)
    numpy.save(case / "input_0.npy", given)
    numpy.save(case / "output_0.npy", expected)
    subprocess.run([arguments.barecc, "verify", path, "--data", case, "--target", "generic"], check=True,
                   stdout=subprocess.DEVNULL)
    subprocess.run([arguments.barecc, "compile", path, "-o", code, "--target", "generic"], check=True,
                   stdout=subprocess.DEVNULL)
    kernels = [layer["kernel"] for layer in json.loads((code / "report.json").read_text())["layers"]]
    sys.exit(0 if kernels == ["add_loop"] else f"computed at every call: {', '.join(kernels)}")


if __name__ == "__main__":
    main()
