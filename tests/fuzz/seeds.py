#!/usr/bin/python3
"""Writes the models that fuzzers begin with.

    seeds.py --flatc PROGRAM --onnx FOLDER WORK

WORK/onnx gets those of corpus/onnx, of which each has something that operators' own cases do not, those of
corpus/onnx_models.txt, and ONNX's own cases of operators, from libonnx-testdata (FOLDER); WORK/tflite those of
corpus/tflite_models.txt and of tests/tflite/cases.json. Only models of at most 8 kB. The two files have a model a line, its
name before it, in protobuf's text form and in JSON: those of the unit tests that reach most of the importers beside the
cases. WORK/tensor_proto gets ONNX tensors: of each type one with its bytes and one with all lists of values.
"""

import argparse
import json
import pathlib
import shutil
import sys

TESTS = pathlib.Path(__file__).resolve().parent.parent
CORPUS = TESTS / "fuzz/corpus"
MOST_BYTES = 8192
TENSOR_TYPES = range(27)  # TensorProto.DataType

sys.path[:0] = [str(TESTS / "tflite"), str(TESTS / "models/maker")]
import onnx_file  # noqa: E402  (of the folders just added)
import tflite_file  # noqa: E402
from onnx_file import field, repeated  # noqa: E402
from run_cases import Model  # noqa: E402


def lines_of(path):
    """The names and the models of a file of one model a line."""
    for line in path.read_text().splitlines():
        name, _, model = line.partition(": ")
        yield name, model


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--flatc", required=True)
    parser.add_argument("--onnx", type=pathlib.Path, required=True)
    parser.add_argument("work", type=pathlib.Path)
    arguments = parser.parse_args()
    for name in ("onnx", "tflite", "tensor_proto"):
        shutil.rmtree(arguments.work / name, ignore_errors=True)
        (arguments.work / name).mkdir(parents=True)
    for path in (CORPUS / "onnx").glob("*.txt"):
        onnx_file.write_text(path.read_text(), "protoc", arguments.work / "onnx" / path.stem)
    for name, model in lines_of(CORPUS / "onnx_models.txt"):
        onnx_file.write_text(model, "protoc", arguments.work / "onnx" / name)
    for name, model in lines_of(CORPUS / "tflite_models.txt"):
        tflite_file.write_text(model, arguments.flatc, arguments.work / "tflite" / name)
    for path in arguments.onnx.glob("*/model.onnx"):
        if path.stat().st_size <= MOST_BYTES:
            shutil.copyfile(path, arguments.work / "onnx" / path.parent.name)
    for number, case in enumerate(json.loads((TESTS / "tflite/cases.json").read_text())):
        model = Model()
        model.add(case, "c")
        path = model.write_to(arguments.flatc, arguments.work)
        if path.stat().st_size <= MOST_BYTES:
            path.rename(arguments.work / "tflite" / f"{case['operator'].lower()}-{number}")
    for kind in TENSOR_TYPES:
        head = repeated(1, [2]) + field(2, kind)  # dims, data_type
        lists = repeated(4, [1.0, 2.0]) + repeated(5, [1, 2]) + repeated(7, [1, 2]) + repeated(11, [1, 2])
        (arguments.work / "tensor_proto" / f"{kind}-bytes").write_bytes(head + field(9, bytes(16)))
        (arguments.work / "tensor_proto" / f"{kind}-lists").write_bytes(head + lists)


if __name__ == "__main__":
    main()
