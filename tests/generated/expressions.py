#!/usr/bin/python3
"""Compiles random expressions over all element types, and has C compilers look for anything to say of them.

    expressions.py --barecc PROGRAM --work DIRECTORY [--seed NUMBER] [--models NUMBER]

Each model is a set of expressions: arithmetic, comparisons, logic and casts, with operands that are equal and constants at
the ends of their types, where comparisons are always true and differences always 0. The C has to compile without a warning
of tests/warnings.sh and some more, with gcc and with clang.
"""

import argparse
import pathlib
import random
import subprocess
import sys

import numpy

PROJECT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(PROJECT / "tests/models/maker"))
import onnx_file  # noqa: E402

FLOATS = ["float16", "float32", "float64"]
SIGNED = ["int8", "int16", "int32", "int64"]
UNSIGNED = ["uint8", "uint16", "uint32", "uint64"]
INTEGERS = SIGNED + UNSIGNED
NUMBERS = FLOATS + INTEGERS
TYPES = NUMBERS + ["bool"]
# Operators by the types they take; comparisons give bool, the others the type they take.
COMPARISONS = ["Less", "LessOrEqual", "Greater", "GreaterOrEqual", "Equal"]
BINARY = {**{name: NUMBERS for name in COMPARISONS + ["Add", "Sub", "Mul", "Div", "Max", "Min"]},
          **{name: INTEGERS for name in ("Mod", "BitwiseAnd", "BitwiseOr", "BitwiseXor")},
          **{name: ["bool"] for name in ("And", "Or", "Xor", "Equal")}, "Equal": TYPES}
UNARY = {"Abs": NUMBERS, "Sign": NUMBERS, "Neg": FLOATS + SIGNED, "BitwiseNot": INTEGERS, "Not": ["bool"],
         "Relu": FLOATS + SIGNED, "Floor": FLOATS}
EXPRESSIONS, DEPTH, WIDTH = 40, 4, 5
MORE = {"gcc": ["-Wtype-limits", "-Wtautological-compare", "-Wbool-compare", "-Wlogical-op", "-Wlogical-not-parentheses",
                "-Wduplicated-cond", "-Wduplicated-branches", "-Wint-in-bool-context", "-Wdiv-by-zero"],
        "clang-22": []}


class Expressions:
    def __init__(self, seed):
        self.random, self.graph = random.Random(seed), onnx_file.Graph("expressions")
        self.inputs = {dtype: self.graph.input(f"{dtype} /*x*/ //", dtype, [WIDTH]) for dtype in TYPES}
        for _ in range(EXPRESSIONS):
            self.graph.output(self.expression(self.random.choice(TYPES), DEPTH))

    def constant(self, dtype):
        if dtype == "bool":
            values = [False, True]
        elif dtype in FLOATS:
            values = [0.0, -0.0, 1.0, -1.0, numpy.inf, -numpy.inf, numpy.nan, float(numpy.finfo(dtype).max)]
        else:
            limits = numpy.iinfo(dtype)
            values = [0, 1, 2, limits.min, limits.max, limits.max - 1, limits.min + 1]
        return self.graph.constant(numpy.array(self.random.choice(values), dtype))

    def leaf(self, dtype):
        return self.inputs[dtype] if self.random.random() < 0.6 else self.constant(dtype)

    def expression(self, dtype, depth):
        """The name of a tensor of this type."""
        if depth == 0:
            return self.leaf(dtype)
        kind = self.random.random()
        if kind < 0.15:
            to = numpy.dtype(dtype).name
            return self.graph.node("Cast", [self.expression(self.random.choice(TYPES), depth - 1)],
                                   to=onnx_file.TYPES[to])
        if kind < 0.25:
            return self.graph.node("Where", [self.expression("bool", depth - 1), self.expression(dtype, depth - 1),
                                             self.expression(dtype, depth - 1)])
        if kind < 0.4:
            return self.graph.node(self.random.choice([name for name, types in UNARY.items() if dtype in types]),
                                   [self.expression(dtype, depth - 1)])
        operator = self.random.choice([name for name, types in BINARY.items()
                                       if (dtype == "bool" and name in COMPARISONS) or
                                       (dtype in types and name not in COMPARISONS)])
        taken = self.random.choice(BINARY[operator]) if operator in COMPARISONS else dtype
        left = self.expression(taken, depth - 1)
        right = left if self.random.random() < 0.15 else self.expression(taken, depth - 1)
        return self.graph.node(operator, [left, right])


def warnings():
    """The lists of warnings of tests/warnings.sh, by compiler."""
    script = f'. {PROJECT}/tests/warnings.sh; printf "%s\\n" "$gcc_warnings"; echo $clang_warnings'
    gcc, clang = subprocess.run(["sh", "-c", script], check=True, stdout=subprocess.PIPE, text=True).stdout.splitlines()
    return {"gcc": gcc.split() + MORE["gcc"], "clang-22": clang.split() + MORE["clang-22"]}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--barecc", required=True)
    parser.add_argument("--work", type=pathlib.Path, required=True)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--models", type=int, default=2)
    arguments = parser.parse_args()
    flags, failed = warnings(), []
    for seed in range(arguments.seed, arguments.seed + arguments.models):
        directory = arguments.work / str(seed)
        onnx_file.write(Expressions(seed).graph, directory / "model.onnx", opset=18)
        subprocess.run([arguments.barecc, "compile", directory / "model.onnx", "-o", directory, "--name", "code",
                        "--target", "generic"], check=True, stdout=subprocess.DEVNULL)
        for compiler, list_ in flags.items():
            for source in ("code.c", "code_weights.c"):
                done = subprocess.run([compiler, "-std=c99", "-O1", *list_, "-Werror", "-c", directory / source, "-o",
                                       directory / "object"], check=False, stderr=subprocess.PIPE, text=True)
                if done.returncode:
                    print(f"seed {seed}, {compiler}: {done.stderr}")
                    failed.append(seed)
    if failed:
        sys.exit(f"{len(set(failed))} of {arguments.models} models draw warnings")


if __name__ == "__main__":
    main()
