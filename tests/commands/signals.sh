#!/bin/sh
# A signal that ends barecc while it waits for the C compiler, be it that of a crash, ends that too, with what it has
# started, and leaves nothing; and barecc ends by the signal, so that the shell sees it.
barecc=$1
model=$(dirname "$0")/../models/small/keyword-int8/model.tflite
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
mkdir "$work/bin" "$work/tmp" || exit 1
failures=0

# A C compiler that writes to the directory it runs in, and so does what it has started, for as long as they live.
cat >"$work/bin/gcc" <<END
#!/bin/sh
(while :; do echo x >inner.\$\$; done) &
echo \$! >"$work/inner"
while :; do echo x >\$\$; done
END
chmod +x "$work/bin/gcc"

# fail TEXT
fail() {
    echo "$signal: $1"
    failures=$((failures + 1))
}

# ends COMMAND...: whether the command succeeds within ten seconds.
ends() {
    for try in 1 2 3 4 5 6 7 8 9 10; do
        for part in 1 2 3 4 5 6 7 8 9 10; do
            "$@" && return 0
            sleep 0.1
        done
    done
    return 1
}

isGone() { ! kill -0 "$inner" 2>/dev/null || grep -q '^State:.Z' "/proc/$inner/status"; }

for signal in 1 2 3 11 15; do # HUP, INT, QUIT, SEGV, TERM
    rm -f "$work/inner"
    # A shell has what it starts in the background ignore interrupts.
    env --default-signal=INT,QUIT LLVM_DISABLE_SYMBOLIZATION=1 TMPDIR="$work/tmp" PATH="$work/bin:$PATH" \
        "$barecc" verify "$model" --target generic >"$work/out" 2>&1 &
    process=$!
    ends test -s "$work/inner" || fail "the compiler was not started: $(cat "$work/out")"
    kill -$signal $process
    wait $process
    status=$?
    [ $status -eq $((128 + signal)) ] || fail "exit status $status"
    inner=$(cat "$work/inner")
    ends isGone || fail "what the compiler started still runs"
    [ -z "$(ls -A "$work/tmp")" ] || fail "left behind: $(ls -A "$work/tmp")"
    ! grep -q '^barecc: error' "$work/out" || fail "said $(cat "$work/out")"
done

# One that is ignored, as under nohup, stays so.
rm -f "$work/inner"
env --ignore-signal=HUP TMPDIR="$work/tmp" PATH="$work/bin:$PATH" "$barecc" verify "$model" --target generic \
    >"$work/out" 2>&1 &
process=$!
signal=ignored
ends test -s "$work/inner" || fail "the compiler was not started"
kill -HUP $process
sleep 0.2
kill -0 $process || fail "HUP ended it"
kill -TERM $process
wait $process

# How a child ended is seen, whatever the parent made of SIGCHLD.
printf '#!/bin/sh\nexit 1\n' >"$work/bin/gcc"
signal=CHLD
env --ignore-signal=CHLD PATH="$work/bin:$PATH" "$barecc" verify "$model" --target generic >"$work/out" 2>&1
grep -q '^barecc: error: .* exit status 1' "$work/out" || fail "a compiler's failure is not seen: $(cat "$work/out")"

exit $((failures > 0))
