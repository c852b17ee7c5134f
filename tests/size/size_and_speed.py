#!/usr/bin/env python3
"""size_and_speed.py BARECC TARGETS.json MODELS TARGET...: built at -Os, no model's C is larger with --optimize size than with
speed.

Prints both sizes (code and constants, weights not counted) for each model of the folder on each target, and fails where
that for size is the larger one. Exit status 77: no compiler is installed."""
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

PROJECT = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(PROJECT / "targets"))
import targets  # noqa: E402  (of the folder just added)

# Sections of code and constants, by ELF's names and WebAssembly's.
SECTIONS = r"(\.text|\.s?rodata|\.sdata|CODE|DATA)"


def bytes_of(barecc, model, target, optimize, work):
    folder = os.path.join(work, optimize)
    subprocess.run([barecc, "compile", model, "-o", folder, "--name", "net", "--target", target["name"], "--optimize",
                    optimize], check=True, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    flags = target["sizeFlags"] + target["archFlags"] + target["libraryFlags"]
    result = os.path.join(folder, "net.o")
    subprocess.run([target["compiler"], "-std=c99", *flags, "-c", os.path.join(folder, "net.c"), "-o", result], check=True)
    size = target["compiler"].replace("gcc", "size").replace("clang", "llvm-size")
    sections = subprocess.run([size, "-A", result], check=True, capture_output=True, text=True).stdout
    return sum(int(line.split()[1]) for line in sections.splitlines() if re.match(SECTIONS, line))


def main():
    barecc, descriptions, models, *names = sys.argv[1:]
    records = {target["name"]: target for target in targets.load(descriptions)}
    known = [records[name] for name in names if shutil.which(records[name]["compiler"])]
    if not known:
        print("skipped: none of the compilers is installed")
        sys.exit(77)
    larger = 0
    with tempfile.TemporaryDirectory() as work:
        for target in known:
            for name in sorted(os.listdir(models)):
                files = [os.path.join(models, name, file) for file in ("model.tflite", "model.onnx")]
                model = next((file for file in files if os.path.exists(file)), None)
                if not model:
                    continue
                size, speed = (bytes_of(barecc, model, target, optimize, work) for optimize in ("size", "speed"))
                print(f"{target['name']:12} {name:20} size {size:6} speed {speed:6}" + (" LARGER" if size > speed else ""))
                larger += size > speed
    sys.exit(larger > 0)


main()
