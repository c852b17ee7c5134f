#!/bin/sh
# A wrong command line ends in exit status 2, a model that cannot be compiled in 1; each with one message that starts
# with "barecc: error: ", and nothing is left behind.
barecc=$1
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
failures=0

# expect STATUS TEXT ARGUMENT...: the command ends in STATUS with TEXT in its message.
expect() {
    status=$1
    text=$2
    shift 2
    "$barecc" "$@" >out.txt 2>all.txt
    got=$?
    grep -v '^barecc: [a-z]* .* ([0-9]* s)$' all.txt >err.txt # what takes long on a busy machine tells so
    rm all.txt
    if [ $got -ne "$status" ] || ! grep -qF -- "$text" err.txt || ! grep -q '^barecc: error: ' err.txt ||
        [ "$(grep -c '' err.txt)" -ne 1 ]; then
        echo "barecc $*: exit status $got, expected $status with '$text'; it said:"
        cat out.txt err.txt
        failures=$((failures + 1))
    fi
}

printf 'not a model' >text.onnx
: >empty.onnx

expect 2 "no command given"
expect 2 "Unknown subcommand 'frobnicate'" frobnicate
expect 2 "Unknown command line argument '--fast'" compile text.onnx -o out --fast
expect 2 "Unknown command line argument '--optimise=size'" compile text.onnx -o out --optimise=size
expect 2 "Unknown command line argument '--heavy'" compile text.onnx -o out --heavy
expect 2 "Did you mean '--optimize=size'?" compile text.onnx -o out --optimise=size
expect 2 "Unknown command line argument '-out'" compile text.onnx -out
expect 1 "text.onnx" compile text.onnx --output out
expect 2 "no model given" inspect
expect 2 "--target: no value given; see 'barecc inspect --help'" inspect text.onnx --target
expect 2 "no output directory given" compile text.onnx
expect 2 "unknown target 'cortexm4'; did you mean 'cortex-m4'? choose one of host, " compile text.onnx -o out \
    --target cortexm4
expect 2 "unknown project 'esp_idf'; did you mean 'esp-idf'?" compile text.onnx -o out --project esp_idf
expect 2 "unknown target 'z80'" compile text.onnx -o out --target z80
expect 2 "'fast' is not known; choose speed or size" compile text.onnx -o out --optimize fast
expect 2 "'text' is not known; choose c or bin" compile text.onnx -o out --weights text
expect 2 "'both' is not known; choose separate or arena" compile text.onnx -o out --io both
expect 2 "'9x' is a word of C, or begins with no letter" compile text.onnx -o out --name 9x
expect 2 "'_math' is a word of C, or begins with no letter" compile text.onnx -o out --name _math
expect 2 "'math' is also the name of a header" compile text.onnx -o out --name math
expect 2 "unknown project 'bazel'; choose one of cmake, make, zephyr, arduino, esp-idf, cmsis-pack" \
    compile text.onnx -o out --project bazel
expect 2 "target 'x86-avx2' is not for it; choose --target cortex-m0, " compile text.onnx -o out --project arduino \
    --target x86-avx2
expect 2 "target 'arm64' is not for it" compile text.onnx -o out --project cmsis-pack --target arm64
expect 2 "weights have to be C there" compile text.onnx -o out --project arduino --target generic --weights bin
expect 2 "of at most 32 characters" compile text.onnx -o out --project cmsis-pack --target generic \
    --name a_name_of_thirty_three_characters
expect 2 "begins with no letter" compile text.onnx -o out --project arduino --target generic --name _x
expect 2 "'64k' is not a whole number" compile text.onnx -o out --ram 64k
expect 2 "'x' is not of the form INPUT=D0,D1,..." compile text.onnx -o out --shape x
expect 2 "'-1' is not a whole number from 0 on" compile text.onnx -o out --shape x=1,-1
expect 2 "is given twice" compile text.onnx -o out --shape x=1 --shape x=2
expect 2 "'x' is not of the form INPUT=FILE.npy" compile text.onnx -o out --constant x
expect 2 "unknown limit 'node'; did you mean 'nodes'? choose one of nodes, nesting" compile text.onnx -o out \
    --limit node=1
expect 2 "'many' is not a whole number" compile text.onnx -o out --limit nodes=many
expect 2 "nesting can be 1000 at most" compile text.onnx -o out --limit nesting=1001
expect 1 "missing.npy" compile text.onnx -o out --constant x=missing.npy
expect 2 "--dim: 'many' is not a whole number" verify text.onnx --dim n=many
expect 2 "'-1' is not a number from 0 on" verify text.onnx --rtol=-1
expect 2 "'nan' is not a number from 0 on" verify text.onnx --atol=nan
expect 2 "'0' is not a whole number from 1 on" bench text.onnx --runs 0
for command in run verify bench inspect; do
    expect 1 "missing.onnx" $command missing.onnx
    expect 1 "empty.onnx" $command empty.onnx
    expect 1 "text.onnx" $command text.onnx
done
expect 1 "text.onnx" compile text.onnx -o out
expect 1 "missing.onnx" compile missing.onnx -o deep/out

# What is wrong is one line, however much it is: here a Conv whose strides and dilations are both 0, and three operators
# that nobody has.
cat >conv.txt <<'MODEL'
ir_version: 8
opset_import { version: 17 }
graph {
  name: "g"
  node {
    input: "x" input: "x" output: "y" op_type: "Conv"
    attribute { name: "strides" ints: 0 type: INTS }
    attribute { name: "dilations" ints: 0 type: INTS }
  }
  input {
    name: "x"
    type { tensor_type { elem_type: 1 shape { dim { dim_value: 1 } dim { dim_value: 1 } dim { dim_value: 1 } } } }
  }
  output { name: "y" }
}
MODEL
protoc -I/usr/include -I/usr/local/include --encode=onnx.ModelProto onnx/onnx.proto <conv.txt >conv.onnx 2>/dev/null
expect 1 "node 'y' (Conv): strides has the entry 0" compile conv.onnx -o out
sed 's/op_type: "Conv"/op_type: "Conf"/; s/^  input {/  node { input: "x" output: "z" op_type: "Conf" name: "second" }\n&/
    s/^  output {/  node { input: "x" output: "w" op_type: "Relo" }\n&/
    s/output { name: "y" }/& output { name: "z" } output { name: "w" }/' conv.txt |
    protoc -I/usr/include -I/usr/local/include --encode=onnx.ModelProto onnx/onnx.proto >three.onnx 2>/dev/null
expect 1 "three.onnx: has operators that barecc does not implement: Conf of opset 17 (2 nodes, first 'y'), \
Relo of opset 17 (1 node 'w'); replace them" compile three.onnx -o out
sed 's/dim_value: 1/dim_param: "n"/; s/dim_value: 1/dim_param: "m"/2' conv.txt |
    protoc -I/usr/include -I/usr/local/include --encode=onnx.ModelProto onnx/onnx.proto >open.onnx 2>/dev/null
expect 1 "dimension 0 is open ('n'); fix it with --dim n=V" compile open.onnx -o out
expect 1 "(the first of 2 problems)" compile open.onnx -o out

rm -f out.txt err.txt conv.txt conv.onnx three.onnx open.onnx
left=$(ls -A)
if [ "$left" != "$(printf 'empty.onnx\ntext.onnx')" ]; then
    echo "left behind: $left"
    failures=$((failures + 1))
fi
exit $((failures > 0))
