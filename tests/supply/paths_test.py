#!/usr/bin/python3
"""paths_test.py DIRECTORY PROGRAM...: no program holds the directory of the sources that it was built from."""

import pathlib
import sys

directory, programs = sys.argv[1].encode() + b"/", [pathlib.Path(name) for name in sys.argv[2:]]
assert programs
holding = [program.name for program in programs if directory in program.read_bytes()]
assert not holding, f"{sys.argv[1]} is in {', '.join(holding)}; cmake/BareccTargets.cmake maps such paths away"
