#!/usr/bin/python3
"""Runs barecc on an archive of single-operator TFLite models with golden outputs and asks for every bit of them.

    run_operators.py --barecc PROGRAM --work DIR --archive FILE [MODEL...]

Beside each NAME.tflite of the archive lie NAME_input<i>_<type>.csv and NAME_golden_<type>.csv, comma-separated numbers
without a shape.
"""

import argparse
import json
import pathlib
import shutil
import subprocess
import sys
import tarfile
import time

import numpy

from run_models import PROJECT, check_all, count, summary


def unpack(archive, directory):
    """Files of the archive, each in the folder of its operator; where else a name may lead is left out."""
    shutil.rmtree(directory, ignore_errors=True)
    with tarfile.open(archive) as tar:
        for member in tar:
            name = pathlib.PurePosixPath(member.name)
            if member.isfile() and name.parent.name not in ("", ".."):
                (directory / name.parent.name).mkdir(parents=True, exist_ok=True)
                (directory / name.parent.name / name.name).write_bytes(tar.extractfile(member).read())


def compiled_shapes(barecc, model, directory):
    """Shapes of the inputs and outputs of a model, as barecc reports them; None where it refuses the model."""
    command = [barecc, "compile", str(model), "-o", str(directory), "--name", "model"]
    if subprocess.run(command, capture_output=True).returncode != 0:
        return None
    report = json.loads((directory / "report.json").read_text())
    return [[tensor["shape"] for tensor in report[kind]] for kind in ("inputs", "outputs")]


def array_of(path, shape):
    values = numpy.loadtxt(path, delimiter=",", dtype=path.stem.rsplit("_", 1)[1], ndmin=1)
    return values.reshape(shape) if values.size == numpy.prod(shape, dtype=numpy.int64) else values


def write_case(model, barecc, work):
    """A directory of the form that check_model.py takes."""
    directory = work / model.stem
    shutil.rmtree(directory, ignore_errors=True)
    directory.mkdir(parents=True)
    shutil.copy(model, directory / "model.tflite")
    meta = {"dims": {}, "ops": {model.parent.name: 1}, "outputs": [{}], "compare": {"kind": "exact"}}
    (directory / "meta.json").write_text(json.dumps(meta))
    inputs = sorted(model.parent.glob(f"{model.stem}_input*.csv"))
    golden = list(model.parent.glob(f"{model.stem}_golden_*.csv"))
    if not inputs or len(golden) != 1:
        sys.exit(f"{model} lacks its inputs or its golden output")
    shapes = compiled_shapes(barecc, model, work / "shapes")
    case = directory / "case0"
    case.mkdir()
    if shapes:  # else check_model.py says why there are none
        for index, (path, shape) in enumerate(zip(inputs, shapes[0])):
            numpy.save(case / f"input_{index}.npy", array_of(path, shape))
        numpy.save(case / "output_0.npy", array_of(golden[0], shapes[1][0]))
    return directory


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--barecc", default=str(PROJECT / "build/bin/barecc"))
    parser.add_argument("--work", type=pathlib.Path, default=PROJECT / "build/operators")
    parser.add_argument("--archive", type=pathlib.Path, required=True)
    parser.add_argument("models", nargs="*", help="only these")
    arguments = parser.parse_args()

    start = time.monotonic()
    unpacked = arguments.work / "archive"
    unpack(arguments.archive, unpacked)
    models = sorted(path for path in unpacked.rglob("*.tflite") if not arguments.models or path.stem in arguments.models)
    if not models:
        sys.exit(f"no model to check in {arguments.archive}")
    directories = [write_case(model, arguments.barecc, arguments.work / "models") for model in models]
    results = check_all(directories, arguments.barecc, "host", arguments.work / "build")
    print(f"\n{len(results)} models in {time.monotonic() - start:.0f} s: {summary(results)}")
    sys.exit(0 if count(results, "passes") == len(results) else 1)


if __name__ == "__main__":
    main()
