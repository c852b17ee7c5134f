#!/usr/bin/python3
"""Nothing in generated C depends on whether `char` has a sign: each golden file, and each plain kernel, compiles to the
same assembly where it has and where it has not.

    plain_char.py TARGETS INCLUDE

TARGETS is build/targets/targets.json, INCLUDE the folder of the generated headers of kernels. Exit status 77, which
CTest takes as skipped, where a compiler is missing.
"""

import pathlib
import shutil
import subprocess
import sys

PROJECT = pathlib.Path(__file__).resolve().parent.parent.parent
GOLDEN = PROJECT / "tests/generated/golden"
SKIPPED = 77
sys.path.insert(0, str(PROJECT / "targets"))
import targets  # noqa: E402


def assembly(compiler, flags, sign, source):
    """Of a source that is called the same in both, since assembly names it. Optimised as little as inline assembly
    allows: so every widening of a character is to be seen."""
    done = subprocess.run([compiler, *flags, "-std=c99", "-w", "-O1", f"-f{sign}-char", "-S", "-o", "-", str(source)],
                          stdout=subprocess.PIPE, check=True)
    return done.stdout


def main():
    by_name = {target["name"]: target for target in targets.load(sys.argv[1])}
    kernels = ["-DBARECC_KERNEL=", "-I", str(PROJECT / "kernels/abi"), "-I", sys.argv[2]]
    sources = [("gcc", kernels, file) for file in sorted((PROJECT / "kernels/generic").glob("*.c"))]
    for line in (GOLDEN / "cases.txt").read_text().splitlines():
        if line and not line.startswith("#"):
            case, command = line.split(": ")
            words = command.split()
            target = by_name[words[words.index("--target") + 1]]
            flags = [*target["archFlags"], *target["libraryFlags"]]
            sources.append((target["compiler"], flags, GOLDEN / case / "model.c"))
    failed = False
    for compiler, flags, source in sources:
        if not shutil.which(compiler):
            print(f"skipped: {compiler} is missing")
            sys.exit(SKIPPED)
        if assembly(compiler, flags, "signed", source) != assembly(compiler, flags, "unsigned", source):
            print(f"{source.relative_to(PROJECT)}: the sign of char shows in the code that {compiler} makes of it")
            failed = True
    sys.exit(failed)


if __name__ == "__main__":
    main()
