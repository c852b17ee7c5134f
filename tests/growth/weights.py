#!/usr/bin/python3
"""weights.py BARECC: how much memory compiling a model takes for each byte of its weights.

Parsed weights, those in the order of the convolution and those in the order of its kernel are there at once. The file is not
there any more then; and the text of the weights, which is 3.6 times as long, never is as a whole.
"""

import array
import multiprocessing
import pathlib
import random
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from growth import compiled  # noqa: E402
from onnx_bytes import FLOAT, Graph, field  # noqa: E402

CHANNELS, LAYERS = 512, 4
MOST = 4


def write(path, channels):
    """Convolutions behind each other."""
    graph = Graph()
    x = graph.input([1, channels, 4, 4])
    for index in range(LAYERS):
        values = random.Random(index).choices([0.013, -0.027, 0.0032, 0.0171], k=channels * channels * 9)
        name, shape = graph.unique("weights"), [channels, channels, 3, 3]
        graph.parts.append(field(5, b"".join(field(1, length) for length in shape) + field(2, FLOAT) + field(8, name) +
                                 field(9, array.array("f", values).tobytes())))
        x = graph.node("Conv", [x, name], pads=[1, 1, 1, 1])
    graph.output(x, [1, channels, 4, 4])
    path.write_bytes(graph.model())


def megabytes(barecc, directory, channels):
    path = directory / "weights.onnx"
    writer = multiprocessing.Process(target=write, args=(path, channels))  # a parent's memory would count
    writer.start()
    writer.join()
    assert writer.exitcode == 0
    return compiled(barecc, path, directory)[1]


with tempfile.TemporaryDirectory() as name:
    few, many = (megabytes(sys.argv[1], pathlib.Path(name), channels) for channels in (2, CHANNELS))
weights = LAYERS * CHANNELS * CHANNELS * 9 * 4 / 2 ** 20
print(f"{many - few:.0f} MB for {weights:.0f} MB of weights: {(many - few) / weights:.2f} times")
sys.exit((many - few) / weights > MOST)
