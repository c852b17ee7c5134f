#!/bin/sh
# Installs what barecc needs from Debian 12's own archive, and is done at once where all of it is there. Needs root, or
# sudo that asks for no password; without either it names the packages and stops.
set -eu

packages="
    clang-22 clang-format-22 clang-tidy-22 llvm-22-dev llvm-22-tools libmlir-22-dev mlir-22-tools libclang-rt-22-dev g++ binutils
    cmake ninja-build ccache pkg-config
    libonnx-dev libonnx-testdata libprotobuf-dev protobuf-compiler libflatbuffers-dev flatbuffers-compiler
    googletest libgtest-dev
    python3 python3-numpy netpbm
    gcc gcc-aarch64-linux-gnu libc6-dev-arm64-cross qemu-user
    gcc-arm-linux-gnueabihf libc6-dev-armhf-cross gcc-riscv64-linux-gnu libc6-dev-riscv64-cross
    gcc-s390x-linux-gnu libc6-dev-s390x-cross
    gcc-arm-none-eabi picolibc-arm-none-eabi qemu-system-arm
    gcc-riscv64-unknown-elf picolibc-riscv64-unknown-elf qemu-system-misc
    gcc-avr avr-libc simavr cppcheck valgrind
    lld-22 wasi-libc libclang-rt-22-dev-wasm32
"
# npm brings the demo's model and the bench's opponents. Whoever has it from elsewhere keeps it.
if ! command -v npm >/dev/null; then
    packages="$packages nodejs npm"
fi

missing=""
for package in $packages; do
    status=$(dpkg-query --show --showformat '${db:Status-Abbrev}' "$package" 2>/dev/null || true)
    case $status in
    ii*) ;;
    *) missing="$missing $package" ;;
    esac
done
if [ -z "$missing" ]; then
    exit 0
fi

if [ "$(id -u)" -eq 0 ]; then
    root=env
elif command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
    root="sudo env"
else
    echo "These Debian packages are missing, and installing them needs root:" >&2
    echo "    apt-get install$missing" >&2
    exit 1
fi
echo "Installing$missing"
$root apt-get update --quiet
$root DEBIAN_FRONTEND=noninteractive apt-get install --yes --quiet --no-install-recommends $missing
