#!/usr/bin/python3
"""What barecc says where a compiler or an emulator is missing.

    missing_programs.py BARECC JSON

JSON is build/targets/targets.json. Every target compiles to C on a path without any program. run, verify and bench say
which program is missing and which package has it: the compiler, then, where that is all there is, what is needed next.
"""

import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

PROJECT = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(PROJECT / "targets"))
import targets  # noqa: E402  (of the folder just added)

MODEL = "/usr/include/onnx/backend/test/data/simple/test_single_relu_model/model.onnx"
DATA = ["--data", str(pathlib.Path(MODEL).parent / "test_data_set_0")]


def barecc(*arguments):
    done = subprocess.run([PROGRAM, *arguments], env={"PATH": "bin"}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          text=True, check=False)
    return done.returncode, done.stdout


def expect_missing(target, file, package, command, *options):
    status, text = barecc(command, MODEL, *options, "--target", target["name"])
    told = f"'{file}' is missing; install it, on Debian by: apt-get install {package}"
    if status != 1 or told not in text:
        sys.exit(f"{target['name']}: {command} ends in {status} and does not say: {told}\n{text}")


def next_needed(target):
    """The first thing beside the compiler, if any."""
    for part in target["compilerParts"]:
        if not os.path.isabs(part["file"]):
            return part["file"], part["package"]
    return (target["emulator"][0], target["emulatorPackage"]) if target["emulator"] else None


def main():
    os.mkdir("bin")
    everything = targets.load(JSON)
    for target in everything:
        status, text = barecc("compile", MODEL, "-o", target["name"], "--target", target["name"])
        if status:
            sys.exit(f"{target['name']}: does not compile to C without programs\n{text}")
    _, table = barecc("targets")
    rows = {line.split()[0]: line for line in table.splitlines()}
    devices = [target for target in everything if target["emulator"]]
    for target in devices:
        if f" needs {target['compilerPackage']}" not in rows[target["name"]]:
            sys.exit(f"{target['name']}: targets does not say what is missing\n{table}")
        expect_missing(target, target["compiler"], target["compilerPackage"], "run")
    for command, *options in (["verify", *DATA], ["bench"]):
        expect_missing(devices[0], devices[0]["compiler"], devices[0]["compilerPackage"], command, *options)

    for target in devices:
        compiler = shutil.which(target["compiler"])
        if compiler:
            wrapper = pathlib.Path("bin", target["compiler"])
            wrapper.write_text(f'#!/bin/sh\nexec {compiler} "$@"\n')
            wrapper.chmod(0o755)
            expect_missing(target, *next_needed(target), "run")


PROGRAM, JSON = (os.path.abspath(argument) for argument in sys.argv[1:])
with tempfile.TemporaryDirectory() as work:
    os.chdir(work)
    main()
