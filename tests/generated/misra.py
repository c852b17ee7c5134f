#!/usr/bin/python3
"""Holds generated C to MISRA C:2012, less the deviations of docs/misra.md.

    misra.py BARECC MODELS

The plain C of each model in the folder MODELS is checked by cppcheck's MISRA add-on. The rules that it reports of any
model are those that docs/misra.md lists, no more and no fewer.
"""

import pathlib
import re
import subprocess
import sys
import tempfile

DEVIATIONS = pathlib.Path(__file__).resolve().parent.parent.parent / "docs/misra.md"


def reported(barecc, model):
    """Rules, each with the first place where it is broken."""
    with tempfile.TemporaryDirectory() as directory:
        subprocess.run([barecc, "compile", str(model), "-o", directory, "--name", "model", "--target", "generic"],
                       check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        done = subprocess.run(
            ["cppcheck", "--quiet", "--addon=misra", "--std=c99", "--suppress=*:*model_weights.c",
             "--template={id} {line} {code}", "model.c", "model_weights.c"],
            cwd=directory, check=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    rules = {}
    for rule, place in re.findall(r"^misra-c2012-([\d.]+) (.*)", done.stdout, re.MULTILINE):
        rules.setdefault(rule, f"{model.parent.name}: line {place}")
    return rules


def main():
    barecc, models = sys.argv[1:]
    listed = set(re.findall(r"^\| (\d+\.\d+) \|", DEVIATIONS.read_text(), re.MULTILINE))
    broken = {}
    for model in sorted(pathlib.Path(models).glob("*/model.*")):
        for rule, place in reported(barecc, model).items():
            broken.setdefault(rule, place)
    for rule in sorted(broken.keys() - listed):
        print(f"rule {rule} is not in docs/misra.md: {broken[rule]}")
    for rule in sorted(listed - broken.keys()):
        print(f"rule {rule} is in docs/misra.md, but nothing breaks it")
    return broken.keys() != listed


if __name__ == "__main__":
    sys.exit(main())
