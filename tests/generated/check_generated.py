#!/usr/bin/python3
"""Checks that nothing in the C that models become is unused, and which compilers take it without flags.

    check_generated.py --barecc PROGRAM --models SET --targets JSON --work DIRECTORY TARGET

Of each model, for speed and for size:

- no name that is defined at file scope stands in its definitions only, and something of each header is used;
- a file that does not ask for a processor by #error compiles without a flag but --target, on this machine also with clang,
  and nothing in it is unused. With the target's flags warnings.sh compiles it.

The exit status is 77, which CTest takes as skipped, where the target's compiler is missing.
"""

import argparse
import json
import pathlib
import re
import shutil
import subprocess
import sys

PROJECT = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(PROJECT / "targets"))
import targets  # noqa: E402  (of the folder just added)

UNUSED = ["-std=c99", "-O1", "-Wall", "-Wextra", "-Wpedantic", "-Wunused-macros", "-Werror", "-c", "-o", "/dev/null"]
CLANG = ["-Wunused", "-Wunneeded-internal-declaration", "-Wno-deprecated"]

# Names of each header of the C library; functions of math.h as they are called.
HEADERS = {
    "stdint.h": r"\b(u?int(8|16|32|64|ptr)_t|U?INT(8|16|32|64|PTR)_(MIN|MAX|C))\b",
    "stddef.h": r"\b(NULL|size_t|ptrdiff_t)\b",
    "string.h": r"\bmem(cpy|move|set|cmp)\b",
    "math.h": r"\b(INFINITY|NAN)\b|\b(a?(cos|sin|tan)h?|atan2|cbrt|ceil|copysign|erfc?|exp2?|expm1|fabs|floor|fma|fmax|fmin|"
              r"fmod|hypot|ldexp|lgamma|log|log10|log1p|log2|nearbyint|pow|rint|round|sqrt|tgamma|trunc)f? ?\(",
}

DEFINITIONS = [
    r"^#define (\w+)",
    r"^typedef [^;{]*?\b(\w+)(?:;|\()",
    r"^} (\w+);",
    r"^(?:static|BARECC_\w+) [^;{=]*?\b(\w+)\(",
    r"^static const [^;{(]*?\b(\w+)(?:\[\w*\])* =",
]


def code_of(text):
    """The text without comments and strings."""
    return re.sub(r'/\*.*?\*/|"(?:\\.|[^"\\])*"', " ", text, flags=re.S)


def unused_names(code):
    """Names that occur nowhere but where they are defined."""
    definitions = {}
    for pattern in DEFINITIONS:
        for name in re.findall(pattern, code, flags=re.M):
            definitions[name] = definitions.get(name, 0) + 1
    words = re.findall(r"\w+", code)
    pasted = re.findall(r"(\w+)##", code) # start_##size
    for name, count in sorted(definitions.items()):
        if words.count(name) <= count and not any(name.startswith(prefix) for prefix in pasted):
            yield name


def unused_headers(code):
    for header in re.findall(r"^#include <(\w+\.h)>", code, flags=re.M):
        if header in HEADERS and not re.search(HEADERS[header], code):
            yield header


def compiles(compiler, flags, source):
    """What the compiler says against a file; nothing if it takes it."""
    extra = CLANG if "clang" in compiler else []
    done = subprocess.run([compiler, *flags, *UNUSED, *extra, source], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          text=True, check=False)
    return done.stdout if done.returncode or done.stdout else ""


def check(directory, target):
    """The faults of what is generated for one model, net.c and net_weights.c."""
    report = json.loads((directory / "report.json").read_text())
    source = directory / "net.c"
    code = code_of(source.read_text())
    yield from (f"'{name}' is not used" for name in unused_names(code))
    for file in source, directory / "net_weights.c":
        yield from (f"{file.name}: nothing of <{header}> is used" for header in unused_headers(code_of(file.read_text())))
    for number, line in enumerate((directory / "net_weights.c").read_text().splitlines(), 1):
        if len(line) > 120:
            yield f"net_weights.c:{number}: longer than 120 columns"
    compiler, library = target["compiler"], target["libraryFlags"]
    if "#error" not in code:
        needed = [flag for flag in report["compiler_flags"] if flag.startswith("--target")]
        for one in [compiler] + (["clang-22"] if compiler == "gcc" else []):
            if said := compiles(one, [*needed, *library], source):
                yield f"{one} without flags: {said}"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--barecc", required=True)
    parser.add_argument("--models", type=pathlib.Path, required=True)
    parser.add_argument("--targets", required=True, help="targets.json")
    parser.add_argument("--work", type=pathlib.Path, required=True)
    parser.add_argument("target")
    arguments = parser.parse_args()

    known = {target["name"]: target for target in targets.load(arguments.targets)}
    if arguments.target not in known and arguments.target != "host":
        sys.exit(f"no target '{arguments.target}'")
    target = known.get(arguments.target, {"compiler": "gcc", "libraryFlags": []})  # the host's is found when barecc runs
    if not shutil.which(target["compiler"]):
        print(f"skipped: {target['compiler']} is missing")
        sys.exit(77)
    models = sorted(arguments.models.glob("*/model.*"))
    if not models:
        sys.exit(f"no models in {arguments.models}")
    failures = 0
    for model in models:
        for optimize in ("speed", "size"):
            directory = arguments.work / arguments.target / f"{model.parent.name}-{optimize}"
            subprocess.run([arguments.barecc, "compile", model, "--target", arguments.target, "--optimize", optimize,
                            "--name", "net", "-o", directory], stdout=subprocess.DEVNULL, check=True)
            for fault in check(directory, target):
                print(f"{directory}: {fault}", flush=True)
                failures += 1
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
