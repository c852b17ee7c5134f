#!/usr/bin/python3
"""Prints what programs are made of, as a CycloneDX document: the libraries that they are linked with and that the dynamic
linker finds here, and those of which they contain code from headers, each with its Debian package.

    sbom.py VERSION HEADERS,... PROGRAM...

HEADERS are Debian packages. The same programs and packages give the same document: no time, no number of chance."""

import hashlib
import json
import pathlib
import subprocess
import sys


def output(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def sha256(file):
    return {"alg": "SHA-256", "content": hashlib.sha256(file.read_bytes()).hexdigest()}


def linked(program):
    """Files of the libraries that the program itself names; what these need comes with their packages."""
    needed = {line.split("[")[1].rstrip("]") for line in output("readelf", "-dW", program).splitlines()
              if "(NEEDED)" in line}
    for line in output("ldd", program).splitlines():
        words = line.split()
        if words[0] in needed or pathlib.Path(words[0]).name in needed:
            yield pathlib.Path(words[2] if "=>" in words else words[0]).resolve()


def package_of(file):
    """dpkg knows files by the name that they were installed under, which may be without /usr."""
    for name in (str(file), str(file).removeprefix("/usr")):
        found = subprocess.run(["dpkg-query", "--search", name], capture_output=True, text=True)
        if found.returncode == 0:
            return found.stdout.split(": ")[0].split(",")[0]
    sys.exit(f"sbom.py: {file}: belongs to no Debian package")


def component(package, files):
    name, version, architecture, source, homepage = output(
        "dpkg-query", "--show", "--showformat",
        "${Package}\t${Version}\t${Architecture}\t${source:Package}\t${Homepage}", package).split("\t")
    purl = f"pkg:deb/debian/{name}@{version.replace(':', '%3A').replace('+', '%2B')}?arch={architecture}&distro=debian-12"
    described = {"type": "library", "bom-ref": purl, "name": name, "version": version, "purl": purl,
                 "properties": [{"name": "source package", "value": source}]}
    if homepage:
        described["externalReferences"] = [{"type": "website", "url": homepage}]
    if files:
        described["components"] = [{"type": "file", "name": file.name, "hashes": [sha256(file)]}
                                   for file in sorted(files)]
    return described


def main():
    version, headers, *programs = sys.argv[1:]
    packages = {package: set() for package in headers.split(",")}
    for program in programs:
        for file in linked(program):
            packages.setdefault(package_of(file), set()).add(file)
    libraries = sorted((component(package, files) for package, files in packages.items()), key=lambda c: c["name"])
    barecc = {"type": "application", "bom-ref": f"barecc@{version}", "name": "barecc", "version": version,
              "licenses": [{"license": {"id": "Apache-2.0"}}],
              "components": [{"type": "file", "name": pathlib.Path(program).name, "hashes": [sha256(pathlib.Path(program))]}
                             for program in programs]}
    document = {"bomFormat": "CycloneDX", "specVersion": "1.5", "version": 1, "metadata": {"component": barecc},
                "components": libraries,
                "dependencies": [{"ref": barecc["bom-ref"], "dependsOn": [library["bom-ref"] for library in libraries]}]}
    print(json.dumps(document, indent=2))


main()
