#!/usr/bin/python3
"""Compiles the C, C++ and TableGen that a page of documentation shows.

    compile_snippets.py --build DIR --llvm-tblgen PROGRAM PAGE...

A comment above a block says where its text would stand:

    <!-- file: PATH -->                      it is that file, which the project does not have
    <!-- part of: PATH -->                   it goes to the end of that file of the project
    <!-- part of: PATH, before: TEXT -->     it goes before the last line there that begins with TEXT
    <!-- not compiled: REASON -->

A page's files are made aside, over those of the project, and each is put to the test that its folder has: records and
targets are read by TableGen, kernels compile under all warnings, C++ compiles as CMake would have it, C compiles with the
header of a model. Fails where one does not, and where a block has no comment.
"""

import argparse
import fnmatch
import json
import pathlib
import re
import shlex
import shutil
import subprocess
import sys
import tempfile

PROJECT = pathlib.Path(__file__).resolve().parents[2]
MODEL = PROJECT / "tests/models/small/segment-f32/model.onnx"
LANGUAGES = ("c", "cmake", "cpp", "tablegen")
BLOCK = re.compile(r"^(?:<!-- (?P<place>.+?) -->\n)?```(?P<language>\w+)\n(?P<text>.*?)^```$", re.M | re.S)
PLACE = re.compile(r"(?:(?P<file>file)|part of): (?P<path>[^,]+)(?:, before: (?P<before>.+))?")


class Overlay:
    """Files of a folder, found before those of the project."""

    def __init__(self, folder, build, llvm_tblgen):
        self.folder, self.build, self.llvm_tblgen = folder, build, llvm_tblgen

    def add(self, block, page):
        place = PLACE.fullmatch(block["place"])
        if not place:
            sys.exit(f"{page}: nothing is known of <!-- {block['place']} -->")
        path = self.folder / place["path"]
        path.parent.mkdir(parents=True, exist_ok=True)
        if place["file"]:
            if (PROJECT / place["path"]).exists():
                sys.exit(f"{page}: {place['path']} is a file of the project")
            path.write_text(block["text"])
            return
        lines = (path if path.exists() else PROJECT / place["path"]).read_text().splitlines(keepends=True)
        at = len(lines)
        if place["before"]:
            at = max((i for i, line in enumerate(lines) if line.startswith(place["before"])), default=None)
            if at is None:
                sys.exit(f"{page}: no line of {place['path']} begins with {place['before']}")
        path.write_text("".join(lines[:at]) + "\n" + block["text"] + "\n" + "".join(lines[at:]))

    def run(self, *command):
        done = subprocess.run([str(word) for word in command], cwd=self.folder, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True, check=False)
        if done.returncode:
            sys.exit(f"{shlex.join(map(str, command))}\n{done.stdout[-4000:]}")

    def check_target(self, path):
        self.run(self.llvm_tblgen, "-I", PROJECT, path)

    def check_records(self, path):
        self.run(self.build / "bin/kernel-tblgen", "-gen-registry", f"--headers={self.folder}/kernels",
                 "-I", self.folder, "-I", PROJECT, self.build / "compiler/kernel/AllKernels.td", "-o", "registry.inc")
        if not (self.folder / "registry.inc").read_text().strip():
            sys.exit(f"{path}: no registry")

    def check_kernel(self, path):
        shutil.copytree(PROJECT / "kernels/abi", self.folder / "kernels/abi", dirs_exist_ok=True)
        self.run(PROJECT / "tests/kernels/warnings_test.sh", self.folder, path.parent.name, f"-I{self.folder}")

    def check_source(self, path):
        """With the flags of the project's file of that name."""
        commands = json.loads((self.build / "compile_commands.json").read_text())
        entry = next(entry for entry in commands if pathlib.Path(entry["file"]).resolve() == PROJECT / path)
        words = [str(path) if word == entry["file"] else word for word in shlex.split(entry["command"])]
        output = words.index("-o")
        del words[output:output + 2]
        words.remove("-c")
        self.run(words[0], f"-I{self.folder}", *words[1:], "-fsyntax-only")

    def check_program(self, path):
        header = re.search(r'#include "(\w+)\.h"', (self.folder / path).read_text())
        self.run(self.build / "bin/barecc", "compile", MODEL, "--name", header[1], "-o", "model")
        self.run("gcc", "-std=c11", "-Wall", "-Wextra", "-Wconversion", "-Werror", "-fsyntax-only", "-Imodel", path)

    # In this order: kernels include what is made of their records. The first pattern that fits a path counts.
    CHECKS = {
        "targets/*.td": check_target,
        "kernels/*/kernels.td": check_records,
        "kernels/*.c": check_kernel,
        "*.cpp": check_source,
        "*.c": check_program,
    }

    def check(self):
        paths = [path.relative_to(self.folder) for path in sorted(self.folder.rglob("*")) if path.is_file()]
        for pattern, check in self.CHECKS.items():
            for path in [path for path in paths if fnmatch.fnmatch(str(path), pattern)]:
                paths.remove(path)
                check(self, path)
        if paths:
            sys.exit(f"there is no check of {paths[0]}")


def check_page(page, arguments):
    """How many blocks were compiled, and how many say that they cannot be."""
    compiled = excused = 0
    with tempfile.TemporaryDirectory() as folder:
        overlay = Overlay(pathlib.Path(folder), arguments.build.resolve(), arguments.llvm_tblgen)
        for block in BLOCK.finditer(page.read_text()):
            if block["language"] not in LANGUAGES:
                continue
            if not block["place"]:
                sys.exit(f"{page}: no comment says where this block would stand:\n{block['text']}")
            if block["place"].startswith("not compiled: "):
                excused += 1
                continue
            overlay.add(block, page)
            compiled += 1
        overlay.check()
    return compiled, excused


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--build", type=pathlib.Path, default=PROJECT / "build")
    parser.add_argument("--llvm-tblgen", default="llvm-tblgen-22")
    parser.add_argument("pages", nargs="+", type=pathlib.Path)
    arguments = parser.parse_args()
    total = 0
    for page in arguments.pages:
        compiled, excused = check_page(page, arguments)
        total += compiled
        if compiled or excused:
            print(f"{page.name}: {compiled} compiled, {excused} not")
    if not total:
        sys.exit("no page has a block that is compiled")


if __name__ == "__main__":
    main()
