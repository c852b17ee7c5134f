#!/bin/sh
# Files that may not grow beyond a limit (ulimit -f) end in one error, not in a signal, and nothing is left.
barecc=$1
model=$(cd "$(dirname "$0")/../models/small/keyword-int8" && pwd)
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
mkdir "$work/tmp" "$work/out" || exit 1
cd "$work/out" || exit 1
failures=0

# limited ARGUMENT...: what barecc says under the limit is one error, and nothing is left.
limited() {
    (
        ulimit -f 16
        TMPDIR=$work/tmp exec "$barecc" "$@" 2>&1 >/dev/null
    ) | grep -v ' s)$' >"$work/errors" # what takes long is told
    left=$(ls -A . && ls -A "$work/tmp")
    if ! grep -q '^barecc: error: .*cannot write: File too large$' "$work/errors" ||
        [ "$(wc -l <"$work/errors")" -ne 1 ] || [ -n "$left" ]; then
        echo "barecc $*: $(cat "$work/errors"), left: $left"
        failures=$((failures + 1))
    fi
}

limited compile "$model/model.tflite" -o deep/out
limited verify "$model/model.tflite" --data "$model/case0" --target generic
exit $((failures > 0))
