#!/bin/sh
# run.sh PROGRAM FOUND CORPUS...: runs a fuzzer for FUZZ_SECONDS (20), beginning with the files of the folders CORPUS. New
# inputs go to the folder FOUND/new, and what fails to FOUND, as crash-*, timeout-*, oom-*. What computes as many elements
# as a small model may takes 10 s with sanitizers.
set -eu
program=$1 found=$2
shift 2
mkdir -p "$found/new"
exec "$program" -max_total_time="${FUZZ_SECONDS:-20}" -max_len=20000 -len_control=0 -timeout=30 -rss_limit_mb=1024 \
    -malloc_limit_mb=512 -artifact_prefix="$found/" -print_final_stats=1 "$found/new" "$@"
