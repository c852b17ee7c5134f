#!/bin/sh
# Devices: what is said where a compiler or an emulator is missing, and where a model is over the board's memory.
barecc=$1
model=/usr/include/onnx/backend/test/data/simple/test_single_relu_model/model.onnx
matmul=/usr/include/onnx/backend/test/data/pytorch-converted/test_Linear/model.onnx
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1

fail() {
    echo "$1"
    cat out.txt err.txt
    exit 1
}

# expect_missing TARGET PROGRAM PACKAGE: run, verify and bench fail for want of the program, and say which package has it.
expect_missing() {
    for command in run "verify --data ${model%/*}/test_data_set_0" bench; do
        # shellcheck disable=SC2086
        PATH=$work/bin "$barecc" $command $model --target "$1" >out.txt 2>err.txt
        [ $? -eq 1 ] && grep -qF "'$2' is missing; install it, on Debian by: apt-get install $3" err.txt ||
            fail "$1: $command does not name $2 and $3"
    done
}

# A path without any program, on which every target still compiles to C.
mkdir bin
for target in cortex-m4 cortex-m55 rv32imac arm64 armv7 rv64gc rv64gcv wasm; do
    PATH=$work/bin "$barecc" compile $model -o $target --target $target >out.txt 2>err.txt || fail "$target: compile"
done
expect_missing cortex-m4 arm-none-eabi-gcc "gcc-arm-none-eabi picolibc-arm-none-eabi"
expect_missing rv32imac riscv64-unknown-elf-gcc "gcc-riscv64-unknown-elf picolibc-riscv64-unknown-elf"
expect_missing arm64 aarch64-linux-gnu-gcc gcc-aarch64-linux-gnu
expect_missing armv7 arm-linux-gnueabihf-gcc gcc-arm-linux-gnueabihf
expect_missing rv64gc riscv64-linux-gnu-gcc gcc-riscv64-linux-gnu
expect_missing rv64gcv clang-22 clang-22
PATH=$work/bin "$barecc" targets >out.txt 2>err.txt && grep -q '^cortex-m4 .*needs gcc-arm-none-eabi' out.txt ||
    fail "targets does not say what is missing"

# A path with the compilers alone: without their emulators, or the linker.
for entry in cortex-m4:arm-none-eabi-gcc:qemu-system-arm:qemu-system-arm \
    rv32imac:riscv64-unknown-elf-gcc:qemu-system-riscv32:qemu-system-misc \
    arm64:aarch64-linux-gnu-gcc:qemu-aarch64:qemu-user \
    rv64gcv:clang-22:riscv64-linux-gnu-ld:gcc-riscv64-linux-gnu \
    wasm:clang-22:wasm-ld-22:lld-22; do
    target=${entry%%:*} rest=${entry#*:}
    compiler=${rest%%:*} rest=${rest#*:}
    path=$(command -v $compiler) || continue
    printf '#!/bin/sh\nexec %s "$@"\n' "$path" >bin/$compiler
    chmod +x bin/$compiler
    expect_missing $target ${rest%%:*} ${rest#*:}
done

# An unknown target: the known ones are listed.
"$barecc" compile $model -o out --target cortex-m99 >out.txt 2>err.txt
[ $? -eq 2 ] && grep -q "unknown target 'cortex-m99'; choose one of host, .*cortex-m4, .*rv32imac" err.txt ||
    fail "an unknown target"

# Over the budget: by how much, and where.
"$barecc" compile $matmul -o out --target cortex-m4 --io arena --ram 10 >out.txt 2>err.txt &&
    fail "takes a model over --ram"
grep -q 'bytes, [0-9]* over --ram 10; most is live at node .*: .* bytes' err.txt || fail "--ram: not how much and where"
"$barecc" compile $matmul -o out --target cortex-m4 --flash 100 >out.txt 2>err.txt && fail "takes a model over --flash"
grep -q "bytes, [0-9]* over --flash 100; most weights are at '.*' [0-9]* bytes" err.txt ||
    fail "--flash: not how much and where"
# The code counts too where the compiler is there; else that is said.
weights=$(sed -n 's/.*the weights alone take \([0-9]*\) bytes.*/\1/p' err.txt)
if command -v arm-none-eabi-gcc >/dev/null; then
    "$barecc" compile $matmul -o out --target cortex-m4 --flash "$weights" >out.txt 2>err.txt &&
        fail "takes a model whose code is over --flash"
    grep -q "take $weights bytes, the code [1-9][0-9]* and its constants [0-9]*, [1-9][0-9]* over --flash $weights; .*\
the largest functions are '.*' [0-9]* bytes" err.txt || fail "--flash: not how much code"
fi
[ ! -e out ] || fail "leaves output of a model that was declined"
PATH=$work/none "$barecc" compile $matmul -o out --target cortex-m4 --flash "$weights" >out.txt 2>err.txt &&
    grep -q "note: --flash: the weights were counted, the code was not: .*apt-get install gcc-arm-none-eabi" err.txt ||
    fail "--flash: not that the code was not counted"
exit 0
