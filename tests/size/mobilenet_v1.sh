# mobilenet_v1.sh BARECC BENCH_NETS TARGET OPTIMIZE LEVEL LIMIT [KERNEL...]: the code of MobileNetV1 1.0 224, float, from
# barecc for TARGET with --optimize OPTIMIZE, built for 64-bit Arm at LEVEL (-Os), is at most LIMIT bytes of text and
# constants: every kernel counted, weights not. The KERNELs are in it. Prints where the bytes go. Exit status 77: skipped.
set -eu
barecc=$1
bench_nets=$2
target=$3
optimize=$4
level=$5
limit=$6
shift 6
cross=aarch64-linux-gnu

if ! command -v $cross-gcc >/dev/null; then
    echo "skipped: $cross-gcc is not installed (package gcc-$cross)"
    exit 77
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$bench_nets" "$work" mobilenet_v1
"$barecc" compile "$work/mobilenet_v1.onnx" -o "$work/c" --target "$target" --optimize "$optimize" --weights bin
for kernel; do
    if ! grep -q "^ *$kernel(&" "$work/c/mobilenet_v1.c"; then
        echo "no layer calls $kernel"
        exit 1
    fi
done

$cross-gcc -std=c99 "$level" -ffp-contract=off -fno-math-errno -fno-trapping-math -Wall -Wextra -Wpedantic -Wconversion \
    -Werror -c "$work/c/mobilenet_v1.c" -o "$work/mobilenet_v1.o"

# Functions and constant tables by size, tables of one kernel summed.
$cross-nm -S --radix=d "$work/mobilenet_v1.o" |
    awk 'NF == 4 { name = $4; sub(/\.(constprop|isra|part)\..*/, "", name); sub(/_geometry.*/, " geometry", name)
                   bytes[name] += $2 } END { for (name in bytes) printf "%6d  %s\n", bytes[name], name }' | sort -rn
$cross-size -A "$work/mobilenet_v1.o" |
    awk -v limit="$limit" '$1 ~ /^\.text/ { text += $2 } $1 ~ /^\.rodata/ { rodata += $2 }
        END { printf "text %d + constants %d = %d bytes, at most %d\n", text, rodata, text + rodata, limit
              exit text == 0 || text + rodata > limit }'
