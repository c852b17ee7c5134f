#!/usr/bin/python3
"""Runs the commands that a page of documentation shows.

    run_commands.py --build DIR PAGE...

The blocks of a page that are tagged `sh` are run in order, in a directory where `build` is the build, `model.onnx` and
`model.tflite` are small models, and `DIR` holds recorded inputs and outputs of the former. A block that cannot run there
stands below a comment <!-- not run: reason -->. Fails where a command does, and where no page has a block that runs.
"""

import argparse
import pathlib
import re
import subprocess
import sys
import tempfile

PROJECT = pathlib.Path(__file__).resolve().parents[2]
SMALL = PROJECT / "tests/models/small"
BLOCK = re.compile(r"^(?P<note><!-- not run: .+? -->\n)?```sh\n(?P<commands>.*?)^```$", re.M | re.S)
SECONDS_LIMIT = 300


def run_page(page, build):
    """The number of blocks that ran."""
    ran = 0
    with tempfile.TemporaryDirectory() as work:
        work = pathlib.Path(work)
        for name, target in (("build", build), ("model.onnx", SMALL / "segment-f32/model.onnx"),
                             ("model.tflite", SMALL / "keyword-int8/model.tflite"), ("DIR", SMALL / "segment-f32/case0")):
            (work / name).symlink_to(target)
        for block in BLOCK.finditer(page.read_text()):
            if block["note"]:
                continue
            ran += 1
            done = subprocess.run(["sh", "-eux", "-c", block["commands"]], cwd=work, stdout=subprocess.PIPE,
                                  stderr=subprocess.STDOUT, text=True, timeout=SECONDS_LIMIT)
            if done.returncode != 0:
                sys.exit(f"{page}: these commands fail:\n{block['commands']}\n{done.stdout[-4000:]}")
    return ran


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--build", type=pathlib.Path, default=PROJECT / "build")
    parser.add_argument("pages", nargs="+", type=pathlib.Path)
    arguments = parser.parse_args()
    counts = {page.name: run_page(page, arguments.build.resolve()) for page in arguments.pages}
    print(", ".join(f"{name}: {count}" for name, count in counts.items() if count))
    if not any(counts.values()):
        sys.exit("no page has a block that runs")


if __name__ == "__main__":
    main()
