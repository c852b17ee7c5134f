#!/usr/bin/python3
"""Runs the C of models on extreme inputs, built with sanitizers: it has to be free of undefined behaviour for all inputs.

    extremes.py --barecc PROGRAM --work DIR [--operators] [--flatc PROGRAM] [--jobs N] [MODEL...]

Every input is filled with one extreme value after the other (zero, one, the limits of its type, NaN, infinities, the
largest and the smallest floats), and with a mixture of them and of random numbers. clang builds the C for a target that
runs here with UndefinedBehaviorSanitizer, among it the checks of conversions and divisions that are off by default for
floats, and with AddressSanitizer; gcc builds it as barecc does, at -O3. Both have to give the same outputs: integers the
same, floats the same or both NaN. Prints one line for each model that fails and ends with 1 if one does.

A MODEL may be a directory, of which all model.onnx and model.tflite are taken. With --operators a model of the operators whose
arithmetic C leaves undefined somewhere is made and taken too (operators.py), with flatc models of all cases of
tests/tflite. The whole campaign:

    extremes.py --barecc build/bin/barecc --work build/extremes --operators --flatc flatc tests/models/small \
        /usr/include/onnx/backend/test/data/node
"""

import argparse
import concurrent.futures
import os
import pathlib
import shutil
import subprocess
import sys

import numpy

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / "models"), str(HERE.parent / "tflite")]
import operators  # noqa: E402
import run_cases  # noqa: E402
from check_model import Failed, Network, compile_model  # noqa: E402

SANITIZED = ["clang-22", "-std=c99", "-g", "-O1", "-ffp-contract=off", "-fno-sanitize-recover=all",
             "-fsanitize=address,undefined,float-cast-overflow,integer-divide-by-zero"]
MIXTURES = 3
SECONDS = 300


def extremes(dtype):
    """Values of one type that arithmetic and indices stumble over."""
    if dtype.kind == "b":
        return [0, 1]
    if dtype.kind == "f":
        limits = numpy.finfo(dtype)
        large = min(3e9, float(limits.max))
        return [0.0, -0.0, 1.0, -1.0, 0.5, 3.0, -100.5, large, -large, limits.max, limits.min, limits.tiny,
                limits.smallest_subnormal, numpy.inf, -numpy.inf, numpy.nan]
    limits = numpy.iinfo(dtype)
    values = [0, 1, 2, 3, 7, limits.max, limits.max - 1, limits.min, limits.min + 1, limits.max // 2, limits.max // 4 + 1]
    if dtype.kind == "i":
        values += [-1, -2, limits.min // 2]
    if dtype.itemsize == 8:
        values += [2**32, 2**31, 2**31 - 1]
    return values


def storage(dtype_name):
    """The type of numpy that has the bits of a type of barecc's."""
    try:
        return Network.dtype({"type": dtype_name})
    except TypeError:  # numpy does not have it
        return numpy.dtype("uint16" if dtype_name == "bfloat16" else "uint8")


def rounds(inputs):
    """Arrays for the inputs, one list for each run."""
    random = numpy.random.default_rng(1)
    values = [numpy.array(extremes(storage(tensor["type"])), storage(tensor["type"])) for tensor in inputs]
    for index in range(max(map(len, values), default=1)):
        yield [numpy.full(tensor["shape"], of_type[index % len(of_type)], of_type.dtype)
               for tensor, of_type in zip(inputs, values)]
    for _ in range(MIXTURES):
        mixture = []
        for tensor, of_type in zip(inputs, values):
            shape, dtype = tensor["shape"], of_type.dtype
            plain = random.standard_normal(shape) * 4
            plain = plain.astype(dtype if dtype.kind == "f" else "int64").astype(dtype)
            chosen = of_type[random.integers(len(of_type), size=shape)]
            mixture.append(numpy.where(random.random(shape) < 0.5, plain, chosen))
        yield mixture


def program(report):
    """C that runs the model on what it reads and writes what comes out, until there is no more."""
    totals, inputs, outputs = report["totals"], report["inputs"], report["outputs"]
    size = lambda tensor: int(numpy.prod(tensor["shape"], dtype=numpy.int64)) * storage(tensor["type"]).itemsize
    blocks = [(f"in{i}", size(tensor)) for i, tensor in enumerate(inputs)]
    results = []
    for i, tensor in enumerate(outputs):
        results.append((f"out{i}", size(tensor)))
        if "actual_shape" in tensor:
            results.append((f"shape{i}", 8 * len(tensor["shape"])))
    memory = [("arena", totals["arena_bytes"])] + ([("state", totals["state_bytes"])] if totals["state_bytes"] else [])
    memory = [(name, (bytes_ // 64 + 1) * 64) for name, bytes_ in memory]
    allocate = "\n".join(f"    unsigned char *{name} = {allocator}{max(bytes_, 1)});\n"
                         f"    memset({name}, 0xa5, {max(bytes_, 1)});"
                         for allocator, group in (("malloc(", blocks + results), ("aligned_alloc(64, ", memory))
                         for name, bytes_ in group)
    read = " && ".join([f"fread({name}, 1, {bytes_}, stdin) == {bytes_}" for name, bytes_ in blocks if bytes_])
    reset = "        model_reset(state);\n" if totals["state_bytes"] else ""
    write = "".join(f"        fwrite({name}, 1, {bytes_}, stdout);\n" for name, bytes_ in results)
    arguments = ", ".join("(void *)" + name for name, _ in blocks + results + memory)
    return f"""#include "model.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
int main(int count, char **arguments)
{{
{allocate}
    for (int i = atoi(arguments[count - 1]); i > 0{" && " + read if read else ""}; i--) {{
{reset}        model_run({arguments});
{write}    }}
    return 0;
}}
"""


def run(command, data=b""):
    return subprocess.run(command, input=data, capture_output=True, timeout=SECONDS,
                          env={**os.environ, "ASAN_OPTIONS": "detect_leaks=0"})


def outputs_of(raw, report, count):
    """The output tensors of each run, with NaN of one kind."""
    position, result = 0, []
    for _ in range(count):
        for tensor in report["outputs"]:
            elements = int(numpy.prod(tensor["shape"], dtype=numpy.int64))
            dtype = storage(tensor["type"])
            values = numpy.frombuffer(raw, dtype, elements, position)
            position += values.nbytes
            if "actual_shape" in tensor:
                shape = numpy.frombuffer(raw, numpy.int64, len(tensor["shape"]), position)
                position += shape.nbytes
                values = values[:numpy.prod(shape, dtype=numpy.int64)]
            result.append(values)
    return result


def check(model, arguments):
    """What is wrong with a model, or None."""
    work = arguments.work / model.parent.name if model.stem == "model" else arguments.work / model.stem
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    try:
        report = compile_model(arguments.barecc, model, {"dims": {}}, work / "c")
    except Failed as failed:
        is_own = arguments.work in model.parents  # made here, of what barecc takes
        return None if failed.verdict == "declined" and not is_own else str(failed)
    (work / "c/main.c").write_text(program(report))
    sources = [str(path) for path in sorted((work / "c").iterdir()) if path.suffix in (".c", ".S")]
    plain = ["gcc", "-std=c99", *report["compiler_flags"]]
    include = ["-I", str(work / "c"), "-lm"]
    inputs = list(rounds(report["inputs"]))
    data = b"".join(array.tobytes() for arrays in inputs for array in arrays)
    results = []
    for name, command in (("sanitized", SANITIZED), ("plain", plain)):
        program_file = str(work / name)
        built = subprocess.run([*command, "-D_ISOC11_SOURCE", "-o", program_file, *sources, *include], cwd=work / "c",
                               capture_output=True, text=True)
        if built.returncode:
            return "does not build: " + built.stderr.splitlines()[0]
        done = run([program_file, str(len(inputs))], data)
        if done.returncode:
            lines = done.stderr.decode(errors="replace").splitlines()
            return next((line for line in lines if "error" in line.lower()), f"{name}: exit status {done.returncode}")
        results.append(outputs_of(done.stdout, report, len(inputs)))
    for index, (a, b) in enumerate(zip(*results)):
        same = numpy.array_equal(a, b, equal_nan=a.dtype.kind == "f")
        if not same:
            step, output = divmod(index, len(report["outputs"]))
            return f"round {step}, output {output}: clang {a.ravel()[:8]}, gcc {b.ravel()[:8]}"
    return None


def models_of(arguments):
    if arguments.operators:
        path = arguments.work / "operators.onnx"
        operators.write_operators(path)
        yield path
    if arguments.flatc:
        yield from run_cases.write_groups(arguments.flatc, arguments.work / "tflite")
    for path in arguments.models:
        if path.is_dir():
            yield from sorted([*path.rglob("model.onnx"), *path.rglob("model.tflite")])
        else:
            yield path


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--barecc", required=True)
    parser.add_argument("--work", type=pathlib.Path, required=True)
    parser.add_argument("--operators", action="store_true")
    parser.add_argument("--flatc")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("models", type=pathlib.Path, nargs="*")
    arguments = parser.parse_args()
    arguments.work = arguments.work.resolve()
    models, failed = list(models_of(arguments)), 0
    with concurrent.futures.ThreadPoolExecutor(arguments.jobs) as pool:
        for model, wrong in zip(models, pool.map(lambda model: check(model, arguments), models)):
            if wrong:
                failed += 1
                print(f"FAILED {model}: {wrong}", flush=True)
    print(f"{len(models) - failed} passed, {failed} failed")
    sys.exit(1 if failed or not models else 0)


if __name__ == "__main__":
    main()
