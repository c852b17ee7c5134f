# mlperf_arena.sh BARECC MODELS: the arena of each int8 model of MLPerf Tiny on a Cortex-M4, inputs and outputs counted,
# is at most as large as here. MODELS is a model set; $BARECC_MODELS comes before it. Exit status 77: skipped.
set -eu
barecc=$1
models=${BARECC_MODELS:-$2}

if ! [ -d "$models" ]; then
    echo "skipped: there are no models in $models"
    exit 77
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
while read -r model limit; do
    "$barecc" compile "$models/mlperf-$model-int8/model.tflite" -o "$work/$model" --target cortex-m4 --io arena \
        --ram "$limit"
done <<END
kws 16800
ic-resnet8 34500
vww 56500
ad 1000
END
