#!/usr/bin/python3
"""Hands the C in golden/ to static analysers, which have to find nothing.

    analysis.py TARGETS.json

- gcc -fanalyzer, as the target's own compiler: null, freed and uninitialised memory, bounds, along each path;
- cppcheck: its errors and what it calls warnings, performance and portability; its MISRA add-on is for misra.py.

Exit status 77, which CTest takes as skipped: an analyser is missing.
"""

import pathlib
import shutil
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
PROJECT = HERE.parent.parent
sys.path.insert(0, str(PROJECT / "targets"))
import targets  # noqa: E402  (of the folder just added)

GOLDEN = HERE / "golden"
# Right shifts of negative integers keep the sign with every compiler that barecc is for; docs/misra.md, rule 10.1.
CPPCHECK = ["cppcheck", "--quiet", "--std=c99", "--enable=warning,performance,portability", "--error-exitcode=1",
            "--suppress=shiftTooManyBitsSigned"]
ANALYZER = ["-std=c99", "-O1", "-Wall", "-Wextra", "-fanalyzer", "-Werror", "-S", "-o", "/dev/null"]


def passes(command):
    if not shutil.which(command[0]):
        print(f"skipped: {command[0]} is missing")
        sys.exit(77)
    return subprocess.run(command, check=False).returncode == 0


def main():
    records = {target["name"]: target for target in targets.load(sys.argv[1])}
    ok = True
    for line in (GOLDEN / "cases.txt").read_text().splitlines():
        if not line or line.startswith("#"):
            continue
        case, options = line.split(": ")
        words = options.split()
        target, source = records[words[words.index("--target") + 1]], str(GOLDEN / case / "model.c")
        ok &= passes([target["compiler"], *target["archFlags"], *target["libraryFlags"], *ANALYZER, source])
        ok &= passes([*CPPCHECK, source])
    sys.exit(not ok)


if __name__ == "__main__":
    main()
