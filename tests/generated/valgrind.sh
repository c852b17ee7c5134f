#!/bin/sh
# valgrind.sh BARECC MODELS NAME...: barecc compiles the models NAME of the folder MODELS, and their plain C gives the
# recorded outputs, with nothing that valgrind's memcheck finds in either. Compilers and what they start are not looked at.
set -eu
barecc=$1 models=$2
shift 2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
for name; do
    set -- --data "$models/$name/case0"
    [ ! -d "$models/$name/seq0" ] || set -- --data "$models/$name/seq0" --sequence
    TMPDIR=$work valgrind --error-exitcode=99 --trace-children=yes --trace-children-skip='/usr/*' \
        --log-file="$work/$name.%p" "$barecc" verify "$models/$name"/model.* "$@" --target generic >"$work/out" 2>&1 ||
        { echo "$name:" && cat "$work/out" "$work/$name".* && exit 1; }
    grep -q "Command: ./program " "$work/$name".* || { echo "$name: the program did not run under valgrind" && exit 1; }
done
