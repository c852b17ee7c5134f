#!/usr/bin/python3
"""Tests check_skips.py on what ctest writes of tests that pass, are skipped for one reason or another, or do not run."""

import pathlib
import subprocess
import sys
import tempfile

CHECK = pathlib.Path(__file__).resolve().parent / "check_skips.py"
HARDWARE = 'set_tests_properties(test PROPERTIES SKIP_RETURN_CODE 77)'
GOOGLE_TEST = 'set_tests_properties(test PROPERTIES SKIP_REGULAR_EXPRESSION "SKIPPED")'
# Command of the test, its properties, and whether CI may go on.
CASES = [
    ("echo fine", "", True),
    ("echo 'skipped: this CPU has no avx512f'; exit 77", HARDWARE, True),
    ("echo 'Skipped: this CPU has no avx2'; echo '[  SKIPPED ] a'", GOOGLE_TEST, True),
    ("echo 'skipped: gcc is missing'; exit 77", HARDWARE, False),
    ("exit 77", HARDWARE, False),
    ("echo '[  SKIPPED ] a'", GOOGLE_TEST, False),
    ("echo never", "set_tests_properties(test PROPERTIES DISABLED TRUE)", False),
    ("echo never", "set_tests_properties(test PROPERTIES REQUIRED_FILES /nowhere)", False),
    (None, "", False),
]


def main():
    wrong = 0
    for command, properties, may_go_on in CASES:
        with tempfile.TemporaryDirectory() as directory:
            test = f'add_test(test sh -c "{command}")\n{properties}\n' if command else ""
            (pathlib.Path(directory) / "CTestTestfile.cmake").write_text(test)
            subprocess.run(["ctest", "--output-junit", "run.xml"], cwd=directory, stdout=subprocess.DEVNULL,
                           stderr=subprocess.DEVNULL, check=False)
            done = subprocess.run([CHECK, "run.xml"], cwd=directory, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                  text=True, check=False)
        if (done.returncode == 0) != may_go_on:
            print(f"{command or 'no test'}, {properties or 'without properties'}: {done.stdout or 'it goes on'}")
            wrong += 1
    sys.exit(wrong > 0)


if __name__ == "__main__":
    main()
