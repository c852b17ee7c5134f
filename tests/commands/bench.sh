#!/bin/sh
# bench: on an emulated target instructions by layer, which add up; on this machine time. Both tell the stack.
barecc=$1
list_targets=$2
data=/usr/include/onnx/backend/test/data
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1

fail() {
    echo "$1"
    cat out.txt err.txt
    exit 1
}

# measure TARGET MODEL OPTION...: the report, in out.txt
measure() {
    target=$1 model=$2
    shift 2
    "$barecc" bench "$model" --target "$target" "$@" >out.txt 2>err.txt || fail "$target: bench"
    grep -qE '^stack +[0-9]+ B$' out.txt || fail "$target: no stack"
    grep -qE '^code +[0-9.]+ ' out.txt && grep -qE '^weights +[0-9.]+ ' out.txt && grep -qE '^arena +[0-9.]+ ' out.txt ||
        fail "$target: no sizes"
}

# expect_layers ROWS MACS: the table has that many rows before the totals, they add up, and so do their MACs.
expect_layers() {
    awk -v rows="$1" -v macs="$2" '
        match($0, /\([0-9]+ under/) { counted = substr($0, RSTART + 1) + 0 }
        /^-+$/ { rules++; next }
        # A row ends in MACs, instructions, instructions per MAC (none without MACs), share, "%".
        rules >= 2 { perMac = $(NF - 2) ~ /\./; executed = $(NF - 2 - perMac); multiplied = $(NF - 3 - perMac) }
        rules == 2 { layers++ }
        rules >= 2 && $1 != "total" { sum += executed; products += multiplied }
        rules == 2 && executed < 1 { bad = 1 }
        $1 == "total" { total = executed; totalMacs = multiplied }
        END { exit !(layers == rows && sum == total && total == counted && products == macs && totalMacs == macs && !bad) }
    ' out.txt || fail "layers: not $1 rows of $2 MACs that add up"
}

measured=
# Where instructions are counted, one target of each compiler: one layer, which does not leave the function it was called
# from, of 4 x 8 x 10 products.
for target in $($list_targets isTimed compiler name emulator |
    awk -F '|' '$1 == 0 && $4 && !seen[$2]++ { split($4, emulator, " "); print $3 ":" $2 ":" emulator[1] }'); do
    tools=${target#*:} target=${target%%:*}
    command -v "${tools%:*}" "${tools#*:}" >/dev/null || continue
    for optimize in speed size; do
        measure "$target" $data/pytorch-converted/test_Linear/model.onnx --optimize $optimize
        expect_layers 1 320
    done
    # The C compiler inlines a loop of its own that is called once.
    measure "$target" $data/simple/test_single_relu_model/model.onnx --optimize size
    expect_layers 1 0
    measured=$target
done

# A chain of 50 poolings: the 40 that execute the most, and one row for the others.
if [ -n "$measured" ]; then
    {
        printf 'ir_version: 8 opset_import { version: 13 } graph { name: "chain"\n'
        for direction in input:0 output:50; do
            printf '%s { name: "t%s" type { tensor_type { elem_type: 1 shape {' ${direction%:*} ${direction#*:}
            printf ' dim { dim_value: %s }' 1 1 5 5
            printf ' } } } }\n'
        done
        i=0
        while [ $i -lt 50 ]; do
            printf 'node { op_type: "MaxPool" name: "pool%s" input: "t%s" output: "t%s"\n' $i $i $((i + 1))
            printf '  attribute { name: "kernel_shape" type: INTS ints: 3 ints: 3 }\n'
            printf '  attribute { name: "pads" type: INTS ints: 1 ints: 1 ints: 1 ints: 1 } }\n'
            i=$((i + 1))
        done
        printf '}\n'
    } >chain.txt
    protoc --encode=onnx.ModelProto -I /usr/include onnx/onnx.proto <chain.txt >chain.onnx 2>err.txt || fail protoc
    measure "$measured" chain.onnx
    expect_layers 41 0
    grep -q '^10 others, none of more' out.txt || fail "a long model: not how many layers are left out"
fi

# The program that was counted, and how often its blocks were executed.
if [ -n "$measured" ]; then
    measure "$measured" $data/pytorch-converted/test_Linear/model.onnx --keep kept
    [ "$(head -c 4 kept/program | tail -c 3)" = ELF ] || fail "--keep: no program"
    grep -qvE '^[1-9][0-9]* ([0-9]+|-)( [0-9a-f]+)+$' kept/blocks.txt && fail "--keep: not blocks"
    [ -s kept/blocks.txt ] || fail "--keep: no blocks"
fi
"$barecc" bench $data/pytorch-converted/test_Linear/model.onnx --target host --keep kept >out.txt 2>err.txt
[ $? -eq 2 ] && grep -q "the instructions of target 'host' are not counted" err.txt || fail "host: --keep is taken"

measure host $data/pytorch-converted/test_Linear/model.onnx --runs 3
grep -q '^latency, median .*(3 runs)' out.txt || fail "host: no time"
grep -q '^layer ' out.txt && fail "host: layers, of which nothing was counted"
exit 0
