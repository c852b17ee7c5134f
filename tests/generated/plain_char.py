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

from golden_cases import compiled_cases

PROJECT = pathlib.Path(__file__).resolve().parent.parent.parent
SKIPPED = 77


def assembly(compiler, flags, sign, source):
    """Of a source that is called the same in both, since assembly names it. Optimised as little as inline assembly
    allows: so every widening of a character is to be seen."""
    done = subprocess.run([compiler, *flags, "-std=c99", "-w", "-O1", f"-f{sign}-char", "-S", "-o", "-", str(source)],
                          stdout=subprocess.PIPE, check=True)
    return done.stdout


def main():
    kernels = ["-DBARECC_KERNEL=", "-I", str(PROJECT / "kernels/abi"), "-I", sys.argv[2]]
    sources = [("gcc", kernels, file) for file in sorted((PROJECT / "kernels/generic").glob("*.c"))]
    sources += [(compiler, flags, source) for source, (compiler, *flags) in compiled_cases(sys.argv[1])]
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
