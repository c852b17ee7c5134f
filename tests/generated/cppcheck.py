"""cppcheck, as the tests here run it."""

import contextlib
import pathlib
import subprocess
import tempfile


@contextlib.contextmanager
def macros_of(compiler):
    """Options that tell the macros which a compiler predefines, all its words given. A file that asks for an instruction
    set is passed over without them."""
    with tempfile.TemporaryDirectory() as directory:
        file = pathlib.Path(directory) / "predefined_macros.h"
        with file.open("wb") as stream:
            subprocess.run([*compiler, "-std=c99", "-dM", "-E", "-x", "c", "/dev/null"], check=True, stdout=stream)
        yield [f"--include={file}", f"--suppress=*:*{file.name}"]


def run(files, options):
    """What it says of C files of one folder, as text."""
    command = ["cppcheck", "--quiet", "--std=c99", "--enable=information", "--suppress=missingIncludeSystem",
               "--suppress=unmatchedSuppression", *options, *(file.name for file in files)]
    done = subprocess.run(command, cwd=files[0].parent, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          check=True)
    if "noValidConfiguration" in done.stdout:
        raise RuntimeError(f"cppcheck passed over {files[0]}")
    return done.stdout
