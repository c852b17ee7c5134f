#!/bin/sh
# --ram and --flash: what is said where a model is over them.
barecc=$1
matmul=/usr/include/onnx/backend/test/data/pytorch-converted/test_Linear/model.onnx
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1

fail() {
    echo "$1"
    cat out.txt err.txt
    exit 1
}

# By how much, and where.
"$barecc" compile $matmul -o out --target generic --io arena --ram 10 >out.txt 2>err.txt &&
    fail "takes a model over --ram"
grep -q 'bytes, [0-9]* over --ram 10; most is live at node .*: .* bytes' err.txt || fail "--ram: not how much and where"
"$barecc" compile $matmul -o out --target generic --flash 100 >out.txt 2>err.txt && fail "takes a model over --flash"
grep -q "bytes, [0-9]* over --flash 100; most weights are at '.*' [0-9]* bytes" err.txt ||
    fail "--flash: not how much and where"
# The code counts too; where the compiler is missing, that is said.
weights=$(sed -n 's/.*the weights alone take \([0-9]*\) bytes.*/\1/p' err.txt)
"$barecc" compile $matmul -o out --target generic --flash "$weights" >out.txt 2>err.txt &&
    fail "takes a model whose code is over --flash"
grep -q "take $weights bytes, the code [1-9][0-9]* and its constants [0-9]*, [1-9][0-9]* over --flash $weights; .*\
the largest functions are '.*' [0-9]* bytes" err.txt || fail "--flash: not how much code"
[ ! -e out ] || fail "leaves output of a model that was declined"
PATH=$work/none "$barecc" compile $matmul -o out --target generic --flash "$weights" >out.txt 2>err.txt &&
    grep -q "note: --flash: the weights were counted, the code was not: .*apt-get install gcc" err.txt ||
    fail "--flash: not that the code was not counted"
exit 0
