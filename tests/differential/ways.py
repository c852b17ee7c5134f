"""Other ways from a model to its results, which should compute what plain C does."""

import pathlib
import re
import shutil
import subprocess

import numpy

from generated import GeneratedC, Wrong, compile_model, run, run_barecc


def saved(arrays, directory):
    """The arrays as files."""
    shutil.rmtree(directory, ignore_errors=True)
    directory.mkdir(parents=True)
    paths = [directory / f"{index}.npy" for index in range(len(arrays))]
    for path, array in zip(paths, arrays):
        numpy.save(path, array)
    return paths


class Folded(GeneratedC):
    """All inputs are constants, so that the compiler's evaluator computes what the C else would."""

    def __call__(self, model, inputs, hurry=False):
        directory = self.work / "c"
        names = [tensor["name"] for tensor in compile_model(self.barecc, model, directory)["inputs"]]
        constants = [f"--constant={name}={path}" for name, path in zip(names, saved(inputs, self.work / "inputs"))]
        report = compile_model(self.barecc, model, directory, *constants)
        return self.run(directory, report, [], hurry)


class Device:
    """Built and run by `barecc run` with these options: for a target, on its emulator."""

    def __init__(self, barecc, work, options):
        self.barecc, self.work, self.options = barecc, work, options
        work.mkdir(parents=True, exist_ok=True)

    def __call__(self, model, inputs, hurry=False):
        report = compile_model(self.barecc, model, self.work / "c", *self.options)
        names = [tensor["name"] for tensor in report["inputs"]]
        files = [f"--input={name}={path}" for name, path in zip(names, saved(inputs, self.work / "inputs"))]
        results = self.work / "results"
        shutil.rmtree(results, ignore_errors=True)
        run_barecc(self.barecc, "run", model, f"--output-dir={results}", *files, *self.options)
        return [numpy.load(results / f"{tensor['name']}.npy") for tensor in report["outputs"]]


def pipeline(tools):
    """The passes of stage 2, as `--pass-pipeline` takes them."""
    command = [tools / "barecc-opt", "--optimize", "--dump-pass-pipeline", "-"]
    done = subprocess.run(command, input="module {}", capture_output=True, text=True, check=True)
    return "".join(done.stderr.partition("\n")[2].split())


class WithoutPass(GeneratedC):
    """Stage after stage by barecc's tools, without one pass of stage 2."""

    def __init__(self, barecc, work, left_out, **options):
        super().__init__(barecc, work, **options)
        self.tools = pathlib.Path(barecc).resolve().parent
        whole = pipeline(self.tools)
        self.pipeline = re.sub(rf"\b{left_out}\b,?", "", whole).replace(",)", ")")
        if self.pipeline == whole:
            raise ValueError(f"{left_out} is none of the passes {whole}")

    def __call__(self, model, inputs, hurry=False):
        directory = self.work / "c"
        report = compile_model(self.barecc, model, directory)
        for path in directory.iterdir():
            path.unlink()
        module = self.tool("barecc-translate", "--import", model)
        selected = self.tool("barecc-opt", f"--pass-pipeline={self.pipeline}", input=module)
        selected = self.tool("barecc-opt", "--select", input=selected)
        for name in ("model.h", "model.c", "model_weights.c"):
            (directory / name).write_text(self.tool("barecc-translate", f"--file={name}", input=selected))
        for name in ("bytes", "align"):
            number = re.search(rf"ARENA_{name.upper()} (\d+)", (directory / "model.h").read_text())
            report["totals"][f"arena_{name}"] = int(number.group(1)) if number else 1
        return self.run(directory, report, inputs, hurry)

    def tool(self, name, *arguments, **options):
        """What one of barecc's tools prints."""
        done = run([self.tools / name, *arguments], name, **options)
        if done.returncode != 0:
            raise Wrong(f"{name}: exit status {done.returncode}: {done.stderr.strip()[:300]}")
        return done.stdout
