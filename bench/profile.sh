#!/bin/bash
# Where the time of a generated model goes, layer by layer, on this machine and one thread.
#
#     bench/profile.sh [-b BUILD] [-c COMPILER] MODEL.onnx
#
# Takes the model's C as `barecc compile` gives it, puts a clock before every call of its run function, and prints for
# each layer the least time of many runs, its share, and its multiply-accumulates a nanosecond. MODEL has one input and
# one output called "input" and "output", as those of bench/nets.
set -euo pipefail

root=$(cd "$(dirname "$0")/.." && pwd)
build=$root/build
compiler=clang-22
while getopts b:c: option; do
    case $option in
    b) build=$OPTARG ;;
    c) compiler=$OPTARG ;;
    *) exit 2 ;;
    esac
done
shift $((OPTIND - 1))

name=$(basename "$1" .onnx)
work=$build/bench-data/profile/$name
"$build/bin/barecc" compile "$1" -o "$work" --name "$name" --weights bin

# Calls follow their comments; both are indented by four spaces, which nothing else in the function is.
awk -v name="$name" '
    FNR == 1 { print "#include \"profile.h\"" }
    $0 ~ "^void " name "_run\\(" { inside = 1 }
    inside && /^    \/\* / { comment = $0; gsub(/^ *\/\* | \*\/$|"/, "", comment)
                             printf "    profile_layer(%d, \"%s\");\n", layers++, comment }
    inside && /^}/ { printf "    profile_layer(%d, NULL);\n", layers; inside = 0 }
    { print }' "$work/$name.c" >"$work/profiled.c"

# The flags that the kernels are written for.
flags=$(sed -n '/"compiler_flags"/,/]/s/^ *"\(-[^"]*\)".*/\1/p' "$work/report.json")
# shellcheck disable=SC2086
"$compiler" -std=c99 $flags -I "$work" -I "$root/bench/compare" -c "$work/profiled.c" -o "$work/profiled.o"
"$compiler" -c -Wa,-I"$work" "$work/${name}_weights.S" -o "$work/weights.o"
"$compiler" -O2 -I "$work" -I "$root/bench/compare" "-DHEADER=\"$name.h\"" "-DNAME=$name" "-DUPPER=${name^^}" \
    "$root/bench/compare/model_library.c" "$root/bench/compare/profile.c" "$work/profiled.o" "$work/weights.o" -lm \
    -o "$work/profile"
"$work/profile"
