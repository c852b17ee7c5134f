"""The cases of golden/cases.txt, and what the tests that read the files there share."""

import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
GOLDEN = HERE / "golden"
sys.path.insert(0, str(HERE.parent.parent / "targets"))
import targets  # noqa: E402  (of the folder just added)


def cases():
    """Of each case its folder, its model's name and the options of `barecc compile`."""
    for line in (GOLDEN / "cases.txt").read_text().splitlines():
        if line and not line.startswith("#"):
            case, command = line.split(": ")
            model, *options = command.split()
            yield GOLDEN / case, model, options


def compiled_cases(records):
    """Of each case its C file and the command that compiles for its target; `records` is build/targets/targets.json."""
    by_name = {target["name"]: target for target in targets.load(records)}
    for folder, _, options in cases():
        target = by_name[options[options.index("--target") + 1]]
        yield folder / "model.c", [target["compiler"], *target["archFlags"], *target["libraryFlags"]]
