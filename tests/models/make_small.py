#!/usr/bin/python3
"""Makes tests/models/small: little networks with random weights, and what they compute.

    make_small.py --barecc PROGRAM [--flatc PROGRAM] [MODEL...]

The models are the same on every machine. Their outputs are recorded from the plain kernels of PROGRAM (`--target generic`),
so PROGRAM is a barecc that is known to be right: never the one under test. See small/README.md.
"""

import argparse
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile

import numpy

HERE = pathlib.Path(__file__).resolve().parent
SMALL = HERE / "small"
CASES = 2
LARGEST_MODEL = 60_000

sys.path.insert(0, str(HERE / "maker"))
import onnx_file  # noqa: E402
import onnx_models  # noqa: E402
import tflite_models  # noqa: E402
from tflite_net import TFLiteNet  # noqa: E402


def run(barecc, model, inputs, is_sequence=False):
    """Outputs by name, of inputs by name."""
    with tempfile.TemporaryDirectory() as work:
        work = pathlib.Path(work)
        command = [barecc, "run", str(model), "--target", "generic", "--output-dir", str(work / "out")]
        (work / "out").mkdir()
        for name, array in inputs.items():
            numpy.save(work / f"{name}.npy", array)
            command.append(f"--input={name}={work / name}.npy")
        done = subprocess.run(command + ["--sequence"] * is_sequence, capture_output=True, text=True)
        if done.returncode != 0:
            sys.exit(f"{model}: {done.stderr}")
        return {path.stem: numpy.load(path) for path in (work / "out").glob("*.npy")}


def merge_ranges(runs):
    """Least and greatest value of every tensor that some runs gave."""
    names = runs[0].keys()
    return {name: (min(float(run[name].min()) for run in runs), max(float(run[name].max()) for run in runs))
            for name in names}


class Recorder:
    """Writes a model's folder in the form that check_model.py reads."""

    def __init__(self, name, barecc):
        self.directory, self.barecc = SMALL / name, barecc
        shutil.rmtree(self.directory, ignore_errors=True)

    def record(self, model, inputs, outputs, operators, is_float, cases, is_sequence=False):
        """`inputs` and `outputs` are the names; `cases` holds the arrays of each. Returns the recorded arrays."""
        if model.stat().st_size > LARGEST_MODEL:
            sys.exit(f"{model} has {model.stat().st_size} bytes")
        compare = {"kind": "float", "rtol": 1e-3, "atol": 1e-4} if is_float else {"kind": "exact"}
        kinds = {kind: operators.count(kind) for kind in sorted(set(operators))}
        meta = {"dims": {}, "ops": kinds, "outputs": [{"name": name} for name in outputs], "compare": compare}
        (self.directory / "meta.json").write_text(json.dumps(meta, indent=1) + "\n")
        recorded = []
        for number, arrays in enumerate(cases):
            folder = self.directory / f"{'seq' if is_sequence else 'case'}{number}"
            folder.mkdir()
            results = run(self.barecc, model, dict(zip(inputs, arrays)), is_sequence)
            results = [results[name] for name in outputs]
            for kind, values in (("input", arrays), ("output", results)):
                for index, array in enumerate(values):
                    numpy.save(folder / f"{kind}_{index}.npy", array)
            recorded.append(results)
        return recorded


def check_health(name, results):
    """Numbers that hardly differ, or mostly lie at an end of their range, would hide mistakes."""
    for number, arrays in enumerate(zip(*results)):
        values = numpy.concatenate([array.ravel() for array in arrays])
        at_end = max(numpy.mean(values == values.min()), numpy.mean(values == values.max()))
        if not numpy.isfinite(values).all() or len(numpy.unique(values)) < 5 or at_end > 0.5:
            sys.exit(f"{name}: output {number} is not healthy: {values[:20]}")


def make_tflite(name, arguments):
    form, seed, build, steps = tflite_models.MODELS[name]
    with tempfile.TemporaryDirectory() as work:
        floats = TFLiteNet("float32", seed)
        outputs = build(floats)
        path = pathlib.Path(work) / "model.tflite"
        floats.write(arguments.flatc, path, [x for x in floats.activations if x not in (y for y, _, _ in floats.inputs)])
        data = [floats.data(numpy.random.default_rng(100 * seed + case), steps) for case in range(CASES)]
        names = [tensor.name for tensor, _, _ in floats.inputs]
        real = [run(arguments.barecc, path, dict(zip(names, arrays)), steps is not None) for arrays in data]
    net = TFLiteNet(form, seed, merge_ranges(real))
    outputs = build(net)
    recorder = Recorder(name, arguments.barecc)
    path = recorder.directory / "model.tflite"
    net.write(arguments.flatc, path, outputs)
    stored = [[net.stored(tensor, array) for (tensor, _, _), array in zip(net.inputs, arrays)] for arrays in data]
    results = recorder.record(path, names, [y.name for y in outputs], [code["builtin_code"] for code in net.file.codes],
                              net.is_float, stored, steps is not None)
    check_health(name, results)
    worst = max(numpy.abs(net.real(y, got) - floats[y.name]).max() / numpy.ptp(floats[y.name])
                for arrays, floats in zip(results, real) for y, got in zip(outputs, arrays))
    return path, f"{100 * worst:.1f} % from the floats"


def make_onnx(name, arguments):
    seed, build = onnx_models.MODELS[name]
    net = onnx_models.OnnxNet(seed)
    outputs = build(net)
    data = [net.data(numpy.random.default_rng(100 * seed + case)) for case in range(CASES)]
    names = [f"input_{index}" for index in range(len(net.inputs))]
    is_quantized = name.endswith("-qdq")
    if is_quantized:
        with tempfile.TemporaryDirectory() as work:
            for result in net.graph.results:
                net.graph.output(result)
            path = pathlib.Path(work) / "model.onnx"
            onnx_file.write(net.graph, path)
            real = [run(arguments.barecc, path, dict(zip(names, arrays))) for arrays in data]
        ranges = merge_ranges([{**dict(zip(names, arrays)), **results} for arrays, results in zip(data, real)])
        net = onnx_models.OnnxNet(seed, ranges)
        outputs = build(net)
    for result in outputs:
        net.graph.output(result)
    recorder = Recorder(name, arguments.barecc)
    path = recorder.directory / "model.onnx"
    onnx_file.write(net.graph, path)
    results = recorder.record(path, names, outputs, net.graph.operators, True, data)
    check_health(name, results)
    return path, ""


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--barecc", required=True)
    parser.add_argument("--flatc", default="flatc")
    parser.add_argument("models", nargs="*", default=[*tflite_models.MODELS, *onnx_models.MODELS], help="only these")
    arguments = parser.parse_args()
    for name in arguments.models:
        make = make_tflite if name in tflite_models.MODELS else make_onnx
        path, remark = make(name, arguments)
        print(f"{name:18} {path.stat().st_size:6} bytes  {remark}")


if __name__ == "__main__":
    main()
