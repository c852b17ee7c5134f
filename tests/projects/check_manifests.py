#!/usr/bin/env python3
"""check_manifests.py KIND DIRECTORY NAME: the files of a project against the rules of the build system's formats.

The rules are those of zephyr_module.py's schema, of the Arduino library specification (1.5, rev. 2.2), of ESP-IDF's
component manager and of CMSIS-Pack's PACK.xsd, as far as they say something about the fields that are used."""
import pathlib
import re
import sys
import xml.etree.ElementTree as xml

VERSION = r"\d+\.\d+\.\d+"


def require(holds, what):
    if not holds:
        sys.exit(f"check_manifests: {what}")


def mapping(text):
    """YAML of nested mappings to plain scalars, which is all that is written."""
    levels = [(-1, {})]
    for line in text.splitlines():
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        match = re.fullmatch(r"( *)([\w-]+):(?: (.+))?", line)
        require(match, f"no line of a mapping: {line}")
        indent, key, value = len(match[1]), match[2], match[3]
        while levels[-1][0] >= indent:
            levels.pop()
        require(key not in levels[-1][1], f"twice: {key}")
        require(value is None or '"' == value[0] == value[-1] or not re.search(r": |[\[\]{}&*#|>@`\"']", value),
                f"no plain scalar: {value}")
        levels[-1][1][key] = {} if value is None else value.strip('"')
        if value is None:
            levels.append((indent, levels[-1][1][key]))
    return levels[0][1]


def check_cmake(directory, name):
    text = (directory / "CMakeLists.txt").read_text()
    require(f"add_library({name} STATIC" in text, "CMakeLists.txt has no library of the model's name")


def check_make(directory, name):
    require((directory / "Makefile").is_file(), "no Makefile")


def check_zephyr(directory, name):
    module = mapping((directory / "zephyr/module.yml").read_text())
    require(set(module) <= {"name", "build"} and set(module["build"]) <= {"cmake", "kconfig"}, "unknown keys")
    require(module["name"] == name, "another name")
    require((directory / module["build"]["cmake"] / "CMakeLists.txt").is_file(), "cmake: no such file")
    kconfig = (directory / module["build"]["kconfig"]).read_text().splitlines()
    entry = [line for line in kconfig if not line.startswith("#")]
    require(re.fullmatch(r"config [A-Z0-9_]+", entry[0]), "Kconfig: no symbol")
    require(re.fullmatch(r'\tbool ".+"', entry[1]), "Kconfig: no prompt")
    require(all(re.match(r"\t(select \w+$|help$|  \S)", line) for line in entry[2:]), "Kconfig: other lines")
    symbol = "CONFIG_" + entry[0].split()[1]
    require(f"if({symbol})" in (directory / "zephyr/CMakeLists.txt").read_text(), "CMakeLists.txt: another symbol")


def check_arduino(directory, name):
    lines = (directory / "library.properties").read_text().splitlines()
    fields = dict(line.split("=", 1) for line in lines)
    require(len(fields) == len(lines), "a field is there twice")
    needed = {"name", "version", "author", "maintainer", "sentence", "paragraph", "category", "url", "architectures"}
    require(needed <= set(fields) <= needed | {"includes"}, "fields missing or unknown")
    require(all(fields.values()), "an empty field")
    require(re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9 _.-]*", fields["name"]) and re.search("[A-Za-z]", fields["name"]),
            "no name for a library")
    require(re.fullmatch(VERSION, fields["version"]), "no version")
    require(fields["category"] == "Data Processing", "no known category")
    require((directory / "src" / fields["includes"]).is_file(), "includes: no such file in src")
    require({path.suffix for path in (directory / "src").iterdir()} == {".c", ".h"}, "src: other files")
    require(not list(directory.glob("*.[ch]")), "sources outside src are not compiled")
    require((directory / "examples" / name / f"{name}.ino").is_file(), "no sketch called like its folder")


def check_esp_idf(directory, name):
    manifest = mapping((directory / "idf_component.yml").read_text())
    require(set(manifest) <= {"version", "description"}, "unknown keys")
    require(re.fullmatch(VERSION, manifest["version"]), "no version")
    text = (directory / "CMakeLists.txt").read_text()
    require(text.index("idf_component_register(") < text.index("project("), "not registered first")


def check_cmsis_pack(directory, name):
    description = directory / f"barecc.{name}.pdsc"
    package = xml.parse(description).getroot()
    require(package.tag == "package" and re.fullmatch(VERSION, package.get("schemaVersion")), "no package")
    # All elements of a package in any order, each once; these are the ones that have to be there.
    tags = [child.tag for child in package]
    require(len(tags) == len(set(tags)), "an element is there twice")
    require({"vendor", "name", "description", "url", "releases"} <= set(tags), "a required element is missing")
    require(set(tags) <= {"vendor", "name", "description", "url", "releases", "requirements", "keywords", "conditions",
                          "components"}, "an unknown element")
    for tag in ("vendor", "name"):
        require(re.fullmatch(r"[-_A-Za-z0-9]+", package.findtext(tag)), f"{tag}: not a restricted string")
    require(f"{package.findtext('vendor')}.{package.findtext('name')}.pdsc" == description.name, "another file name")
    require(all(len(text.text) <= 256 for text in package.iter("description")), "a description is too long")
    releases = package.findall("releases/release")
    require(releases and all(re.fullmatch(VERSION, release.get("version")) for release in releases), "no release")
    conditions = {condition.get("id"): condition for condition in package.findall("conditions/condition")}
    for condition in conditions.values():
        for choice in condition:
            require(choice.tag == "description" or
                    choice.tag == "accept" and re.fullmatch(r"Cortex-M\d+[+P]?", choice.get("Dcore")), "a condition")
    components = package.findall("components/component")
    require(len(components) == 1, "not one component")
    for component in components:
        require(set(component.attrib) == {"Cclass", "Cgroup", "Csub", "Cversion", "condition"}, "attributes")
        for part in ("Cclass", "Cgroup"):
            require(re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_+()'/\-\s.]{1,31}", component.get(part)), f"{part}: no name")
        require(re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_+():/\- .]{0,31}", component.get("Csub")), "Csub: no name")
        require(re.fullmatch(VERSION, component.get("Cversion")), "Cversion: no version")
        require(component.get("condition") in conditions, "an unknown condition")
        require([child.tag for child in component] == ["description", "files"], "elements of a component")
        files = component.findall("files/file")
        require({file.get("category") for file in files} == {"header", "source"}, "categories")
        listed = {file.get("name") for file in files}
        require(listed == {path.name for path in directory.glob("*.[chS]")}, "not the files that are there")


def main():
    kind, directory, name = sys.argv[1], pathlib.Path(sys.argv[2]), sys.argv[3]
    check_cmake(directory, name)
    globals()["check_" + kind.replace("-", "_")](directory, name)
    for path in directory.rglob("*"):
        require(path.suffix == ".bin" or path.is_dir() or "barecc" in path.read_text()[:1024],
                f"{path.name} does not say who wrote it, so that it would not be overwritten")


main()
