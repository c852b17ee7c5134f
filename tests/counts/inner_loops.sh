#!/bin/sh
# inner_loops.sh PYTHON PROJECT BUILD: bench/inner_loops on a Cortex-M4. Every product of the int8 layers is recognised, and
# each has a loop that the model can estimate. Exit status 77: skipped.
python=$1
project=$2
build=$3
for program in arm-none-eabi-gcc qemu-system-arm llvm-mca-22 llvm-objdump-22; do
    command -v $program >/dev/null || { echo "skipped: $program is not installed"; exit 77; }
done
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
"$python" "$project/bench/inner_loops/inner_loops.py" --build "$build" --output table.md cortex-m4 >log.txt || exit 1
cat log.txt table.md
[ "$(grep -c '^cortex-m4, cortex-m4, int8 .*, 1.00 of its multiply-accumulates recognised$' log.txt)" -eq 4 ] || exit 1
# Instructions, MACs, cycles, MACs a cycle, the peak and a part of it that is not more.
[ "$(grep -cE '^\| int8 .* \| [0-9]+ \([0-9]+ %\)( \| [0-9.]+){4} \| (100|[1-9]?[0-9]) % \|$' table.md)" -eq 4 ]
