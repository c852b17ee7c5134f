#!/usr/bin/python3
"""external_data_test.py BARECC: the C and the report of a model tell which files beside it the weights are from."""

import hashlib
import json
import pathlib
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "growth"))
from onnx_bytes import FLOAT, Graph, field  # noqa: E402


def external(graph, file):
    """A constant of four floats that lie in a file."""
    entry = field(1, "location") + field(2, file)
    graph.parts.append(field(5, field(1, 4) + field(2, FLOAT) + field(8, file) + field(13, entry) + field(14, 1)))
    return file


def compiled(directory, contents):
    """The report and the C of a sum of an input and constants, which are files of these contents."""
    graph = Graph()
    x = graph.input([4])
    for name, content in contents.items():
        (directory / name).write_bytes(content)
        x = graph.node("Add", [graph.node("Sin", [x]), external(graph, name)])
    graph.output(x, [4])
    (directory / "m.onnx").write_bytes(graph.model())
    subprocess.run([sys.argv[1], "compile", str(directory / "m.onnx"), "-o", str(directory / "out"),
                    "--name", "model"], check=True, stdout=subprocess.DEVNULL)
    return json.loads((directory / "out/report.json").read_text()), (directory / "out/model.c").read_text()


with tempfile.TemporaryDirectory() as name:
    files = {"b.bin": bytes(16), "a.bin": bytes(range(16))}
    report, code = compiled(pathlib.Path(name), files)
    listing = "".join(f"{hashlib.sha256(files[file]).hexdigest()}  {file}\n" for file in sorted(files))
    expected = hashlib.sha256(listing.encode()).hexdigest()
    assert report["external_data_sha256"] == expected, report
    assert expected in code[:2000], code[:2000]
    other, _ = compiled(pathlib.Path(name), {**files, "a.bin": bytes(range(1, 17))})
    assert other["model_sha256"] == report["model_sha256"]
    assert other["external_data_sha256"] != expected
    without, code = compiled(pathlib.Path(name), {})
    assert "external_data_sha256" not in without and "data:" not in code[:1000]
