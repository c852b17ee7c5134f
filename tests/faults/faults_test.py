#!/usr/bin/python3
"""Makes calls of barecc fail one after the other, by the preloaded faults.c: files, memory, processes; or raises a signal
there. Whatever fails, barecc ends in success or in one error, and leaves nothing: the output is whole, old or new. And it
never asks for the network.

    faults_test.py BARECC FAULTS.SO MODEL CASE [--samples N]

MODEL is compiled into a new directory and into one that exists, and verified with CASE. Of the calls of each kind N fail,
spread over all; 0: each."""

import argparse
import concurrent.futures
import errno
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile

# Functions that are counted together, and what they fail with.
FAULTS = [
    ("open,openat", errno.EMFILE),
    ("open,openat", errno.EACCES),
    ("read,pread,pread64", errno.EIO),
    ("write", errno.ENOSPC),
    ("close", errno.EIO),
    ("rename", errno.EACCES),
    ("mkdir", errno.ENOSPC),
    ("stat,fstat,opendir,getcwd", errno.ENOENT),
    ("mmap,mmap64", errno.ENOMEM),
    ("posix_spawn", errno.EAGAIN),
    ("pthread_create", errno.EAGAIN),
    ("malloc", errno.ENOMEM),
    ("open,write,rename,mkdir,close,posix_spawn,malloc", -signal.SIGTERM),
    ("open,write,rename,mkdir,close,posix_spawn", -signal.SIGINT),
]

# Stands for the C compiler and answers from what it made once, so that a run takes little time.
COMPILER = """#!/bin/sh
for last; do case $previous in -o) made=$last;; esac; previous=$last; done
[ -f "{cache}/$made" ] || {gcc} "$@" && [ -f "$made" ] && cp "$made" "{cache}/$made" || cp "{cache}/$made" "$made"
"""


def contents(directory):
    """The files of a directory and the directories in it, by name."""
    return {str(path.relative_to(directory)): path.read_bytes() if path.is_file() else None
            for path in directory.rglob("*")} if directory.exists() else {}


class Command:
    """A command of barecc, each time in a directory of its own that is prepared likewise."""

    def __init__(self, name, arguments, before, compiler):
        self.name = name
        self.arguments = arguments
        self.before = before
        self.compiler = compiler

    def run(self, library, calls="", at=0, error=0):
        with tempfile.TemporaryDirectory() as name:
            root = pathlib.Path(name)
            for directory in ("tmp", "work"):
                (root / directory).mkdir()
            if self.before:
                shutil.copytree(self.before, root / "work/out")
            environment = dict(os.environ, TMPDIR=str(root / "tmp"), PATH=f"{self.compiler}:{os.environ['PATH']}")
            environment.update(LD_PRELOAD=library, FAULT_PROGRAM="barecc", FAULT_CALLS=calls, FAULT_AT=str(at),
                               FAULT_ERROR=str(int(error)), FAULT_COUNT=str(root / "count"))
            done = subprocess.run(self.arguments, cwd=root / "work", env=environment, capture_output=True, timeout=300)
            count = root / "count"
            return done, contents(root / "work"), contents(root / "tmp"), int(count.read_text()) if count.exists() else 0


def complaint(run, error, old, new):
    """What is wrong with a run, or None."""
    done, work, tmp, _ = run
    # What took long is told, and what a compiler said stands below an error.
    lines = [line for line in done.stderr.decode().splitlines() if not line.endswith(" s)") and line[:2] != "  "]
    if tmp:
        return f"left in TMPDIR: {list(tmp)}"
    if work not in (old, new):
        return f"left: {list(work)}"
    if done.returncode == 0:
        return f"success, but the output is not there: {lines}" if work != new else None
    if error < 0 and done.returncode == error:
        return None if not lines else f"ended by the signal and said {lines}"
    if done.returncode not in (1, 2):
        return f"exit status {done.returncode}: {lines}"
    if len(lines) != 1 or not lines[0].startswith("barecc: error: "):
        return f"not one error: {lines}"
    return None


def check(command, library, samples):
    """Returns how many runs there were, and what was wrong with them."""
    reference = command.run(library)
    if reference[0].returncode != 0:
        return 1, [f"{command.name}: {reference[0].stderr.decode()}"]
    new = reference[1]
    old = {f"out/{name}": data for name, data in contents(command.before).items()} if command.before else {}
    old.update({"out": None} if command.before else {})
    if command.run(library, "socket,connect,getaddrinfo")[3]:
        return 2, [f"{command.name}: asks for the network"]
    runs = []
    for calls, error in FAULTS:
        count = command.run(library, calls)[3]
        # Memory is asked for most often; most of what is used without a look is asked for early.
        many, power = (8, 2) if calls == "malloc" else (1, 1)
        wanted = min(count, many * samples) if samples else count
        runs += [(calls, 1 + (count - 1) * i**power // wanted**power, error) for i in range(wanted)]
    wrong = []
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for what, run in zip(runs, pool.map(lambda fault: command.run(library, *fault), runs)):
            if why := complaint(run, what[2], old, new):
                wrong.append(f"{command.name}, call {what[1]} of {what[0]}, {what[2]}: {why}")
    return len(runs), wrong


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("barecc")
    parser.add_argument("library")
    parser.add_argument("model")
    parser.add_argument("case")
    parser.add_argument("--samples", type=int, default=2)
    options = parser.parse_args()
    barecc, library, model, case = (os.path.abspath(path) for path in
                                    (options.barecc, options.library, options.model, options.case))
    with tempfile.TemporaryDirectory() as name:
        scratch = pathlib.Path(name)
        for directory in ("bin", "cache"):
            (scratch / directory).mkdir()
        compiler = scratch / "bin/gcc"
        compiler.write_text(COMPILER.format(cache=scratch / "cache", gcc=shutil.which("gcc")))
        compiler.chmod(0o755)
        compilation = [barecc, "compile", model, "--target", "generic", "-o"]
        before = scratch / "before"
        subprocess.run(compilation + [before, "--optimize", "size"], check=True, stdout=subprocess.DEVNULL)
        runs, wrong = 0, []
        for command in (Command("compile", compilation + ["deep/out"], None, scratch / "bin"),
                        Command("compile again", compilation + ["out"], before, scratch / "bin"),
                        Command("verify", [barecc, "verify", model, "--data", case, "--target", "generic"], None,
                                scratch / "bin")):
            number, complaints = check(command, library, options.samples)
            runs += number
            wrong += complaints
    print(f"{runs} runs, {len(wrong)} wrong")
    print("\n".join(wrong[:100]))
    return bool(wrong)


sys.exit(main())
