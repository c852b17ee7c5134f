#!/usr/bin/python3
"""Whether C compilers agree with what is said of targets' features.

    features.py JSON

JSON is build/targets/targets.json. With the flags of a target its compiler defines the macro of each of its features;
without flags it takes the feature's attribute on a function. Where programs ask the processor for a feature, it takes the
question. No feature is without a target that has it. The exit
status is 77, which CTest takes as skipped, where a compiler is missing.
"""

import pathlib
import shutil
import subprocess
import sys

PROJECT = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(PROJECT / "targets"))
import targets  # noqa: E402  (of the folder just added)

FEATURES = targets.load_features(sys.argv[1])
failures = []


def expect_compiles(what, target, flags, source):
    command = [target["compiler"], *flags, *target["libraryFlags"], "-Werror", "-fsyntax-only", "-x", "c", "-"]
    done = subprocess.run(command, input=source, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          check=False)
    if done.returncode:
        failures.append(f"{target['name']}: {what}\n{done.stdout}")


def main():
    unused = set(FEATURES)
    for target in targets.load(sys.argv[1]):
        unused -= set(target["features"])
        if not shutil.which(target["compiler"]):
            print(f"skipped: {target['compiler']} is not installed")
            sys.exit(77)
        # What is no flag for the instruction set is one for the compiler to be another.
        others = [flag for flag in target["archFlags"] if not flag.startswith("-m")]
        for feature in (FEATURES[name] for name in target["features"]):
            if feature["macro"]:
                expect_compiles(f"its flags do not turn on {feature['name']}", target, target["archFlags"],
                                f"#if !{feature['macro']}\n#error\n#endif\n")
            if feature["attribute"]:
                expect_compiles(f"its compiler does not know the attribute of {feature['name']}", target, others,
                                f'__attribute__((target("{feature["attribute"]}"))) int f(int x) {{ return x; }}\n')
        for feature in (FEATURES[name] for level in target["levels"] for name in level["features"]):
            expect_compiles(f"its compiler does not know how to ask for {feature['name']}", target, others,
                            f"int f(void);\nint f(void) {{ return ({feature['detection']}) != 0; }}\n")
    if unused:
        failures.append(f"no target has {', '.join(sorted(unused))}")
    if failures:
        sys.exit("\n".join(failures))


main()
