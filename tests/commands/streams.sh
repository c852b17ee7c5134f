#!/bin/sh
# Standard output that takes nothing is one error, after the work has been done; a reader that has enough is none; and a
# standard stream that is closed is not mistaken for a file.
barecc=$1
model=$(cd "$(dirname "$0")/../models/small/keyword-int8" && pwd)/model.tflite
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
failures=0

# expect STATUS ERRORS: of the command that has just ended, its messages in err.txt
expect() {
    status=$?
    sed -i '/^barecc: compiling .* s)$/d' err.txt # which a slow machine says
    if [ $status -ne "$1" ] || [ "$(cat err.txt)" != "$2" ]; then
        echo "exit status $status, expected $1 with '$2'; it said:"
        cat err.txt
        failures=$((failures + 1))
    fi
}

no_space="barecc: error: standard output: cannot write: No space left on device"
"$barecc" compile "$model" -o full >/dev/full 2>err.txt
expect 1 "$no_space"
[ -f full/report.json ] || failures=$((failures + 1))
"$barecc" inspect "$model" >/dev/full 2>err.txt
expect 1 "$no_space"
"$barecc" --help >/dev/full 2>err.txt
expect 1 "barecc: error: IO failure on output stream: No space left on device"

"$barecc" compile "$model" -o closed >&- 2>err.txt
expect 1 "barecc: error: standard output: cannot write: Bad file descriptor"
: >err.txt
"$barecc" compile "$model" -o mute 2>&- >/dev/null
expect 0 ""
"$barecc" compile missing.onnx -o none 2>&- >/dev/null
expect 1 ""
"$barecc" compile missing.onnx -o none 2>/dev/full >/dev/null
expect 1 ""
"$barecc" compile "$model" -o silent >&- 2>&- <&-
expect 1 ""
for directory in full closed mute silent; do
    "$barecc" compile "$model" -o reference >/dev/null
    diff -r reference $directory || failures=$((failures + 1))
done

# Death by SIGPIPE, of which a shell says nothing.
{
    "$barecc" ops 2>err.txt
    echo $? >status.txt
} | : 
[ "$(cat status.txt)" = 141 ] && [ ! -s err.txt ] || {
    echo "into a closed pipe: $(cat status.txt err.txt)"
    failures=$((failures + 1))
}
exit $((failures > 0))
