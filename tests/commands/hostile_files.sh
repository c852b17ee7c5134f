#!/bin/sh
# Files that are no models: each is refused soon, by one line that a terminal can be given.
barecc=$1
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
failures=0

# expect TEXT ARGUMENT...: the command ends in status 1 within ten seconds, with one line of printable characters that
# has TEXT in it.
expect() {
    text=$1
    shift
    timeout 10 "$barecc" "$@" >out.txt 2>all.txt
    status=$?
    grep -v '^barecc: compiling ' all.txt >err.txt # what takes more than a second is told too
    if [ $status -ne 1 ] || [ "$(wc -l <err.txt)" -ne 1 ] || LC_ALL=C grep -q '[^ -~]' err.txt ||
        ! grep -qF -- "barecc: error: $text" err.txt || [ "$(wc -c <err.txt)" -gt 1000 ]; then
        echo "barecc $*: status $status, expected one line with '$text'; it said:"
        head -c 2000 err.txt | cat -v
        failures=$((failures + 1))
    fi
}

mkfifo pipe
mkdir data
ln -s /dev/zero data/input_0.npy
ln -s /dev/zero zeros.npy
model=/usr/include/onnx/backend/test/data/node/test_relu/model.onnx
cp $model harness.onnx
"$barecc" run harness.onnx >out.txt 2>err.txt || {
    echo "a model that is named as the program around it:"
    cat err.txt
    failures=$((failures + 1))
}
expect "/dev/zero: is neither a file nor a pipe; name a file" compile /dev/zero -o out
expect "data: is a directory; name a file" compile data -o out
expect "pipe: is a pipe that nothing is written to; name a file" compile pipe -o out
expect "zeros.npy: is neither a file nor a pipe" run $model --input x=zeros.npy
expect "data/input_0.npy: is neither a file nor a pipe" verify $model --data data
expect "zeros.npy: is neither a file nor a pipe" compile $model --constant x=zeros.npy -o out
cat $model | "$barecc" compile /dev/stdin --name relu -o out >out.txt 2>err.txt || {
    echo "a pipe is not taken:"
    cat err.txt
    failures=$((failures + 1))
}
[ -f out/relu.c ] || failures=$((failures + 1))

# One node, named g, of the operator 'a\n\x1b[31mb'; and one whose operator has 5000 letters.
printf '\010\010\072\027\012\015\022\001y\042\010a\n\033[31mb\022\001g\142\003\012\001yB\002\020\021' >name.onnx
expect "name.onnx: has operators that barecc does not implement: a\\n\\x1b[31mb of opset 17 (1 node 'y')" \
    compile name.onnx -o out
letters=$(printf '%5000s' | tr ' ' N)
printf '\010\010\072\231\047\012\216\047\022\001y\042\210\047%s\022\001g\142\003\012\001yB\002\020\021' $letters >long.onnx
expect "long.onnx: has operators that barecc does not implement: NNNNNNNN" compile long.onnx -o out
expect "$(printf 'no\\nsuch\\x1bfile: cannot be read')" compile "$(printf 'no\nsuch\033file')" -o out

exit $((failures > 0))
