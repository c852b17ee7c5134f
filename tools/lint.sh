#!/bin/sh
# lint.sh [FILE-REGEX]: clang-tidy on the sources of the compiler and its tools, every warning an error. build/ has to
# be configured and built, since sources include what is generated there.
set -eu
cd "$(dirname "$0")/.."
run-clang-tidy-22 -p build -quiet -warnings-as-errors='*' "$PWD/${1:-(compiler|tools)/}.*" 2>&1
