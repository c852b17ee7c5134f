#!/usr/bin/python3
"""Runs models on one device, as its emulator, and compares with the recorded outputs.

    run_device.py --barecc PROGRAM [--optimize speed|size] TARGET --models SET [--only MODEL...]

Integers are the recorded ones on every device, floats within the bound that is recorded with them. Each model
is built for speed and for size, unless told which. The exit status is 77, which CTest takes as skipped, where the cross compiler or the
emulator is missing.
"""

import argparse
import json
import pathlib
import subprocess
import sys

PROJECT = pathlib.Path(__file__).resolve().parent.parent.parent
SKIPPED = 77
MISSING_PROGRAM = "is missing; install it"
EMULATOR_FAULT = "decode_save_opc: Assertion"  # of QEMU 7.2 on vectors of floats that become integers: its issue 1441


def skip(reason):
    print(f"skipped: {reason}")
    sys.exit(SKIPPED)


def bound_of(directory):
    """The options that state the recorded bound; integers have none."""
    rule = json.loads((directory / "meta.json").read_text())["compare"]
    if rule["kind"] == "exact":
        return []
    if rule["kind"] == "float":
        return ["--rtol", str(rule["rtol"]), "--atol", str(rule["atol"])]
    sys.exit(f"{directory.name}: recorded with a rule of kind '{rule['kind']}', which this test does not know")


def verify(barecc, directory, target, optimize):
    """None where the outputs are the recorded ones, else what barecc said."""
    sequence = directory / "seq0"
    data = ["--data", str(sequence), "--sequence"] if sequence.is_dir() else ["--data", str(directory / "case0")]
    command = [barecc, "verify", str(next(directory.glob("model.*"))), *data,
               "--target", target, "--optimize", optimize, *bound_of(directory)]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace",
                          check=False)
    if MISSING_PROGRAM in done.stdout:
        skip(done.stdout.strip())
    return None if done.returncode == 0 else done.stdout


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--barecc", default=str(PROJECT / "build/bin/barecc"))
    parser.add_argument("--optimize", choices=("speed", "size"), action="append")
    parser.add_argument("target")
    parser.add_argument("--models", type=pathlib.Path, required=True, help="the model set")
    parser.add_argument("--only", nargs="+", metavar="MODEL", help="those of the set that are run")
    arguments = parser.parse_args()

    directories = [meta.parent for meta in sorted(arguments.models.glob("*/meta.json"))
                   if not arguments.only or meta.parent.name in arguments.only]
    if not directories:
        sys.exit(f"no such models in {arguments.models}")
    failures = 0
    for directory in directories:
        for optimize in arguments.optimize or ("speed", "size"):
            wrong = verify(arguments.barecc, directory, arguments.target, optimize)
            if wrong and EMULATOR_FAULT in wrong:
                print(f"{directory.name}, --optimize {optimize}: not run, for an assertion of QEMU's own", flush=True)
                continue
            print(f"{directory.name}, --optimize {optimize}: {'FAILS' if wrong else 'ok'}", flush=True)
            if wrong:
                print(wrong, flush=True)
                failures += 1
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
