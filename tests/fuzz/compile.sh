#!/bin/sh
# compile.sh BARECC TARGET MODELS: each model of the folder MODELS compiles for a target, for speed and for size, with
# nothing that the sanitizers stop at.
set -eu
barecc=$1 target=$2 models=$3
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed=0
for model in "$models"/*/model.*; do
    for optimize in speed size; do
        "$barecc" compile "$model" -o "$work/out" --name model --target "$target" --optimize $optimize >"$work/log" 2>&1 ||
            { echo "$model, $optimize:" && cat "$work/log" && failed=1; }
    done
done
exit $failed
