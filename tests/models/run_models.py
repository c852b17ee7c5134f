#!/usr/bin/python3
"""Runs barecc on every model of a model set and compares with the recorded outputs.

    run_models.py --barecc PROGRAM --work DIR --models SET [--target TARGET] [--without MODEL...] [--write-docs]
        [--write-expected] [MODEL...]

Fails where a model does not pass that expected.txt lists, or any of small/, the project's own set. Two models are worked
on at a time.
"""

import argparse
import concurrent.futures
import json
import os
import pathlib
import subprocess
import sys
import time

from check_model import PEAK_BOUND, VERDICTS

HERE = pathlib.Path(__file__).resolve().parent
PROJECT = HERE.parent.parent
EXPECTED = HERE / "expected.txt"
DOCS = PROJECT / "docs" / "models.md"
SMALL = HERE / "small"
JOBS = 2
SECONDS_LIMIT = 300
TIMING_SECONDS = 0.5


def check(directory, barecc, target, work, timing=0):
    """The result of check_model.py in a process of its own."""
    work = work / directory.name
    work.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, str(HERE / "check_model.py"), str(directory), "--barecc", barecc, "--target", target,
               "--work", str(work), "--time", str(timing)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, errors="replace",
                          start_new_session=True) as process:
        try:
            out, errors = process.communicate(timeout=SECONDS_LIMIT)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, 9)
            process.communicate()
            return {"verdict": "timeout", "reason": f"not done after {SECONDS_LIMIT} s"}
    if process.returncode < 0:
        return {"verdict": "crashes", "reason": f"the generated code ended by signal {-process.returncode}"}
    if process.returncode != 0:
        sys.exit(f"{directory.name}: the check itself failed:\n{errors}")
    return json.loads(out)


def check_all(directories, barecc, target, work):
    """Results by model, told as they come."""
    results = {}
    width = max(len(directory.name) for directory in directories)
    with concurrent.futures.ThreadPoolExecutor(JOBS) as pool:
        running = {pool.submit(check, directory, barecc, target, work): directory.name for directory in directories}
        for done in concurrent.futures.as_completed(running):
            name, result = running[done], done.result()
            results[name] = result
            print(f"[{len(results):3}/{len(directories)}] {name:{width}}  {result['verdict']:14}  {result['reason'][:160]}",
                  flush=True)
    return dict(sorted(results.items()))


def count(results, verdict):
    return sum(result["verdict"] == verdict for result in results.values())


def summary(results):
    counts = [(verdict, count(results, verdict)) for verdict in VERDICTS]
    return ", ".join(f"{number} {verdict}" for verdict, number in counts if number)


def kib(number):
    return f"{number / 1024:,.1f}" if number is not None else ""


def microseconds(number):
    return f"{number / 1000:,.1f}" if number is not None else ""


def table(results):
    rows = ["| model | format | operators | result | code KiB | weights KiB | arena KiB | lower bound KiB | latency us |",
            "|---|---|--:|---|--:|--:|--:|--:|--:|"]
    for name, result in results.items():
        verdict = result["verdict"] + (f": {result['reason']}" if result["reason"] else "")
        # A node's name may hold anything that means something in Markdown.
        verdict = verdict.replace("|", "\\|").replace("<", "&lt;").replace("\n", " ")
        cells = [name, result.get("format", ""), str(result.get("operators", "")), verdict]
        cells += [kib(result.get(key)) for key in ("code_bytes", "weight_bytes", "arena_bytes", "arena_lower_bound")]
        rows.append("| " + " | ".join([*cells, microseconds(result.get("nanoseconds"))]) + " |")
    return "\n".join(rows)


def cpu_name():
    for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.split(":", 1)[1].strip()
    return "unknown processor"


def documentation(results):
    verdicts = "\n".join(f"- *{verdict}*: {meaning}" for verdict, meaning in VERDICTS.items() if count(results, verdict))
    return f"""# Models that barecc has been run on

Written by `tests/models/run_models.py --models SET --write-docs`; do not edit. {count(results, "passes")} of {len(results)} real models
give the outputs that TensorFlow Lite or ONNX Runtime gave, by the rule recorded with each, with an arena of at most
{PEAK_BOUND} x the lower bound (the largest set of bytes live at once).

{verdicts}

Models of bytes differ where they were recorded with TensorFlow Lite's kernels for x86, which round otherwise than its
reference kernels ([tflite-coverage.md](tflite-coverage.md)).

Code is text and constants of the model's own object file, all kernels included, weights not. Latency is the median of
one thread on {cpu_name()}, target `host`, `--optimize speed`, gcc; empty where the result is not *passes*.

{table(results)}
"""


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--barecc", default=str(PROJECT / "build/bin/barecc"))
    parser.add_argument("--work", type=pathlib.Path, default=PROJECT / "build/models")
    parser.add_argument("--models", dest="set", type=pathlib.Path, default=SMALL, help="the model set")
    parser.add_argument("--target", default="host", help="one whose C runs on this machine")
    parser.add_argument("--write-docs", action="store_true", help=f"write {DOCS.relative_to(PROJECT)}, with latencies")
    parser.add_argument("--write-expected", action="store_true", help="take what passes now as what must pass")
    parser.add_argument("--without", nargs="+", default=[], metavar="MODEL", help="not these")
    parser.add_argument("models", nargs="*", help="only these")
    arguments = parser.parse_args()

    directories = sorted(path.parent for path in arguments.set.glob("*/meta.json"))
    directories = [path for path in directories if path.name not in arguments.without]
    if arguments.models:
        directories = [path for path in directories if path.name in arguments.models]
    if not directories:
        sys.exit(f"no model to check in {arguments.set}")

    start = time.monotonic()
    results = check_all(directories, arguments.barecc, arguments.target, arguments.work)
    if arguments.write_docs:
        for directory in directories:  # one at a time: the other core stays idle
            if results[directory.name]["verdict"] == "passes":
                results[directory.name] = check(directory, arguments.barecc, arguments.target, arguments.work,
                                                TIMING_SECONDS)
        DOCS.write_text(documentation(results))
    passing = [name for name, result in results.items() if result["verdict"] == "passes"]
    if arguments.write_expected:
        EXPECTED.write_text("".join(name + "\n" for name in passing))

    print(f"\n{len(results)} models in {time.monotonic() - start:.0f} s: {summary(results)}")
    is_small = arguments.set.resolve() == SMALL
    expected = [path.name for path in directories] if is_small else EXPECTED.read_text().split()
    new = [name for name in passing if name not in expected]
    if new:
        print(f"Not yet in {EXPECTED.name}: {', '.join(new)}")
    lost = [name for name in expected if name in results and name not in passing]
    for name in lost:
        print(f"REGRESSION {name}: {results[name]['verdict']}: {results[name]['reason']}")
    sys.exit(1 if lost else 0)


if __name__ == "__main__":
    main()
