#!/usr/bin/python3
"""Measures what compiling models of growing size takes: `growth.py BARECC [--sizes N,N...] [--shapes SHAPE...]`.

Each row is a shape of onnx_shapes.py or tflite_shapes.py, each column a size; without --shapes all are measured. Time is
the processor's, without what the smallest model takes; memory the most that was resident, the same. A step from one size
to the next that costs more than 1.3 x its share for each doubling is marked, and makes the exit status 1.
"""

import argparse
import math
import multiprocessing
import os
import pathlib
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import onnx_shapes  # noqa: E402
import tflite_shapes  # noqa: E402

SHAPES = {**onnx_shapes.SHAPES, **tflite_shapes.SHAPES}
SLACK = 1.3  # for each doubling
FIRST = {"tree": 1200}  # below it the planner's search for an order has not reached its fixed limit
LEAST = (0.05, 4.0)  # seconds and megabytes below which there is nothing to compare
ATTEMPTS = 3  # where a measurement is too large, since machines are busy


def write(name, size, flatc, path):
    model = SHAPES[name](size)
    if isinstance(model, bytes):
        path.write_bytes(model)
    else:
        model.write_to(flatc, path)


def written(name, size, flatc, directory):
    """The file of a model, which a process of its own makes: the memory of barecc's is at least that of its parent."""
    path = directory / ("growth.onnx" if name in onnx_shapes.SHAPES else "growth.tflite")
    writer = multiprocessing.Process(target=write, args=(name, size, flatc, path))
    writer.start()
    writer.join()
    if writer.exitcode != 0:
        sys.exit(f"the model {name} of {size} was not written")
    return path


def compiled(barecc, path, directory):
    """Seconds and megabytes that it takes to compile a model."""
    process = subprocess.Popen([barecc, "compile", str(path), "-o", str(directory / "out")],
                               stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    message = process.stderr.read().decode()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = status
    if status != 0:
        sys.exit(f"the model was not compiled: {message}")
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def exceeds(before, after, doublings):
    return any(b > max(a, least) * (2 * SLACK) ** doublings for a, b, least in zip(before, after, LEAST))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("barecc")
    parser.add_argument("--flatc", default="flatc")
    parser.add_argument("--sizes", default="1000,4000,16000")
    parser.add_argument("--shapes", nargs="+", choices=SHAPES, default=list(SHAPES), metavar="SHAPE")
    options = parser.parse_args()
    sizes = [int(size) for size in options.sizes.split(",")]
    superlinear = []
    with tempfile.TemporaryDirectory() as directory:
        directory = pathlib.Path(directory)
        print(f"{'':16}" + "".join(f"{size:>18,}" for size in sizes))
        for name in options.shapes:
            def cost(size, base=(0.0, 0.0)):
                path = written(name, size, options.flatc, directory)
                return [a - b for a, b in zip(compiled(options.barecc, path, directory), base)]

            base, row = cost(2), []
            measured = [size for size in sizes if size >= FIRST.get(name, 0)]
            for size in measured:
                for attempt in range(ATTEMPTS):
                    taken = cost(size, base)
                    is_steep = row and exceeds(row[-1], taken, math.log2(size / measured[len(row) - 1]))
                    if not is_steep:
                        break
                if is_steep:
                    superlinear.append(name)
                row.append(taken)
            print(f"{name:16}" + "".join(f"{seconds:8.2f} s {megabytes:5.0f} MB" for seconds, megabytes in row) +
                  "  superlinear" * (name in superlinear), flush=True)
    return 1 if superlinear else 0


if __name__ == "__main__":
    sys.exit(main())
