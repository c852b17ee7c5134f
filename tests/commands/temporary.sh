#!/bin/sh
# Where temporary files go may be called anything: the programs that barecc starts are not told the name. Where it cannot
# be written, one error says so.
barecc=$1
list_targets=$2
model=$(cd "$(dirname "$0")/../models/small/keyword-int8" && pwd)
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
failures=0

fail() {
    echo "$*"
    failures=$((failures + 1))
}

newline='a
line'
odd="with blanks, commas \"quotes' ; \$(touch x) \\ %41 $newline ü -Wa"
mkdir "$odd" "$odd/relative" || exit 1
cp "$model/model.tflite" "$odd/model.tflite"
# A target of each environment: they start programs in different ways.
emulated=$($list_targets environment isTimed name emulator | awk -F '|' '$4 && !seen[$1]++ { print $2 ":" $3 }')
for target in 1:host $emulated; do
    target=${target#*:}
    TMPDIR="$work/$odd" "$barecc" verify "$odd/model.tflite" --data "$model/case0" --target $target >out.txt 2>&1 ||
        fail "$target: $(cat out.txt)"
done
TMPDIR="$odd/relative" "$barecc" verify "$model/model.tflite" --data "$model/case0" --target generic >out.txt 2>&1 ||
    fail "relative: $(cat out.txt)"
for target in $(echo "$emulated" | grep '^0:'); do # instructions are counted
    TMPDIR="$work/$odd" "$barecc" bench "$model/model.tflite" --target "${target#*:}" >out.txt 2>&1 ||
        fail "bench: $(cat out.txt)"
done
TMPDIR="" "$barecc" verify "$model/model.tflite" --data "$model/case0" --target generic >out.txt 2>&1 ||
    fail "empty: $(cat out.txt)"
"$barecc" compile "$odd/model.tflite" -o "$odd/out" >out.txt 2>&1 || fail "output: $(cat out.txt)"
[ -f "$odd/out/report.json" ] && [ ! -e x ] && [ "$(ls -A "$odd" | tr '\n' ' ')" = "model.tflite out relative " ] ||
    fail "left: $(ls -A "$odd")"

# expect TEXT TMPDIR
expect() {
    TMPDIR="$2" "$barecc" verify "$model/model.tflite" --data "$model/case0" --target generic >out.txt 2>err.txt
    status=$?
    sed -i '/^barecc: compiling .* s)$/d' err.txt # which a slow machine says
    [ $status -eq 1 ] && [ "$(wc -l <err.txt)" -eq 1 ] && grep -q "^barecc: error: .*$1.*TMPDIR" err.txt ||
        fail "TMPDIR=$2: $(cat err.txt)"
}
expect "No such file or directory" "$work/missing"
expect "Not a directory" "$work/out.txt"
expect "File name too long" "$work/$(printf '%5000s' '' | tr ' ' x)"
expect "cannot write in the directory" /proc
exit $((failures > 0))
