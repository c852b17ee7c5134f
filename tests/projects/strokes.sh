# For the scripts beside this one: the model, in $out/strokes.tflite, and what it says of its drawings.
examples=$here/../../examples/firmware/strokes
rm -rf "$out"
mkdir -p "$out"
"$flatc" --binary -o "$out" "$here/../../compiler/import/tflite/schema.fbs" "$examples/strokes.json"
[ -f "$out/strokes.tflite" ] || mv "$out/strokes.bin" "$out/strokes.tflite"

# check_strokes PROGRAM...: it tells the drawings apart, with both networks.
check_strokes() {
    for expected in rising:3 vertical:1; do
        "$@" "$examples/${expected%:*}.txt" >"$out/printed"
        class=${expected#*:}
        grep -qx "classes $class and $class" "$out/printed" || { cat "$out/printed"; echo "${expected%:*}: not $class"; exit 1; }
    done
}

# check_contraction: sources that hold their own flags keep products and sums apart where the compiler would fuse them.
check_contraction() {
    command -v aarch64-linux-gnu-gcc >/dev/null || return 0
    linear=/usr/include/onnx/backend/test/data/pytorch-converted/test_Linear/model.onnx
    for kind in "$kind" cmake; do
        "$barecc" compile $linear -o "$out/linear" --name linear --target generic --project $kind
        aarch64-linux-gnu-gcc -O2 -c "$(find "$out/linear" -name linear.c)" -o "$out/linear.o"
        fused=$(aarch64-linux-gnu-objdump -d "$out/linear.o" | grep -cE 'f(n?madd|ml[as])' || true)
        rm -r "$out/linear"
        case $kind:$fused in
        cmake:0) echo "the compiler fuses nothing: nothing is tested"; exit 1 ;;
        cmake:* | *:0) ;;
        *) echo "$fused fused operations"; exit 1 ;;
        esac
    done
}
