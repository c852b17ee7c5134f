#!/bin/sh
# test.sh ROOT BUILD: plain kernels on a processor whose int has 16 bits, an AVR. Each compiles without a warning of a shift or
# a product that is too wide, and kernels.c prints under simavr what it prints on the host. (QEMU's AVR takes a return
# that is to be skipped.)
set -eu
root=$1
build=$2 # has the headers made of the records
here=$root/tests/kernels/sixteen_bit_int
for program in avr-gcc simavr; do
    command -v "$program" >/dev/null || { echo "skipped: no $program" && exit 77; }
done
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Sizes have 16 bits there as well, so -Wconversion would warn of each that is computed in 32; and #pragma GCC unroll is
# younger than Debian's gcc for AVR.
avr="avr-gcc -mmcu=atmega2560 -std=c99 -Wall -Wextra -Wpedantic -Wshadow -Woverflow -Wno-unknown-pragmas -Werror
     -I $build -I $root -I $root/kernels -I $root/kernels/abi"
for kernel in "$root"/kernels/generic/*.c; do
    $avr -O2 -DBARECC_KERNEL= -c "$kernel" -o "$work/kernel.o"
done

gcc -std=c99 -O1 -fsanitize=undefined -I "$build" -I "$root" -I "$root/kernels" -I "$root/kernels/abi" "$here/kernels.c" -lm -o "$work/host"
"$work/host" >"$work/expected"
for optimize in -O2 -Os; do
    $avr $optimize "$here/kernels.c" -lm -o "$work/kernels.elf"
    # simavr colours each line and ends it with a dot.
    timeout 60 simavr -m atmega2560 -f 16000000 "$work/kernels.elf" 2>&1 | sed -n 's/^.*\[32m\(.*\)\.$/\1/p' >"$work/printed"
    diff "$work/expected" "$work/printed"
done
