#!/usr/bin/python3
"""Compares random models: as barecc's C, and by another way that should compute the same.

    run.py --barecc PROGRAM --work DIR --oracle NAME [--count N] [--seed N] [--seconds N] [--operators A,B] [--npm DIR]
        [--target NAME] [--left-out PASS]

Model number N is made from seed N, the same on every machine. Where it fails it is made small and left in DIR/failed/N, with
a line that says what differs. Exit status 1 where a difference is not one of known.py, or where nothing was compared.
"""

import argparse
import pathlib
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "models")]
import known  # noqa: E402
import onnx_model  # noqa: E402
import onnx_operators  # noqa: E402, F401
import tflite_model  # noqa: E402
import tflite_operators  # noqa: E402, F401
from comparison import Comparison  # noqa: E402
from generated import GeneratedC  # noqa: E402
from peers import OnnxRuntime, TensorFlowLite  # noqa: E402
from ways import Device, Folded, WithoutPass  # noqa: E402

WINDOW = 64  # models that are made before some of them are compiled together


def sides(arguments):
    """What makes models, what is right, what is checked: by the oracle's name."""
    def generated(name, kind=GeneratedC, **options):
        return kind(arguments.barecc, arguments.work / name, **{"hurries": arguments.tcc, **options})

    def device(*options):
        return Device(arguments.barecc, arguments.work / "device", options)

    source = tflite_model if arguments.oracle.startswith("tflite") else onnx_model
    ways = {
        "ort": lambda: (OnnxRuntime(arguments.npm), generated("c")),
        "tflite": lambda: (TensorFlowLite(arguments.npm), generated("c")),
        "size": lambda: (generated("speed"), generated("size", options=["--optimize", "size"])),
        "clang": lambda: (generated("gcc"), generated("clang", compiler="clang-22", flags=["-O2"])),
        "host": lambda: (generated("generic"), generated("host", compiler="gcc", options=["--target", "host"])),
        "folded": lambda: (generated("run"), generated("folded", Folded)),
        "arena": lambda: (generated("separate"), device("--io", "arena")),
        "without": lambda: (generated("with"), generated("without", WithoutPass, left_out=arguments.left_out)),
        "target": lambda: (generated("generic"), device("--target", arguments.target)),
    }
    return source, *ways[arguments.oracle.removeprefix("tflite-")]()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--barecc", required=True)
    parser.add_argument("--work", type=pathlib.Path, required=True)
    parser.add_argument("--oracle", required=True, help="ort, tflite; size, clang, host, folded, arena, without or target, with "
                        "tflite- before it for TFLite")
    parser.add_argument("--left-out", help="a pass of barecc-opt, where the oracle is `without`")
    parser.add_argument("--target", help="of barecc, where the oracle is `target`")
    parser.add_argument("--npm", type=pathlib.Path, help="the folder of the npm packages")
    parser.add_argument("--tcc", action="store_true", help="tcc compiles at first; what differs is judged by gcc's program")
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--seconds", type=float, help="stop after that long")
    parser.add_argument("--operators", help="only these")
    parser.add_argument("--no-shrink", action="store_true")
    arguments = parser.parse_args()
    arguments.work.mkdir(parents=True, exist_ok=True)
    arguments.work = arguments.work.resolve()
    operators = arguments.operators.split(",") if arguments.operators else None
    rules = {"ort": known.ONNX_RUNTIME, "tflite": known.TENSORFLOW_LITE}.get(arguments.oracle, ())
    comparison = Comparison(*sides(arguments), arguments.work, rules, operators, not arguments.no_shrink)
    start, failures, seed, end = time.time(), 0, arguments.seed, arguments.seed + arguments.count
    while seed < end and not (arguments.seconds and time.time() - start > arguments.seconds):
        seeds = range(seed, min(seed + WINDOW, end))
        for text in comparison.check(seeds):
            failures += 1
            print(text, flush=True)
        seed = seeds.stop
    for reason, count in comparison.reasons.most_common(40):
        print(f"{count:5} {reason}")
    print(f"{seed - arguments.seed} models in {time.time() - start:.0f} s: {dict(comparison.tally)}")
    print(f"{len({name for name, _ in comparison.covered})} operators, {len(comparison.covered)} of an operator and a type")
    sys.exit(1 if failures or not comparison.tally["same"] else 0)


if __name__ == "__main__":
    main()
