#!/usr/bin/python3
"""Fails where a target's name stands in a file that is no description of a target, so that one more target needs no
change there.

    names.py JSON

JSON is build/targets/targets.json. Names that are words of their own, those of folders of kernels and of architectures,
count where they are quoted or follow --target. Targets of no processor in particular do not count.
"""

import pathlib
import re
import sys

PROJECT = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(PROJECT / "targets"))
import targets  # noqa: E402  (of the folder just added)

# Folders and files that may name targets, and why.
ALLOWED = {
    "docs": "tells people about them, with numbers that were measured on them",
    "README.md": "the same",
    "examples": "each is for a target, as a user's program is",
    "compiler/driver/projects/make/Makefile": "an example of flags in the usage",
    "tests/commands/errors.sh": "messages about targets",
    "tests/counts/inner_loops.sh": "what is known of one processor's loops",
    "tests/fuzz/corpus/options": "command lines as people write them",
    "tests/generated/golden": "C that is made for one target each",
    "tests/projects": "programs of one target each",
    "tests/size": "bounds that were measured on one target each",
    "tests/unit": "kernels and compilers of one target each",
}
BINARY = {".npy", ".onnx", ".pyc", ".tflite"}
FOLDERS = ["bench", "cmake", "compiler", "docs", "examples", "kernels", "targets", "tests", "tools"]


def pattern_of(target):
    name = target["name"]
    if (PROJECT / "kernels" / name).is_dir() or name.replace("-", "_") == target["arch"]:
        return rf"(?<=[\"']){name}(?=[\"'])|(?<=--target[ =]){name}(?![\w-])"
    return rf"(?<![\w-]){re.escape(name)}(?![\w-])"


def files():
    yield from (path for path in PROJECT.iterdir() if path.is_file())
    for folder in FOLDERS:
        yield from (path for path in (PROJECT / folder).rglob("*") if path.is_file())


def main():
    patterns = {target["name"]: re.compile(pattern_of(target)) for target in targets.load(sys.argv[1])
                if target["arch"]}
    used, wrong = set(), []
    for path in files():
        name = path.relative_to(PROJECT).as_posix()
        allowed = next((prefix for prefix in ALLOWED if name == prefix or name.startswith(prefix + "/")), None)
        if name.startswith("targets/") or path.suffix in BINARY:
            continue
        text = path.read_bytes().decode(errors="replace")
        matches = [match for target, pattern in patterns.items() if target in text for match in pattern.finditer(text)]
        if matches and allowed:
            used.add(allowed)
            continue
        for match in matches:
            wrong.append(f"{name}:{text.count(chr(10), 0, match.start()) + 1}: names {match[0]}")
    wrong += [f"{prefix} names no target, so it needs no permission" for prefix in ALLOWED if prefix not in used]
    if wrong:
        sys.exit("\n".join(sorted(wrong)))


if __name__ == "__main__":
    main()
