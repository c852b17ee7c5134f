#!/bin/sh
# coverage.sh FUZZER CORPUS WORK SOURCES LEAST: prints which share of the lines below the folder SOURCES a fuzzer reaches
# with the files of the folder CORPUS, of each source and of all; fails where that is less than LEAST per cent.
set -eu
fuzzer=$1 corpus=$2 work=$3 sources=$4 least=$5
rm -rf "$work"
mkdir -p "$work"
LLVM_PROFILE_FILE=$work/raw "$fuzzer" -runs=0 "$corpus" >"$work/log" 2>&1 || { tail -n 30 "$work/log" && exit 1; }
llvm-profdata-22 merge "$work/raw" -o "$work/profile"
llvm-cov-22 report "$fuzzer" -instr-profile="$work/profile" -show-region-summary=false -show-branch-summary=false \
    "$sources" | tee "$work/report"
awk -v least="$least" '$1 == "TOTAL" { reached = $NF + 0 } END { exit !(reached >= least) }' "$work/report" ||
    { echo "less than $least % of the lines" && exit 1; }
