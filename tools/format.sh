#!/bin/sh
# format.sh [--check]: formats the C and C++ of the repository as .clang-format says; with --check only tells what
# differs.
set -eu
cd "$(dirname "$0")/.."
case ${1:-} in
--check) mode="--dry-run -Werror" ;;
"") mode=-i ;;
*) echo "usage: format.sh [--check]" >&2; exit 2 ;;
esac
git ls-files -z '*.c' '*.h' '*.cpp' | xargs -0 clang-format-22 $mode
