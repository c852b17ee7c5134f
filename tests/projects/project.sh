#!/bin/sh
# project.sh BARECC FLATC KIND OUT: compiles a model twice for KIND, with different options, and builds both into one
# program as that build system would.
set -eu
barecc=$1 flatc=$2 kind=$3 out=$4
here=$(cd "$(dirname "$0")" && pwd)
. "$here/strokes.sh"

fail() {
    echo "$1"
    exit 1
}
# Weights as a file where the build system can take one.
case $kind in
arduino | cmsis-pack) weights=c ;;
*) weights=bin ;;
esac
"$barecc" compile "$out/strokes.tflite" -o "$out/models/first" --name first --target generic --project "$kind"
case $kind in
cmake | make) ;;
*) # is what a device's build system gets where no target is named
    "$barecc" compile "$out/strokes.tflite" -o "$out/untold" --name first --project "$kind" 2>"$out/note"
    grep -q "plain C for any processor" "$out/note" || fail "the choice of a target is not told"
    diff -r "$out/models/first" "$out/untold" || fail "not plain C where no target is named"
    ;;
esac
"$barecc" compile "$out/strokes.tflite" -o "$out/models/second" --name second --target generic --project "$kind" \
    --optimize size --weights $weights
for model in first second; do
    python3 "$here/check_manifests.py" "$kind" "$out/models/$model" "$model"
    if grep -rnE '@[A-Z_]+@' "$out/models/$model"; then
        fail "a placeholder is left"
    fi
    # Compiling again gives the same, and may overwrite what it wrote.
    cp -r "$out/models/$model" "$out/again"
    [ $model = first ] && options= || options="--optimize size --weights $weights"
    "$barecc" compile "$out/strokes.tflite" -o "$out/again" --name $model --target generic --project "$kind" $options
    diff -r "$out/models/$model" "$out/again" || fail "another text the second time"
    rm -r "$out/again"
done

# cmake_program [OPTION...]: the program, by CMake.
cmake_program() {
    cmake -G "Unix Makefiles" -S "$here/program" -B "$out/build" "-DMODELS=$out/models" "$@" >"$out/log" 2>&1 &&
        cmake --build "$out/build" >>"$out/log" 2>&1 || { cat "$out/log"; exit 1; }
    if grep -i warning "$out/log"; then
        fail "warnings"
    fi
    program=$out/build/program
}

# gcc_program DIRECTORY: the program from the sources in that folder of each model, without a flag beside the warnings.
gcc_program() {
    program=$out/program
    gcc -Wall -Wextra -Wconversion -Werror -I "$out/models/first$1" -I "$out/models/second$1" "$out/models/first$1/"*.c \
        "$out/models/second$1/"*.c "$here/program/main.c" -o "$program"
}

case $kind in
cmake)
    # With the compiler that barecc is built by: it gets no flags that only GCC knows.
    "$barecc" compile "$out/strokes.tflite" -o "$out/rv32" --name rv32 --target rv32imac
    cmake -G "Unix Makefiles" -S "$out/rv32" -B "$out/clang" -DCMAKE_C_COMPILER=clang-22 -DCMAKE_C_FLAGS=-Werror \
        "-DRV32_ARCH_FLAGS=-O1;-g" >"$out/log" 2>&1 && cmake --build "$out/clang" >>"$out/log" 2>&1 ||
        { cat "$out/log"; exit 1; }
    grep -q "C_FLAGS = .*-O1 -g .*-ffp-contract=off" "$out/clang/CMakeFiles/rv32.dir/flags.make" || fail "other flags"
    cmake_program
    ;;
zephyr | esp-idf)
    cmake_program "-DSTUBS=$here/program/stubs/$kind.cmake"
    check_strokes "$program"
    # The flags reach the compiler, and CMakeLists.txt alone is a static library as ever.
    grep -q -- -ffp-contract=off "$out/build"/*/CMakeFiles/*first.dir/flags.make || fail "flags are lost"
    rm -r "$out/build"
    cmake_program
    ;;
make)
    make --silent -C "$out/models/first"
    make --silent -C "$out/models/second" CFLAGS=-g
    program=$out/program
    gcc -I "$out/models/first" -I "$out/models/second" "$here/program/main.c" -L "$out/models/first" \
        -L "$out/models/second" -lfirst -lsecond -lm -o "$program"
    check_strokes "$program"
    make --silent -C "$out/models/first" clean
    [ ! -e "$out/models/first/libfirst.a" ] || fail "clean leaves the library"
    # Flags that only GCC knows go to GCC alone.
    "$barecc" compile "$out/strokes.tflite" -o "$out/rv32" --name rv32 --target rv32imac --project make
    make -n -C "$out/rv32" | grep -q -- "riscv64-unknown-elf-gcc .*-fno-tree-ter" || fail "GCC misses its flags"
    if make -n -C "$out/rv32" CC=clang-22 | grep -q -- -fno-tree-ter; then
        fail "clang gets flags of GCC"
    fi
    ;;
arduino)
    gcc_program /src
    check_strokes "$program"
    cmake_program
    check_strokes "$program"
    "$barecc" compile "$out/strokes.tflite" -o "$out/models/third" --name third --target generic --project arduino \
        --io arena
    # On a board that is not what the kernels are for, the compiler says so.
    "$barecc" compile "$out/strokes.tflite" -o "$out/dsp" --name dsp --target cortex-m4 --project arduino
    if gcc -c "$out/dsp/src/dsp.c" -o "$out/dsp.o" 2>"$out/log"; then
        fail "kernels for another processor compile"
    fi
    grep -q "#error .*these kernels need a processor with dsp" "$out/log" || { cat "$out/log"; fail "does not say why"; }
    for model in first third; do
        source=$out/models/$model
        gcc -c "$source/src/$model.c" -o "$out/$model.o"
        gcc -c "$source/src/${model}_weights.c" -o "$out/${model}_weights.o"
        g++ -std=c++11 -Wall -Wextra -Werror -I "$source/src" -include "$here/program/stubs/Arduino.h" -x c++ \
            "$source/examples/$model/$model.ino" -x none "$out/$model.o" "$out/${model}_weights.o" -o "$out/sketch"
        "$out/sketch" >"$out/printed"
        [ "$(wc -l <"$out/printed")" = 5 ] && grep -q "microseconds" "$out/printed" || fail "the sketch prints otherwise"
    done
    ;;
cmsis-pack) gcc_program "" ;;
esac
check_strokes "$program"
case $kind in
arduino | cmsis-pack) check_contraction ;;
esac
