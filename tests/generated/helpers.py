#!/usr/bin/python3
"""Checks the values that the helpers of a generated header give, which quantise an input and dequantise an output.

    helpers.py --translate BARECC_TRANSLATE --work DIRECTORY

The header is that of a model which hands tensors of many quantised types from its inputs to its outputs; helpers.c is
built with it and run, with undefined behaviour an error.
"""

import argparse
import itertools
import pathlib
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
# A power of two, at which ties are exact on both sides, and scales that are rounded themselves.
SCALES = ["0.0078125", "0.1", "0.003921569", "1.7e-5", "23.0"]
# Storage: least and greatest integer.
STORAGES = {"i8": (-128, 127), "u8": (0, 255), "i16": (-32768, 32767), "u16": (0, 65535)}
FLAGS = ["-std=c99", "-O1", "-Wall", "-Wextra", "-Wpedantic", "-Werror", "-fsanitize=undefined,float-cast-overflow",
         "-fno-sanitize-recover=all"]


def quantized_types():
    """MLIR's type, least and greatest integer: the zero point at both ends, in the middle, and as usual."""
    for (storage, (least, greatest)), scale in itertools.product(STORAGES.items(), SCALES):
        for zero_point in sorted({least, least + 3, (least + greatest) // 2, greatest, max(least, 0)}):
            yield f"tensor<4x!quant.uniform<{storage}:f32, {scale}:{zero_point}>>", least, greatest


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--translate", required=True)
    parser.add_argument("--work", type=pathlib.Path, required=True)
    arguments = parser.parse_args()
    arguments.work.mkdir(parents=True, exist_ok=True)

    types, least, greatest = zip(*quantized_types())
    names = [f"%{i}" for i in range(len(types))]
    model = (f"func.func @main({', '.join(map(': '.join, zip(names, types)))}) -> ({', '.join(types)}) {{\n"
             f"  return {', '.join(names)} : {', '.join(types)}\n}}\n")
    header = subprocess.run([arguments.translate, "--file=model.h"], input=model, stdout=subprocess.PIPE, text=True,
                            check=True).stdout
    (arguments.work / "model.h").write_text(header)
    (arguments.work / "tensors.inc").write_text(
        "".join(f"TENSOR({i}, {least[i]}, {greatest[i]})\n" for i in range(len(types))))
    program = arguments.work / "helpers"
    for compiler in ("gcc", "clang-22"):
        subprocess.run([compiler, *FLAGS, f"-I{arguments.work}", HERE / "helpers.c", "-lm", "-o", program], check=True)
        if subprocess.run([program], check=False).returncode:
            sys.exit(f"not so where {compiler} builds it")


if __name__ == "__main__":
    main()
