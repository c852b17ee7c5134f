#!/bin/sh
# make_cortexm4.sh BARECC FLATC OUT: two models by their Makefiles for a Cortex-M4, in one program on QEMU's board. Exit
# status 77: skipped.
set -eu
barecc=$1 flatc=$2 out=$3
here=$(cd "$(dirname "$0")" && pwd)
for program in arm-none-eabi-gcc qemu-system-arm; do
    command -v $program >/dev/null || { echo "skipped: $program is not installed"; exit 77; }
done
. "$here/strokes.sh"

for model in first second; do
    "$barecc" compile "$out/strokes.tflite" -o "$out/$model" --name $model --target cortex-m4 --project make
done
make --silent -C "$out/first" CFLAGS=--specs=picolibc.specs
make --silent -C "$out/second" CROSS_COMPILE=arm-none-eabi- CFLAGS="--specs=picolibc.specs -g"
arm-none-eabi-gcc -mcpu=cortex-m4 -mthumb -mfloat-abi=hard -mfpu=fpv4-sp-d16 --specs=picolibc.specs --crt0=semihost \
    --oslib=semihost -Wl,--defsym=__flash=0,--defsym=__flash_size=0x400000,--defsym=__ram=0x20000000 \
    -Wl,--defsym=__ram_size=0x400000 -I "$out/first" -I "$out/second" "$here/program/main.c" -L "$out/first" \
    -L "$out/second" -lfirst -lsecond -o "$out/program"

on_board() {
    qemu-system-arm -M mps2-an386 -nographic -monitor none -serial none \
        -semihosting-config "enable=on,target=native,arg=program,arg=$1" -kernel "$out/program" 2>&1
}
check_strokes on_board
