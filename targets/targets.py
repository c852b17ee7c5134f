#!/usr/bin/python3
"""The targets, from build/targets/targets.json, which llvm-tblgen writes of the records in this folder.

    targets.py JSON FIELD...        prints the fields of each target, one target a line, "|" between fields

A list is printed with spaces between its elements.
"""

import json
import re
import sys


def natural(name):
    """Sorts "cortex-m4" before "cortex-m33"."""
    return [int(part) if part.isdigit() else part for part in re.split(r"(\d+)", name)]


def load(path):
    """Each target as a dictionary of its fields, in the order of their names. A feature is its name, another record a
    dictionary too."""
    with open(path, encoding="utf-8") as file:
        records = json.load(file)

    def value_of(value):
        if isinstance(value, list):
            return [value_of(element) for element in value]
        if not isinstance(value, dict):
            return value
        record = records[value["def"]]
        if "Feature" in record["!superclasses"]:
            return record["name"]
        return {field: value_of(value) for field, value in record.items() if field[0] != "!"}

    return sorted((value_of({"def": name}) for name in records["!instanceof"]["Target"]),
                  key=lambda target: natural(target["name"]))


def load_features(path):
    """Each record of features.td, by its name."""
    with open(path, encoding="utf-8") as file:
        records = json.load(file)
    return {records[name]["name"]: records[name] for name in records["!instanceof"]["Feature"]}


def main():
    path, *fields = sys.argv[1:]
    for target in load(path):
        values = [target[field] for field in fields]
        print(*(" ".join(value) if isinstance(value, list) else value for value in values), sep="|")


if __name__ == "__main__":
    main()
