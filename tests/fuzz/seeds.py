#!/usr/bin/python3
"""Writes the models that fuzzers begin with.

    seeds.py --flatc PROGRAM --onnx FOLDER WORK

WORK/onnx gets those of corpus/onnx, which are in protobuf's text form and of which each has something that operators' own
cases do not, and ONNX's own cases of operators, from libonnx-testdata (FOLDER); WORK/tflite those of
tests/tflite/cases.json. Only models of at most 8 kB. WORK/tensor_proto gets ONNX tensors: of each type one with its bytes
and one with all lists of values.
"""

import argparse
import json
import pathlib
import shutil
import sys

TESTS = pathlib.Path(__file__).resolve().parent.parent
MOST_BYTES = 8192
TENSOR_TYPES = range(27)  # TensorProto.DataType

sys.path[:0] = [str(TESTS / "tflite"), str(TESTS / "models/maker")]
from onnx_file import field, repeated, write_text  # noqa: E402  (of the folders just added)
from run_cases import Model  # noqa: E402


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--flatc", required=True)
    parser.add_argument("--onnx", type=pathlib.Path, required=True)
    parser.add_argument("work", type=pathlib.Path)
    arguments = parser.parse_args()
    for name in ("onnx", "tflite", "tensor_proto"):
        shutil.rmtree(arguments.work / name, ignore_errors=True)
        (arguments.work / name).mkdir(parents=True)
    for path in (TESTS / "fuzz/corpus/onnx").glob("*.txt"):
        write_text(path.read_text(), "protoc", arguments.work / "onnx" / path.stem)
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
