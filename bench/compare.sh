#!/bin/bash
# Times the code that barecc generates for this machine against ONNX Runtime, in one run, on one thread.
#
#     bench/compare.sh [-r ROUNDS] [-b BUILD] [NETWORK]...
#
# Networks are those of bench/nets (MobileNetV1, MobileNetV2, SqueezeNet and ResNet18 if none is named), with random
# weights. ONNX Runtime comes from npm into BUILD/bench/npm; the generated code is built by clang and by gcc with the
# flags of its own CMakeLists.txt. Exit status 1 where outputs differ.
set -euo pipefail

ort_version=1.30.0
rounds=15
root=$(cd "$(dirname "$0")/.." && pwd)
build=$root/build
while getopts r:b: option; do
    case $option in
    r) rounds=$OPTARG ;;
    b) build=$OPTARG ;;
    *) exit 2 ;;
    esac
done
shift $((OPTIND - 1))
networks=("$@")
[ ${#networks[@]} -gt 0 ] || networks=(mobilenet_v1 mobilenet_v2 squeezenet1_1 resnet18)

work=$build/bench-data
mkdir -p "$work/nets" "$work/npm"

for program in npm cmake ninja; do
    command -v $program >/dev/null || { echo "bench: $program is missing; install it" >&2; exit 1; }
done
library=$(echo "$work"/npm/node_modules/onnxruntime-node/bin/*/linux/x64/libonnxruntime.so.1)
if [ ! -f "$library" ]; then
    echo "fetching ONNX Runtime $ort_version ..."
    # Its install script would only fetch GPU libraries.
    npm install --silent --no-save --no-audit --no-fund --ignore-scripts --prefix "$work/npm" \
        "onnxruntime-node@$ort_version"
    library=$(echo "$work"/npm/node_modules/onnxruntime-node/bin/*/linux/x64/libonnxruntime.so.1)
fi
"$build/bin/bench_nets" "$work/nets" "${networks[@]}"

# build_library NETWORK COMPILER: the generated code of $work/NETWORK as $work/NETWORK/COMPILER
build_library() {
    local network=$1 compiler=$2 source=$work/$1 objects=$work/$1/build-$2
    cmake -S "$source" -B "$objects" -G Ninja -DCMAKE_C_COMPILER="$compiler" -DCMAKE_POSITION_INDEPENDENT_CODE=ON \
        >"$source/$compiler.log" 2>&1 && ninja -C "$objects" >>"$source/$compiler.log" 2>&1 ||
        { cat "$source/$compiler.log" >&2; return 1; }
    "$compiler" -O2 -fPIC -shared -Wl,-Bsymbolic -I "$source" "-DHEADER=\"$network.h\"" "-DNAME=$network" \
        "-DUPPER=${network^^}" "$root/bench/compare/model_library.c" "$objects/lib$network.a" -lm -o "$source/$compiler"
}

status=0
for network in "${networks[@]}"; do
    echo "building $network ..."
    "$build/bin/barecc" compile "$work/nets/$network.onnx" -o "$work/$network" --name "$network" --weights bin
    libraries=()
    for compiler in clang-22 gcc; do
        command -v $compiler >/dev/null || { echo "  $compiler is not installed and left out"; continue; }
        build_library "$network" $compiler
        libraries+=("$work/$network/$compiler")
    done
    macs=$(sed -n '/"totals"/,/}/s/.*"macs": \([0-9]*\).*/\1/p' "$work/$network/report.json")
    "$build/bin/bench_compare" "$library" "$rounds" "$work/nets/$network.onnx" "$macs" "${libraries[@]}" || status=1
done
exit $status
