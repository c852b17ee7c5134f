#!/usr/bin/python3
"""Takes dimensions of TFLite operators' inputs away.

    empty_dimensions.py --barecc PROGRAM --flatc PROGRAM --work DIR

Of each operator in cases.json, the smallest case: wherever an input has a certain extent, it gets 0 in its place, one extent
after the other, in what the caller gives alone and in constants too. Each such model compiles, or is refused by one line
that names the operator or the tensor.
"""

import argparse
import copy
import json
import math
import pathlib
import re
import subprocess
import sys

from run_cases import HERE, Model, is_given


def holds_numbers(tensor):
    """No shape, axis or index, which constants of integers are."""
    return tensor and not (tensor.get("constant") and tensor["type"] in ("int32", "int64"))


def without(case, extent, takes):
    """The case with inputs that have no elements along dimensions of this extent."""
    changed = copy.deepcopy(case)
    for tensor in filter(takes, changed["inputs"]):
        tensor["shape"] = [0 if length == extent else length for length in tensor["shape"]]
        tensor["values"] = tensor.get("values", [])[:math.prod(tensor["shape"])]
    return changed


def variants(case):
    for takes in (lambda tensor: holds_numbers(tensor) and is_given(tensor), holds_numbers):
        for extent in sorted({length for tensor in filter(takes, case["inputs"]) for length in tensor["shape"]}):
            yield without(case, extent, takes)


def problem(case, arguments):
    """What is wrong, None where nothing is."""
    model = Model()
    model.add(case, "c")
    path = model.write_to(arguments.flatc, arguments.work)
    done = subprocess.run([arguments.barecc, "compile", path, "-o", arguments.work / "c", "--target", "generic"],
                          capture_output=True, text=True)
    errors = [line for line in done.stderr.splitlines() if line.startswith("barecc: error: ")]
    if done.returncode == 0 or (done.returncode == 1 and len(errors) == 1 and "report it" not in errors[0] and
                                re.search(rf": (node '[^']*' \({case['operator']}\):|tensor '[^']*') ", errors[0])):
        return None
    return f"status {done.returncode}: {done.stderr}"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--barecc", required=True)
    parser.add_argument("--flatc", default="flatc")
    parser.add_argument("--work", type=pathlib.Path, required=True)
    arguments = parser.parse_args()
    cases = json.loads((HERE / "cases.json").read_text())
    cases.sort(key=lambda case: sum(len(tensor.get("values", [])) for tensor in case["inputs"] if tensor))
    smallest = {}
    for case in cases:
        smallest.setdefault(case["operator"], case)
    tried = failed = 0
    for operator, case in smallest.items():
        different = {json.dumps(variant): variant for variant in variants(case)}
        for variant in different.values():
            tried += 1
            if wrong := problem(variant, arguments):
                failed += 1
                print(f"FAILED {operator}, inputs of {[tensor and tensor['shape'] for tensor in variant['inputs']]}: {wrong}")
    print(f"{len(smallest)} operators, {tried - failed} passed, {failed} failed")
    sys.exit(1 if failed or not tried else 0)


if __name__ == "__main__":
    main()
