#!/bin/sh
# threads.sh BARECC MODELS: the plain C of each model of the folder MODELS runs in two threads at once, each with an arena of
# its own, without a data race that ThreadSanitizer sees, and with the same results.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
barecc=$1 models=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed=0
for model in "$models"/*/model.*; do
    name=$(basename "$(dirname "$model")")
    "$barecc" compile "$model" -o "$work/$name" --name model --target generic --io arena >/dev/null 2>&1
    clang-22 -std=gnu99 -w -g -O1 -fsanitize=thread -I"$work/$name" "$here/threads.c" "$work/$name/model.c" \
        "$work/$name/model_weights.c" -lm -lpthread -o "$work/program"
    "$work/program" || { echo "$name: fails" && failed=1; }
done
exit $failed
