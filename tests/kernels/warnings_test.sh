#!/bin/sh
# warnings_test.sh ROOT FAMILY [FLAG...]: compiles each kernel of kernels/FAMILY alone, with gcc and clang: not one
# warning of tests/warnings.sh, as C99 and, not optimised, as C11. Fails if a file does not define the function it is
# named after. With
# CROSS_TEST=PROGRAM TARGET=NAME the compilers are those of a target, as cross_test prints them; with KIND=WORD only
# kernels called *_WORD are compiled.
set -eu
root=$1
family=$2
shift 2
set -- "$@" -I "$root/kernels/abi" -DBARECC_KERNEL=
. "$(dirname "$0")/../warnings.sh"
object=$(mktemp)
trap 'rm -f "$object"' EXIT
failed=0
if [ -n "${CROSS_TEST:-}" ]; then
    compilers=$("$CROSS_TEST" --compilers "$TARGET")
else
    compilers=$(printf 'gcc\nclang-22')
fi
IFS='
'
for compiler in $compilers; do
    IFS=' 	
'
    case $compiler in
    *clang*) warnings=$clang_warnings ;;
    *) warnings=$gcc_warnings ;;
    esac
    for kernel in "$root/kernels/$family"/*${KIND:+_$KIND}.c; do
        name=$(basename "$kernel" .c)
        $compiler -O2 -std=c99 $warnings -Werror "$@" -c "$kernel" -o "$object" || failed=1
        $compiler -std=c11 $warnings -Werror "$@" -O0 -c "$kernel" -o /dev/null || failed=1
        if ! llvm-nm-22 "$object" | grep -q " T $name\$"; then
            echo "$kernel: no function '$name' ($compiler)"
            failed=1
        fi
    done
done
exit $failed
