#!/usr/bin/python3
"""Runs models by each version of their functions that a program for several levels of processors has.

    run_levels.py --barecc PROGRAM --targets JSON TARGET --models SET

A compiler in front of the target's own answers in place of the processor which features it has. What this machine lacks
is left out; the exit status is 77, which CTest takes as skipped, where no level is left.
"""

import argparse
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

PROJECT = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(PROJECT / "targets"))
import targets  # noqa: E402  (of the folder just added)

SKIPPED = 77


def write_compiler(path, compiler, features):
    """A compiler for which a processor has these features and no others."""
    answer = " || ".join(f'__builtin_strcmp(feature, \\"{name}\\") == 0' for name in features) or "0"
    path.write_text(f'#!/bin/sh\nexec {compiler} "-D__builtin_cpu_supports(feature)=({answer})" "$@"\n')
    path.chmod(0o755)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--barecc", default=str(PROJECT / "build/bin/barecc"))
    parser.add_argument("--targets", default=str(PROJECT / "build/targets/targets.json"))
    parser.add_argument("target")
    parser.add_argument("--models", required=True, help="the model set")
    arguments = parser.parse_args()

    target = next(target for target in targets.load(arguments.targets) if target["name"] == arguments.target)
    compiler = shutil.which(target["compiler"])
    if not compiler:
        print(f"skipped: {target['compiler']} is missing")
        sys.exit(SKIPPED)
    here = set(pathlib.Path("/proc/cpuinfo").read_text().split())
    statuses = []
    for level in target["levels"]:
        missing = set(level["features"]) - here
        if missing:
            print(f"{level['name']}: not run, this CPU has no {', '.join(sorted(missing))}", flush=True)
            continue
        print(f"{level['name']}:", flush=True)
        with tempfile.TemporaryDirectory() as directory:
            write_compiler(pathlib.Path(directory) / target["compiler"], compiler, level["features"])
            command = [sys.executable, str(PROJECT / "tests/devices/run_device.py"), "--barecc", arguments.barecc,
                       "--optimize", "speed", target["name"], "--models", arguments.models]
            environment = dict(os.environ, PATH=f"{directory}:{os.environ['PATH']}")
            statuses.append(subprocess.run(command, env=environment, check=False).returncode)
    sys.exit(max(statuses, default=SKIPPED))


if __name__ == "__main__":
    main()
