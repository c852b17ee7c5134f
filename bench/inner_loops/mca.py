"""Cycles of a loop by llvm-mca."""

import re
import subprocess
import sys

ROUNDS = 200


class Unsupported(Exception):
    """The processor's model has no entry for an instruction, which the message is."""


def cycles(arguments, lines):
    """Cycles of one round, of many one after the other."""
    command = ["llvm-mca-22", *arguments, f"-iterations={ROUNDS}", "-instruction-info=false",
               "-resource-pressure=false"]
    done = subprocess.run(command, input="head:\n" + "\n".join(lines) + "\n", stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, text=True, check=False)
    total = re.search(r"Total Cycles:\s+(\d+)", done.stdout)
    unsupported = re.search(r"unsupported instruction.*\n.*instruction:\s+(\S+)", done.stderr)
    if unsupported:
        raise Unsupported(unsupported[1])
    if not total:
        sys.exit(done.stderr)
    return int(total[1]) / ROUNDS
