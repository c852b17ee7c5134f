#!/usr/bin/python3
"""Writes the tables of docs/targets.md, between its markers.

    page.py [--check] [JSON]

JSON is build/targets/targets.json. With --check nothing is written, and the exit status says whether that is needed.
"""

import argparse
import pathlib
import re
import sys

import targets

PROJECT = pathlib.Path(__file__).resolve().parent.parent
PAGE = PROJECT / "docs/targets.md"


def code(words):
    return ", ".join(f"`{word}`" for word in words) or "–"


def megabytes(region):
    return f"{region['bytes'] >> 20} MiB from 0x{region['address']:08x}"


def table(header, rows):
    lines = [header, ["---"] * len(header), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def features(target):
    """Those of the target, and behind "or" those that its programs look for."""
    return "; or ".join(code(list(dict.fromkeys(target["features"] + level["features"])))
                       for level in target["levels"][::-1] or [{"features": []}])


def target_table(everything):
    return table(["target", "processor", "features that kernels use", "C compiler", "runs on"],
                 [[f"`{target['name']}`", target["description"], features(target), f"`{target['compiler']}`",
                   target["runsOn"]] for target in everything])


def board_table(everything):
    boards = {target["board"]["machine"]: target["board"] for target in everything if "board" in target}
    return table(["board", "processor", "flash", "RAM"],
                 [[f"`{board['machine']}`", board["processor"], megabytes(board["flash"]), megabytes(board["ram"])]
                  for board in boards.values()])


def package_table(everything):
    users = {}
    for target in everything:
        packages = [*target["compilerPackage"].split(), *(part["package"] for part in target["compilerParts"])]
        for package in [*packages, target["emulatorPackage"]]:
            users.setdefault(package, []).append(target["name"])
    users.pop("")
    return table(["Debian package", "target"], [[f"`{package}`", code(names)] for package, names in users.items()])


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true")
    parser.add_argument("json", nargs="?", default=PROJECT / "build/targets/targets.json")
    arguments = parser.parse_args()
    everything = targets.load(arguments.json)
    page = PAGE.read_text()
    for name, text in (("targets", target_table(everything)), ("boards", board_table(everything)),
                       ("packages", package_table(everything))):
        page, count = re.subn(rf"(<!-- {name} -->\n).*?(<!-- /{name} -->)",
                              lambda match: match[1] + text + match[2], page, flags=re.DOTALL)
        if count != 1:
            sys.exit(f"{PAGE}: has {count} sections {name}")
    if arguments.check and page != PAGE.read_text():
        sys.exit(f"{PAGE} is not what targets/ says; run targets/page.py")
    if not arguments.check:
        PAGE.write_text(page)


if __name__ == "__main__":
    main()
