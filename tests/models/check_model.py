#!/usr/bin/python3
"""Compiles one model of a model set with barecc, builds the C, runs it on the recorded inputs and compares.

    check_model.py MODEL_DIR --barecc PROGRAM --work DIR [--target TARGET] [--time SECONDS]

MODEL_DIR holds model.onnx or model.tflite, meta.json and the recorded cases. The C is built as a shared library and
called in this process, so run this as a process of its own, with a time limit. Prints one JSON object: `verdict` (see
VERDICTS), `reason`, and the numbers that were measured.
"""

import argparse
import ctypes
import hashlib
import json
import pathlib
import shutil
import statistics
import subprocess
import sys
import time

import numpy

from compare import difference, rule_of

# What can come of a model, from best to worst.
VERDICTS = {
    "passes": "the recorded outputs, and memory near the lower bound",
    "no reference": "compiles, builds and runs; nothing is recorded to compare with",
    "declined": "barecc says clearly what it does not support",
    "memory": "the recorded outputs, but peak memory above 1.05 x the lower bound",
    "differs": "other outputs than recorded",
    "does not build": "the generated C draws a warning or an error",
    "crashes": "barecc or the generated code ends by a signal or a message that is no clear error",
    "timeout": "takes too long",
}

COMPILER = "gcc"
STRICT = ["-std=c99", "-Wall", "-Wextra", "-Wpedantic", "-Wconversion", "-Werror"]
PEAK_BOUND = 1.05
GUARD_BYTES = 256
DTYPES = {"bool": numpy.bool_}  # the rest is called as numpy calls it


class Failed(Exception):
    def __init__(self, verdict, reason):
        super().__init__(reason)
        self.verdict = verdict


class Block:
    """Aligned memory that starts as a pattern and ends in guard bytes, so that reading what was never written, or
    writing past the end, is found out."""

    def __init__(self, size, align=64):
        self.size = size
        self.raw = numpy.full(size + align + GUARD_BYTES, 0xA5, numpy.uint8)
        self.start = -self.raw.ctypes.data % align
        self.raw[self.start + size:] = 0x5C

    def pointer(self):
        return ctypes.c_void_p(self.raw.ctypes.data + self.start)

    def bytes(self):
        return self.raw[self.start:self.start + self.size]

    def check(self, what):
        if (self.raw[self.start + self.size:] != 0x5C).any():
            raise Failed("crashes", f"the generated code wrote past the end of {what}")


def compile_model(barecc, model, meta, directory, target="host"):
    """Runs `barecc compile` into a new directory and returns the report."""
    shutil.rmtree(directory, ignore_errors=True)
    dimensions = []
    for name, value in meta["dims"].items():
        shape = isinstance(value, list)
        dimensions += ["--shape" if shape else "--dim", f"{name}={','.join(map(str, value)) if shape else value}"]
    command = [barecc, "compile", str(model), "-o", str(directory), "--name", "model", "--target", target,
               "--weights", "bin", *dimensions]
    run = subprocess.run(command, capture_output=True, text=True, errors="replace")
    message = run.stderr.strip().splitlines()
    if run.returncode == 1 and message and message[0].startswith("barecc: error: ") and "report it" not in message[0]:
        raise Failed("declined", message[0].removeprefix(f"barecc: error: {model}: "))
    if run.returncode != 0:
        raise Failed("crashes", f"barecc: exit status {run.returncode}: {' '.join(message[:3])}")
    return json.loads((directory / "report.json").read_text())


def run_compiler(arguments, directory):
    run = subprocess.run([COMPILER, *arguments], cwd=directory, capture_output=True, text=True, errors="replace")
    if run.returncode != 0:
        raise Failed("does not build", first_error(run.stderr))


def build(source_directory, flags):
    """Builds the shared library, unless the one that is there is of the same sources; returns it and bytes of code."""
    build_directory = source_directory.parent
    files = sorted(path for path in source_directory.iterdir() if path.suffix in (".c", ".S", ".h", ".bin"))
    digest = hashlib.sha256(repr((STRICT, flags)).encode())
    for path in files:
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    library = build_directory / f"{digest.hexdigest()[:32]}.so"
    if not library.exists():
        for old in build_directory.glob("*.so"):
            old.unlink()
        objects = []
        for source in (path for path in files if path.suffix in (".c", ".S")):
            strict = STRICT if source.suffix == ".c" else []
            objects.append(str(build_directory / f"{source.stem}.o"))
            run_compiler([*strict, *flags, "-fPIC", "-c", source.name, "-o", objects[-1]], source_directory)
        # Linked under another name first, so that a build that was stopped leaves no library behind.
        unfinished = build_directory / "unfinished"
        run_compiler(["-shared", "-Wl,-z,defs", "-o", str(unfinished), *objects, "-lm"], source_directory)
        unfinished.rename(library)
    return library, code_bytes(build_directory / "model.o")


def first_error(text):
    lines = [line for line in text.splitlines() if "error" in line or "undefined" in line]
    return (lines or text.splitlines() or ["no message"])[0]


def code_bytes(path):
    """Text and read-only data of an object file; the weights lie in another."""
    sizes = subprocess.run(["size", "-A", str(path)], capture_output=True, text=True, check=True).stdout
    rows = (line.split() for line in sizes.splitlines())
    return sum(int(row[1]) for row in rows if len(row) == 3 and row[0].startswith((".text", ".rodata")))


class Network:
    """The generated functions, called on numpy arrays."""

    def __init__(self, library, report):
        self.library = ctypes.CDLL(str(library))
        self.inputs, self.outputs = report["inputs"], report["outputs"]
        totals = report["totals"]
        self.arena = Block(totals["arena_bytes"], totals["arena_align"])
        self.state = Block(totals["state_bytes"], totals["arena_align"]) if totals["state_bytes"] else None
        self.in_blocks = [Block(self.byte_size(tensor)) for tensor in self.inputs]
        self.out_blocks = [Block(self.byte_size(tensor)) for tensor in self.outputs]
        # Where the size is computed, the actual shape is one more result, behind the data.
        self.shape_blocks = [Block(8 * len(tensor["shape"])) if "actual_shape" in tensor else None
                             for tensor in self.outputs]

    @staticmethod
    def dtype(tensor):
        return numpy.dtype(DTYPES.get(tensor["type"], tensor["type"]))

    def byte_size(self, tensor):
        return int(numpy.prod(tensor["shape"], dtype=numpy.int64)) * self.dtype(tensor).itemsize

    def reset(self):
        if self.state:
            self.library.model_reset(self.state.pointer())

    def load(self, arrays):
        for index, (array, tensor, block) in enumerate(zip(arrays, self.inputs, self.in_blocks)):
            if array.dtype != self.dtype(tensor) or list(array.shape) != tensor["shape"]:
                raise Failed("differs", f"input {index} is {tensor['type']}{tensor['shape']}, "
                                        f"recorded is {array.dtype}{list(array.shape)}")
            block.bytes()[:] = numpy.frombuffer(numpy.ascontiguousarray(array).tobytes(), numpy.uint8)

    def call(self):
        results = [block for pair in zip(self.out_blocks, self.shape_blocks) for block in pair]
        blocks = [*self.in_blocks, *results, self.arena, self.state]
        self.library.model_run(*(block.pointer() for block in blocks if block))

    def output(self, tensor, block, shape_block):
        shape = shape_block.bytes().view(numpy.int64) if shape_block else tensor["shape"]
        values = block.bytes().view(self.dtype(tensor))
        return values[:numpy.prod(shape, dtype=numpy.int64)].reshape(shape).copy()

    def __call__(self, arrays):
        self.load(arrays)
        self.call()
        for index, block in enumerate(self.in_blocks):
            block.check(f"input {index}")
        for index, (block, shape_block) in enumerate(zip(self.out_blocks, self.shape_blocks)):
            block.check(f"output {index}")
            if shape_block:
                shape_block.check(f"the shape of output {index}")
        self.arena.check("the arena")
        if self.state:
            self.state.check("the state")
        return [self.output(*result) for result in zip(self.outputs, self.out_blocks, self.shape_blocks)]

    def median_nanoseconds(self, seconds):
        """Median time of a call, over as many as fit `seconds`, from 5 to 1000."""
        times = []
        while len(times) < 5 or (sum(times) < seconds * 1e9 and len(times) < 1000):
            start = time.perf_counter_ns()
            self.call()
            times.append(time.perf_counter_ns() - start)
        return statistics.median(times)


def arrays_of(case, kind, count):
    """The recorded arrays, None where there is none."""
    paths = [case / f"{kind}_{index}.npy" for index in range(count)]
    return [numpy.load(path, allow_pickle=False) if path.exists() else None for path in paths]


def check_outputs(case, outputs, references, meta):
    for index, (got, reference) in enumerate(zip(outputs, references)):
        if reference is None:
            if meta["outputs"][index].get("stored", True):
                raise Failed("differs", f"{case.name}: output {index} has no recording")
            continue
        wrong = difference(got, reference, rule_of(meta, index))
        if wrong:
            raise Failed("differs", f"{case.name}: output {index}: {wrong}")


def run_case(case, network, meta):
    """A seq* case is a run of successive calls on one state; its arrays have a leading step axis."""
    inputs = arrays_of(case, "input", len(network.inputs))
    references = arrays_of(case, "output", len(network.outputs))
    if any(array is None for array in inputs):
        raise Failed("differs", f"{case.name}: the model has {len(network.inputs)} inputs, fewer are recorded")
    if len(meta["outputs"]) != len(network.outputs):
        raise Failed("differs", f"the model has {len(network.outputs)} outputs, recorded are {len(meta['outputs'])}")
    network.reset()
    if not case.name.startswith("seq"):
        check_outputs(case, network(inputs), references, meta)
        return
    steps = [network([array[step] for array in inputs]) for step in range(len(inputs[0]))]
    check_outputs(case, [numpy.stack(outputs) for outputs in zip(*steps)], references, meta)


def run_without_reference(network):
    network.reset()
    network([numpy.zeros(tensor["shape"], network.dtype(tensor)) for tensor in network.inputs])


def check(model_directory, barecc, target, work, timing):
    meta = json.loads((model_directory / "meta.json").read_text())
    model = next(path for path in sorted(model_directory.iterdir()) if path.suffix in (".onnx", ".tflite"))
    result = {"format": model.suffix[1:], "operators": sum(meta["ops"].values())}
    try:
        report = compile_model(barecc, model, meta, work / "c", target)
        totals = report["totals"]
        result.update({key: totals[key] for key in ("weight_bytes", "arena_bytes", "arena_lower_bound", "macs")})
        library, result["code_bytes"] = build(work / "c", report["compiler_flags"])
        network = Network(library, report)
        cases = sorted(path for path in model_directory.iterdir() if path.is_dir())
        for case in cases:
            run_case(case, network, meta)
        if not cases:
            run_without_reference(network)
        if totals["arena_bytes"] > PEAK_BOUND * totals["arena_lower_bound"]:
            raise Failed("memory", f"the arena takes {totals['arena_bytes']} bytes, "
                                   f"the lower bound is {totals['arena_lower_bound']}")
        if timing:
            result["nanoseconds"] = network.median_nanoseconds(timing)
        result["verdict"], result["reason"] = ("passes", "") if cases else ("no reference", "")
    except Failed as failed:
        result["verdict"], result["reason"] = failed.verdict, str(failed)
    return result


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("model_directory", type=pathlib.Path)
    parser.add_argument("--barecc", required=True)
    parser.add_argument("--work", type=pathlib.Path, required=True, help="where the generated C and its build go")
    parser.add_argument("--target", default="host", help="one whose C runs on this machine")
    parser.add_argument("--time", type=float, default=0, metavar="SECONDS", help="also time calls for that long")
    arguments = parser.parse_args()
    if not shutil.which(COMPILER):
        sys.exit(f"{COMPILER} is missing")
    print(json.dumps(check(arguments.model_directory, arguments.barecc, arguments.target, arguments.work.resolve(),
                           arguments.time)))


if __name__ == "__main__":
    main()
