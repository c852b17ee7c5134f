#!/bin/sh
# warnings.sh BARECC CROSS_TEST TARGET MODELS: the C of each model in the folder MODELS, made for a target, compiles
# without a warning of tests/warnings.sh, as C99 and as C11, and without a macro that is not used. Its header
# compiles as C++. The compilers are those of the target, as cross_test prints them.
set -eu
. "$(dirname "$0")/../warnings.sh"
barecc=$1
cross_test=$2
target=$3
models=$4
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed=0

compilers=$("$cross_test" --compilers "$target") || exit $?
for model in "$models"/*/model.*; do
    name=$(basename "$(dirname "$model")")
    for optimize in speed size; do
        directory=$work/$name-$optimize
        "$barecc" compile "$model" -o "$directory" --name model --target "$target" --optimize $optimize >/dev/null 2>&1
        IFS='
'
        for compiler in $compilers; do
            IFS=' 	
'
            case $compiler in
            *clang*) warnings=$clang_warnings cxx="-std=c++20 -Wno-c++98-compat-pedantic -Wno-old-style-cast" ;;
            *) warnings=$gcc_warnings cxx= ;;
            esac
            for standard in "c99 -O1 -c -o $work/object" "c11 -fsyntax-only"; do
                $compiler $warnings -Wunused-macros -Werror -std=$standard "$directory/model.c" ||
                    { echo "$name, $optimize, $compiler -std=$standard" && failed=1; }
            done
            if [ -n "$cxx" ]; then
                echo '#include "model.h"' >"$directory/user.cpp"
                $compiler $warnings $cxx -Werror -fsyntax-only "$directory/user.cpp" ||
                    { echo "$name: header as C++" && failed=1; }
            fi
        done
        gcc -std=c99 $gcc_warnings -Werror -fsyntax-only "$directory/model_weights.c" ||
            { echo "$name: weights" && failed=1; }
    done
done
exit $failed
