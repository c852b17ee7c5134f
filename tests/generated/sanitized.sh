#!/bin/sh
# sanitized.sh BARECC SANITIZER MODELS: the plain C of the models of the folder MODELS gives the recorded outputs with
# nothing that a sanitizer of clang stops at. SANITIZER: `address` with undefined behaviour, `memory` for what is read
# before it is written. A compiler in front of gcc stands in for it.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
barecc=$1 sanitizer=$2 models=$3
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
case $sanitizer in
address) flags="address,undefined,float-cast-overflow,float-divide-by-zero,integer-divide-by-zero" ;;
memory) flags=memory ;;
esac
cat >"$work/gcc" <<EOF
#!/bin/sh
exec clang-22 -w -g -fno-omit-frame-pointer -fsanitize=$flags -fno-sanitize-recover=all "\$@" -O1
EOF
chmod +x "$work/gcc"
# The harness ends without freeing its blocks.
ASAN_OPTIONS=detect_leaks=0 PATH=$work:$PATH /usr/bin/python3 "$here/../devices/run_device.py" --barecc "$barecc" generic --models "$models"
