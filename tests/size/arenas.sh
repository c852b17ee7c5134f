# arenas.sh BARECC MODELS LIMITS: the arena of each model on a Cortex-M4, inputs, outputs and state counted, is at most as
# large as the file LIMITS says: "model bytes" on each line. MODELS is a folder of models.
set -eu
barecc=$1
models=$2
limits=$3
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
while read -r model limit; do
    "$barecc" compile "$models/$model"/model.* -o "$work/$model" --target cortex-m4 --io arena --ram "$limit"
done <"$limits"
