#!/bin/sh
# lint.sh [--recent | FILE-REGEX]: clang-tidy on the sources of the compiler and its tools, every warning an error. With
# --recent on those that the last five commits changed, they or their headers, 25 at most: all take a quarter of an hour
# on two cores. build/ has to be configured and built, since sources include what is generated there.
set -eu
cd "$(dirname "$0")/.."
case ${1:-} in
--recent)
    files=$(git log -5 --format= --name-only -- compiler tools | sed -n 's/\.h$/.cpp/; s/\.cpp$/[.]cpp$/p' |
        awk '!seen[$0]++' | head -25 | paste -s -d '|')
    if [ -z "$files" ]; then
        exit 0
    fi
    ;;
*) files="${1:-(compiler|tools)/}" ;;
esac
run-clang-tidy-22 -p build -quiet -warnings-as-errors='*' "^$PWD/($files)" 2>&1
