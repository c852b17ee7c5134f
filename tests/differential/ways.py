"""Other ways from a model to its results, which should compute what plain C does."""

import shutil

import numpy

from generated import GeneratedC, compile_model, run_barecc


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
