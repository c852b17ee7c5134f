#!/usr/bin/python3
"""Writes what the fuzzers of models begin with beside corpus/: a model for each operator.

    seeds.py --flatc PROGRAM --onnx FOLDER WORK

WORK/onnx gets ONNX's own cases of operators, from libonnx-testdata (FOLDER); WORK/tflite those of tests/tflite/cases.json.
Only models of at most 8 kB.
"""

import argparse
import json
import pathlib
import shutil
import sys

TESTS = pathlib.Path(__file__).resolve().parent.parent
MOST_BYTES = 8192

sys.path.insert(0, str(TESTS / "tflite"))
from run_cases import Model  # noqa: E402  (of the folder just added)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--flatc", required=True)
    parser.add_argument("--onnx", type=pathlib.Path, required=True)
    parser.add_argument("work", type=pathlib.Path)
    arguments = parser.parse_args()
    for name in ("onnx", "tflite"):
        shutil.rmtree(arguments.work / name, ignore_errors=True)
        (arguments.work / name).mkdir(parents=True)
    for path in arguments.onnx.glob("*/model.onnx"):
        if path.stat().st_size <= MOST_BYTES:
            shutil.copyfile(path, arguments.work / "onnx" / path.parent.name)
    for number, case in enumerate(json.loads((TESTS / "tflite/cases.json").read_text())):
        model = Model()
        model.add(case, "c")
        path = model.write_to(arguments.flatc, arguments.work)
        if path.stat().st_size <= MOST_BYTES:
            path.rename(arguments.work / "tflite" / f"{case['operator'].lower()}-{number}")


if __name__ == "__main__":
    main()
