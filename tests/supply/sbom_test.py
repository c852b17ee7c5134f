#!/usr/bin/python3
"""sbom_test.py COMMAND...: the command prints a CycloneDX document of what barecc is made of, twice the same."""

import json
import re
import subprocess
import sys

first, second = (subprocess.run(sys.argv[1:], check=True, capture_output=True, text=True).stdout for _ in range(2))
assert first == second, "differs from run to run"
document = json.loads(first)
assert (document["bomFormat"], document["specVersion"], document["version"]) == ("CycloneDX", "1.5", 1)
program = document["metadata"]["component"]
assert program["type"] == "application" and program["name"] == "barecc" and program["version"], program

components = {component["name"]: component for component in document["components"]}
assert len(components) == len(document["components"]), "a component twice"
for name, component in components.items():
    assert component["type"] == "library" and component["version"], component
    assert re.fullmatch(r"pkg:deb/debian/[a-z0-9.+-]+@[^?@]+\?arch=[a-z0-9]+&distro=debian-12", component["purl"]), component
    for file in component.get("components", []):
        assert re.fullmatch("[0-9a-f]{64}", file["hashes"][0]["content"]), file
for library in ("libLLVM", "libMLIR", "libonnx_proto", "libprotobuf", "libstdc++", "libc"):
    assert any(file["name"].startswith(library) for component in components.values()
               for file in component.get("components", [])), f"{library} is missing"
for headers in ("llvm-22-dev", "libmlir-22-dev", "libflatbuffers-dev"):
    assert headers in components, f"{headers} is missing"
references = {component["bom-ref"] for component in document["components"]}
assert document["dependencies"] == [{"ref": program["bom-ref"], "dependsOn": [component["bom-ref"] for component
                                                                              in document["components"]]}]
assert len(references) == len(components)
