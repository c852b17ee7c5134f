#!/usr/bin/python3
"""Fails where tools/setup/install-packages.sh does not install what a target needs.

    setup_packages.py JSON

JSON is build/targets/targets.json.
"""

import pathlib
import sys

PROJECT = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(PROJECT / "targets"))
import targets  # noqa: E402  (of the folder just added)

installed = set((PROJECT / "tools/setup/install-packages.sh").read_text().replace('"', " ").split())
missing = {f"{target['name']}: {package}" for target in targets.load(sys.argv[1])
           for package in [*target["compilerPackage"].split(), target["emulatorPackage"],
                           *(part["package"] for part in target["compilerParts"])]
           if package and package not in installed}
if missing:
    sys.exit("\n".join(sorted(missing)))
