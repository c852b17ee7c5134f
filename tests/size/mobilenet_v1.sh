# mobilenet_v1.sh BARECC BENCH_NETS: the code of MobileNetV1 1.0 224, float, built for 64-bit Arm with --optimize size, is
# at most 8 KB of text and constants: every kernel counted, weights not. Prints where the bytes go. Exit status 77: skipped.
set -eu
barecc=$1
bench_nets=$2
limit=8192
cross=aarch64-linux-gnu

if ! command -v $cross-gcc >/dev/null; then
    echo "skipped: $cross-gcc is not installed (package gcc-$cross)"
    exit 77
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$bench_nets" "$work" mobilenet_v1
"$barecc" compile "$work/mobilenet_v1.onnx" -o "$work/c" --target generic --optimize size --weights bin

$cross-gcc -std=c99 -Os -ffp-contract=off -fno-math-errno -fno-trapping-math -Wall -Wextra -Wpedantic -Wconversion -Werror \
    -c "$work/c/mobilenet_v1.c" -o "$work/mobilenet_v1.o"

# Functions and constant tables by size, tables of one kernel summed.
$cross-nm -S --radix=d "$work/mobilenet_v1.o" |
    awk 'NF == 4 { name = $4; sub(/\.(constprop|isra|part)\..*/, "", name); sub(/_geometry.*/, " geometry", name)
                   bytes[name] += $2 } END { for (name in bytes) printf "%6d  %s\n", bytes[name], name }' | sort -rn
$cross-size -A "$work/mobilenet_v1.o" |
    awk -v limit=$limit '$1 ~ /^\.text/ { text += $2 } $1 ~ /^\.rodata/ { rodata += $2 }
        END { printf "text %d + constants %d = %d bytes, at most %d\n", text, rodata, text + rodata, limit
              exit text == 0 || text + rodata > limit }'
