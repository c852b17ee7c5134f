#!/usr/bin/python3
"""Fails where a test was skipped for another reason than the hardware.

    check_skips.py JUNIT...

JUNIT is what `ctest --output-junit` wrote of a run. A test that is skipped says why on a line "skipped: ..." or, with
GoogleTest, behind its file and line. Prints the skips that hardware explains.
"""

import itertools
import re
import sys
import xml.etree.ElementTree

HARDWARE = re.compile(r"this CPU has no \S+")


def main():
    unexplained, ran = [], 0
    cases = (xml.etree.ElementTree.parse(run).getroot().iter("testcase") for run in sys.argv[1:])
    for case in itertools.chain.from_iterable(cases):
        ran += 1
        if case.find("skipped") is None and case.get("status") not in ("notrun", "disabled"):
            continue
        output = case.findtext("system-out") or ""
        reason = HARDWARE.search(output)
        if reason:
            print(f"skipped: {case.get('name')}: {reason[0]}")
        else:
            unexplained.append(f"{case.get('name')}: {output.strip()[-300:] or 'did not run'}")
    if not ran:
        sys.exit("no test ran")
    if unexplained:
        sys.exit("These tests were skipped, and not for want of hardware:\n" + "\n".join(unexplained))


if __name__ == "__main__":
    main()
