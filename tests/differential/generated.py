"""Models as generated C: compiled by barecc, built as a shared library, run in another process."""

import json
import os
import pathlib
import re
import shutil
import subprocess
import sys

from worker import Worker

HERE = pathlib.Path(__file__).resolve().parent
STRICT = ["-std=c99", "-Wall", "-Wextra", "-Wpedantic", "-Wconversion", "-Wshadow", "-Werror"]
SECONDS = 60
MISSING_PROGRAM, SKIPPED = "is missing; install it", 77  # as CTest knows it
INFINITE_DOUBLE = re.compile(r"\bdouble\b[^;]*\bINFINITY")


class Declined(Exception):
    """barecc does not take the model, and says why."""


class Wrong(Exception):
    """What must not be: a crash, C that does not build, a result that no rule allows."""


def run(command, what, **options):
    try:
        return subprocess.run(list(map(str, command)), capture_output=True, text=True, errors="replace",
                              timeout=SECONDS, **options)
    except subprocess.TimeoutExpired:
        raise Wrong(f"{what} takes more than {SECONDS} s") from None


def run_barecc(barecc, command, model, *options):
    done = run([barecc, command, model, "--name", "model", "--target", "generic", *options], f"barecc {command}")
    message = done.stderr.strip()
    if MISSING_PROGRAM in message:
        print(f"skipped: {message}")
        sys.exit(SKIPPED)
    if done.returncode == 1 and message.startswith("barecc: error: ") and "report it" not in message:
        raise Declined(message.removeprefix(f"barecc: error: {model}: "))
    if done.returncode != 0:
        raise Wrong(f"barecc {command}: exit status {done.returncode}: {message[:300]}")


def compile_model(barecc, model, directory, *options):
    """The report of `barecc compile`."""
    shutil.rmtree(directory, ignore_errors=True)
    run_barecc(barecc, "compile", model, "-o", directory, *options)
    return json.loads((directory / "report.json").read_text())


def first_error(text):
    lines = [line for line in text.splitlines() if "error" in line or "undefined" in line]
    return (lines or ["no message"])[0]


class GeneratedC:
    """`options` are those of `barecc compile`, `compiler` builds what it gives; tcc where that `hurries` too."""

    def __init__(self, barecc, work, options=(), compiler="gcc", flags=("-O1",), hurries=False):
        self.barecc, self.work, self.options, self.compiler = barecc, pathlib.Path(work), list(options), compiler
        self.hurries = hurries
        self.flags = list(flags)
        self.worker = Worker([sys.executable, str(HERE / "library.py")])
        self.count = 0
        self.work.mkdir(parents=True, exist_ok=True)

    def __call__(self, model, inputs, hurry=False):
        """The outputs as arrays; raises Declined and Wrong. In a hurry tcc compiles, which takes a tenth of gcc's time, but
        not everything that is C, and at times wrongly."""
        directory = self.work / "c"
        report = compile_model(self.barecc, model, directory, *self.options)
        return self.run(directory, report, inputs, hurry)

    def run(self, directory, report, inputs, hurry):
        self.count += 1  # a library of a name that was loaded before would be taken for that one
        library = self.work / f"model{os.getpid()}_{self.count}.so"
        sources = [path for path in sorted(directory.iterdir()) if path.suffix == ".c"]
        flags = [flag for flag in report["compiler_flags"] if not flag.startswith("-O")]
        arguments = [*flags, *self.flags, "-shared", "-fPIC", "-o", library, *sources, "-lm"]
        # To tcc no double is infinite (tcc/math.h).
        hurry = hurry and self.hurries and not any(INFINITE_DOUBLE.search(path.read_text()) for path in sources)
        done = run(["tcc", "-I", HERE / "tcc", *arguments], "tcc") if hurry else None
        if not done or done.returncode != 0:
            done = run([self.compiler, *STRICT, *arguments], self.compiler)
        if done.returncode != 0:
            raise Wrong(f"the C does not build: {re.sub('^[^ ]*/', '', first_error(done.stderr))}")
        answer = self.worker.run({"library": str(library), "report": report}, inputs)
        library.unlink()
        if isinstance(answer, str):
            raise Wrong(f"the generated C: {answer}")
        return answer
