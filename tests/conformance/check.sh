#!/bin/sh
# check.sh PROGRAM CASES KNOWN WORK: runs barecc-conformance on the folder CASES; fails where a case does not pass that
# is not in the file KNOWN, which lists, sorted, the cases that are known not to. Leaves the whole output and the
# present list in WORK: `cp WORK/not-passing.txt KNOWN` takes it over.
set -eu
program=$1 cases=$2 known=$3 work=$4
export LC_ALL=C

"$program" "$cases" >"$work/output.txt" || true
tail -n 1 "$work/output.txt"
grep -q '^[0-9]* passed, [0-9]* failed, [0-9]* unsupported$' "$work/output.txt"
sed -n -e 's/^FAILED *\([^:]*\):.*/\1/p' -e 's/^unsupported *\([^:]*\):.*/\1/p' "$work/output.txt" | sort >"$work/not-passing.txt"

comm -13 "$work/not-passing.txt" "$known" >"$work/newly-passing.txt"
if [ -s "$work/newly-passing.txt" ]; then
    echo "These pass now; take them off $known:"
    cat "$work/newly-passing.txt"
fi
comm -23 "$work/not-passing.txt" "$known" >"$work/regressions.txt"
if [ -s "$work/regressions.txt" ]; then
    echo "These passed before:"
    grep -F -w -f "$work/regressions.txt" "$work/output.txt"
    exit 1
fi
