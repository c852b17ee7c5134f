#!/bin/sh
# Outputs whose size is computed: the function writes the actual shape next to the data, the header gives the bound, and
# run, verify and the report go by the actual shape. Models and data are ONNX's own test cases.
barecc=$1
cases=/usr/include/onnx/backend/test/data/node
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1

fail() {
    echo "$1"
    cat out.txt err.txt
    exit 1
}

# 2x4 at most, 2x3 here, and the second dimension is the computed one.
case=$cases/test_nonzero_example
for io in separate arena; do
    "$barecc" verify $case/model.onnx --data $case/test_data_set_0 --io $io >out.txt 2>err.txt || fail "verify --io $io"
done
"$barecc" run $case/model.onnx --input condition=$case/test_data_set_0/input_0.pb --output-dir . >out.txt 2>err.txt ||
    fail "run"
grep -q '2x3 ' out.txt && grep -aq "'shape': (2, 3)" result.npy || fail "not written in the actual shape"
"$barecc" compile $case/model.onnx -o nz --name nz >out.txt 2>err.txt || fail "compile"
grep -q 'nz_run(const uint8_t \*condition, int64_t \*result, int64_t \*result_shape, unsigned char \*arena);' nz/nz.h &&
    grep -q 'NZ_OUTPUT_RESULT_ELEMENTS 8$' nz/nz.h && grep -q 'result_shape: output, int64_t \[2\], the actual shape of result' nz/nz.h ||
    fail "the header does not say it"
grep -q '"actual_shape": "result_shape"' nz/report.json || fail "the report does not say it"
"$barecc" compile $case/model.onnx -o nz --name nz --io arena >out.txt 2>err.txt || fail "compile --io arena"
grep -q 'int64_t \*nz_output_result_shape(unsigned char \*arena)' nz/nz.h || fail "no accessor of the shape"

# A computed number of rows.
case=$cases/test_compress_0
"$barecc" verify $case/model.onnx --data $case/test_data_set_0 >out.txt 2>err.txt || fail "verify of Compress"
exit 0
