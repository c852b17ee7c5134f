#!/usr/bin/python3
"""Runs TFLite operators through C and compares with recorded numbers.

    run_cases.py --barecc PROGRAM --flatc PROGRAM --work DIR [--write-docs] [OPERATOR...]

cases.json holds single operators: their inputs, options, and the outputs that TensorFlow Lite 2.9 gave (where `source`
says so, those of the operator's definition). Integers have to be equal, floats within 1e-4 relative and 1e-5 absolute.
Many operators go into one model, so that the C compiler is not started for each.
"""

import argparse
import collections
import json
import pathlib
import re
import subprocess
import sys

import numpy

HERE = pathlib.Path(__file__).resolve().parent
PROJECT = HERE.parent.parent
DOCS = PROJECT / "docs" / "tflite-coverage.md"
GROUP = 40

sys.path[:0] = [str(HERE.parent / "models"), str(HERE.parent / "models/maker")]
from check_model import Failed, Network, build, compile_model  # noqa: E402
from compare import difference  # noqa: E402
from tflite_file import TFLiteFile, builtin_codes  # noqa: E402

RULES = {"f": {"kind": "float", "rtol": 1e-4, "atol": 1e-5}}


def array_of(tensor):
    dtype = numpy.dtype(tensor["type"])
    return numpy.array([float(value) if dtype.kind == "f" else value for value in tensor["values"]],
                       dtype).reshape(tensor["shape"])


def is_given(tensor):
    """Whether the caller gives the value; None stands for an absent input."""
    return tensor and not tensor.get("constant") and not tensor.get("variable")


class Model(TFLiteFile):
    """A file of independent operators."""

    def __init__(self):
        super().__init__()
        self.inputs, self.outputs = [], []

    def add_tensor(self, tensor, name):
        return self.tensor(name, tensor["shape"], tensor["type"], scale=tensor.get("scale"),
                           data=array_of(tensor) if tensor.get("constant") else None,
                           zero_point=tensor.get("zero_point", 0), dimension=tensor.get("dimension", 0),
                           variable=tensor.get("variable", False))

    def add(self, case, name):
        inputs = [self.add_tensor(tensor, f"{name}_i{i}") if tensor else -1 for i, tensor in enumerate(case["inputs"])]
        outputs = [self.add_tensor(tensor, f"{name}_o{i}") for i, tensor in enumerate(case["outputs"])]
        self.inputs += [index for index, tensor in zip(inputs, case["inputs"]) if is_given(tensor)]
        self.outputs += outputs
        intermediates = [self.add_tensor(tensor, f"{name}_m{i}") for i, tensor in enumerate(case.get("intermediates", []))]
        self.operator(case["operator"], inputs, outputs, case.get("options"), intermediates)

    def write_to(self, flatc, directory):
        path = directory / "model.tflite"
        self.write(flatc, path, self.inputs, self.outputs)
        return path


def write_groups(flatc, directory):
    """Models of all cases, each in a folder of its own."""
    cases = json.loads((HERE / "cases.json").read_text())
    for first in range(0, len(cases), GROUP):
        model = Model()
        for number, case in enumerate(cases[first:first + GROUP]):
            model.add(case, f"c{number}")
        folder = directory / f"tflite-{first}"
        folder.mkdir(parents=True, exist_ok=True)
        yield model.write_to(flatc, folder)


def run(cases, arguments):
    """What is wrong with each case, None where nothing is; raises Failed where the model does not run."""
    model = Model()
    for number, case in enumerate(cases):
        model.add(case, f"c{number}")
    path = model.write_to(arguments.flatc, arguments.work)
    report = compile_model(arguments.barecc, path, {"dims": {}}, arguments.work / "c")
    library, _ = build(arguments.work / "c", report["compiler_flags"])
    network = Network(library, report)
    network.reset()
    outputs = iter(network([array_of(tensor) for case in cases for tensor in case["inputs"] if is_given(tensor)]))
    wrong = []
    for case in cases:
        references = [array_of(tensor) for tensor in case["outputs"]]
        differences = [difference(next(outputs), reference, RULES.get(reference.dtype.kind, {"kind": "exact"}))
                       for reference in references]
        wrong.append(next((text for text in differences if text), None))
    return wrong


def run_group(cases, arguments):
    try:
        return run(cases, arguments)
    except Failed as failed:
        if len(cases) == 1:
            return [str(failed)]
    return [result for case in cases for result in run_group([case], arguments)]


def supported(barecc):
    """Operators and types, as `barecc ops` prints them."""
    listing = subprocess.run([barecc, "ops"], capture_output=True, text=True, check=True).stdout
    section = listing[listing.index("TFLite, "):].split("\n\n", 2)[1]
    rows = (re.split(r"  +", line.strip()) for line in section.splitlines()[2:])
    return {row[0]: row[-1] for row in rows}


def refusals(names, arguments):
    """Reasons that barecc gives for operators that it does not take; empty where it only lacks them."""
    model = Model()
    for name in names:
        model.add({"operator": name, "inputs": [], "outputs": [{"type": "float32", "shape": [1]}]}, name)
    path = model.write_to(arguments.flatc, arguments.work)
    message = subprocess.run([arguments.barecc, "inspect", str(path)], capture_output=True, text=True).stderr
    return {name: reason or "" for name, reason in re.findall(r"([A-Z0-9_]+) \(1 node '[^']*'(?:: ([^)]*))?\)", message)}


def documentation(results, arguments):
    operators = supported(arguments.barecc)
    missing = [name for name in builtin_codes() if name not in operators and not name.startswith("STABLEHLO_")
               and name not in ("CUSTOM", "PLACEHOLDER_FOR_GREATER_OP_CODES")]
    passed = collections.Counter(case["operator"] for case, wrong in results if not wrong)
    total = collections.Counter(case["operator"] for case, _ in results)
    rows = "\n".join(f"| {name} | {types} | {f'{passed[name]} of {total[name]}' if total[name] else ''} |"
                     for name, types in sorted(operators.items()))
    reasons = refusals(missing, arguments)
    others = "\n".join(f"| {name} | {reasons.get(name) or 'not implemented'} |" for name in sorted(missing))
    return f"""# TFLite operators

Written by `tests/tflite/run_cases.py --write-docs`; do not edit. barecc takes {len(operators)} operators of TensorFlow
Lite, whatever their version. *Cases* are those of `tests/tflite/cases.json` that give the recorded numbers through C:
integers equal, floats within 1e-4; {sum(passed.values())} of {len(results)} pass.

The reference is TensorFlow Lite's reference kernels, with double rounding. Version 2.9's optimised kernels for x86 differ
from them by one step here and there: matrix products and convolutions of bytes round ties of the last shift upward, where
the reference kernels round them away from zero, and means of bytes round before they divide and once more after it, or
their zero point apart from the mean. In a deep model such steps grow into outputs that differ; with the rounding of these
convolutions and products, and nothing else, barecc gives what they recorded to the bit (`models.x86_rounding`).

| operator | types | cases |
|---|---|--:|
{rows}

## Not taken

StableHLO's other operators, custom operators but for those that `barecc ops` lists, and:

| operator | reason |
|---|---|
{others}
"""


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--barecc", default=str(PROJECT / "build/bin/barecc"))
    parser.add_argument("--flatc", default="flatc")
    parser.add_argument("--work", type=pathlib.Path, default=PROJECT / "build/tflite-cases")
    parser.add_argument("--write-docs", action="store_true", help=f"write {DOCS.relative_to(PROJECT)}")
    parser.add_argument("operators", nargs="*", help="only these")
    arguments = parser.parse_args()
    arguments.work = arguments.work.resolve()

    cases = [case for case in json.loads((HERE / "cases.json").read_text())
             if not arguments.operators or case["operator"] in arguments.operators]
    results = []
    for first in range(0, len(cases), GROUP):
        group = cases[first:first + GROUP]
        results += zip(group, run_group(group, arguments))
    for case, wrong in results:
        if wrong:
            print(f"FAILED {case['operator']} of {', '.join(tensor['type'] for tensor in case['inputs'])}: {wrong}")
    failed = sum(wrong is not None for _, wrong in results)
    if arguments.write_docs:
        DOCS.write_text(documentation(results, arguments))
    print(f"{len(results) - failed} passed, {failed} failed")
    sys.exit(1 if failed or not results else 0)


if __name__ == "__main__":
    main()
