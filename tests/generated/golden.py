#!/usr/bin/python3
"""Compares generated C with the files in golden/, which are there to be read: a change of what barecc writes is reviewed
in them as code is.

    golden.py BARECC            fails with the difference
    golden.py BARECC --update   writes the files anew; `ninja golden` does it

golden/cases.txt lists the cases. Weights are left out.
"""

import difflib
import pathlib
import subprocess
import sys
import tempfile

from golden_cases import HERE, cases

MODELS = HERE.parent / "models/small"
SHOWN = 60  # lines of a difference


def generated(barecc, model, options):
    """The header and the C file, by name."""
    path = next((MODELS / model).glob("model.*"))
    with tempfile.TemporaryDirectory() as directory:
        done = subprocess.run([barecc, "compile", str(path), "-o", directory, "--name", "model", *options],
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
        if done.returncode:
            sys.exit(f"{model} {' '.join(options)}: {done.stdout}")
        return {name: (pathlib.Path(directory) / name).read_text() for name in ("model.h", "model.c")}


def main():
    barecc, update = sys.argv[1], "--update" in sys.argv[2:]
    different = False
    for folder, model, options in cases():
        folder.mkdir(exist_ok=True)
        for name, text in generated(barecc, model, options).items():
            file = folder / name
            if update:
                file.write_text(text)
                continue
            expected = file.read_text() if file.exists() else ""
            if text != expected:
                different = True
                difference = difflib.unified_diff(expected.splitlines(), text.splitlines(), f"golden/{folder.name}/{name}",
                                                  "generated", lineterm="")
                print("\n".join(list(difference)[:SHOWN]))
    if different:
        sys.exit("Where this is as it should be, write the files anew by `ninja golden`, and read the difference.")


if __name__ == "__main__":
    main()
