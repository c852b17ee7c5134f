#!/bin/sh
# check.sh BARECC FLATC OUT: builds examples/web in OUT and runs check.mjs on it. Exit status 77: skipped.
set -eu
barecc=$1
flatc=$2
out=$3
here=$(cd "$(dirname "$0")" && pwd)

"$barecc" targets | grep -q '^wasm .* yes ' || { echo "skipped: $("$barecc" targets | grep '^wasm ')"; exit 77; }
rm -rf "$out"
make -C "$here/../../examples/web" BARECC="$barecc" FLATC="$flatc" OUT="$out" >"$out.log" 2>&1 ||
    { cat "$out.log"; exit 1; }
node "$here/check.mjs" "$out"
