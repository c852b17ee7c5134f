#include "compiler/driver/Target.h"

#include "compiler/driver/Message.h"
#include "compiler/driver/Process.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Program.h"
#include "llvm/TargetParser/Host.h"
#include "llvm/TargetParser/Triple.h"

#include <cstdlib>

namespace barecc {
extern const llvm::StringRef runWasiSource; // run_wasi.js, embedded by the build
}

using namespace barecc;

namespace {

/// For every target: no fused multiply-add that the source does not ask for, so that each compiler rounds the same way;
/// no errno and no floating-point traps, which the generated code never looks at and which keep loops from vectorising.
const std::vector<std::string> numericFlags = {"-ffp-contract=off", "-fno-math-errno", "-fno-trapping-math"};

/// For GCC to add products in the order they are written in: collected by sum, or after all loads, they spill to the
/// stack.
const std::vector<std::string> orderFlags = {"-fno-schedule-insns", "-fno-tree-ter"};

template <typename T> std::vector<T> concat(std::vector<T> list, const std::vector<T> &more)
{
    list.insert(list.end(), more.begin(), more.end());
    return list;
}

Target genericTarget()
{
    Target target;
    target.name = "generic";
    target.description = "plain C99, run on this machine";
    target.compiler = "gcc";
    target.compilerPackage = "gcc";
    target.speedFlags = concat(std::vector<std::string>{"-O3"}, numericFlags);
    target.sizeFlags = concat(std::vector<std::string>{"-Os"}, numericFlags);
    target.arenaAlign = 16;
    target.pointerBytes = 8;
    return target;
}

Target avx2Target()
{
    Target target = genericTarget();
    target.name = "x86-avx2";
    target.description = "x86-64: Haswell, Zen and later";
    target.features = {"avx2", "fma", "f16c"};
    target.archFlags = {"-march=x86-64-v3"};
    target.arenaAlign = 32;
    return target;
}

Target avx512Target()
{
    Target target = avx2Target();
    target.name = "x86-avx512";
    target.description = "x86-64: Skylake-SP, Zen 4 and later";
    target.features = concat(target.features, std::vector<std::string>{"avx512f", "avx512bw", "avx512dq", "avx512vl"});
    target.archFlags = {"-march=x86-64-v4"};
    target.arenaAlign = 64;
    return target;
}

/// A Linux program for another processor, run by QEMU's user mode.
Target linuxTarget(const char *name, const char *description, const std::string &triple, const char *emulator,
                   std::vector<std::string> archFlags, std::vector<std::string> features)
{
    Target target = genericTarget();
    target.name = name;
    target.description = description;
    target.compiler = triple + "-gcc";
    target.compilerPackage = "gcc-" + triple;
    target.archFlags = std::move(archFlags);
    target.features = std::move(features);
    target.emulator = {emulator, "-L", "/usr/" + triple};
    target.emulatorPackage = "qemu-user";
    target.isTimed = false;
    return target;
}

/// RISC-V with vectors, whose length a program is not to depend on; one length alone where QEMU_CPU, which QEMU itself
/// reads, names a processor. What an instruction may leave as it is or overwrite, QEMU is to overwrite. Built by clang,
/// since vector intrinsics are newer than the GCC of Debian 12.
Target riscvVectors()
{
    const std::string triple = "riscv64-linux-gnu";
    Target target =
        linuxTarget("rv64gcv", "RISC-V Linux, 64 bits, vectors", triple, "qemu-riscv64", {"-march=rv64gcv"}, {"v"});
    target.compilerParts = {{triple + "-ld", target.compilerPackage}};
    target.compiler = target.compilerPackage = "clang-22";
    target.libraryFlags = {"--target=" + triple};
    if (const char *processor = std::getenv("QEMU_CPU"))
        target.processors = {processor};
    else
        for (const char *length : {"128", "256", "512"})
            target.processors.push_back(
                std::string("rv64,v=true,vext_spec=v1.0,rvv_ta_all_1s=true,rvv_ma_all_1s=true,vlen=") + length);
    return target;
}

/// A board of QEMU's system mode, the address its processor starts from, and where program and data memory lie.
struct Board {
    const char *emulator, *emulatorPackage, *machine;
    uint32_t start, flash, flashBytes, ram, ramBytes;
};
constexpr char armSystem[] = "qemu-system-arm";
constexpr Board mps2An385{armSystem, armSystem, "mps2-an385", 0, 0, 0x400000, 0x21000000, 0x1000000};
constexpr Board mps2An386{armSystem, armSystem, "mps2-an386", 0, 0, 0x400000, 0x21000000, 0x1000000};
constexpr Board mps2An500{armSystem, armSystem, "mps2-an500", 0, 0, 0x400000, 0x60000000, 0x1000000};
constexpr Board mps2An505{armSystem, armSystem, "mps2-an505", 0x10000000, 0x10000000, 0x400000, 0x80000000, 0x1000000};
/// Not all models fit the 512 KiB that this board starts from, so both lie in its DRAM.
constexpr Board mps3An547{armSystem, armSystem, "mps3-an547", 0, 0x60000000, 0x2000000, 0x62000000, 0x4000000};
constexpr Board virt{
    "qemu-system-riscv32", "qemu-system-misc", "virt", 0x80000000, 0x80000000, 0x2000000, 0x82000000, 0x4000000};

/// Kept from the heap, for the harness to paint 64 KiB of it.
constexpr uint32_t boardStackBytes = 0x11000;

/// A program without an operating system, with picolibc's start-up code and semihosting for the harness's files.
Target boardTarget(const char *name, const char *description, const std::string &triple, const Board &board,
                   std::vector<std::string> archFlags, std::vector<std::string> features)
{
    auto symbol = [](const char *symbolName, uint32_t value) {
        return "-Wl,--defsym=" + std::string(symbolName) + "=0x" + llvm::utohexstr(value);
    };
    Target target = genericTarget();
    target.name = name;
    target.description = description;
    target.compiler = triple + "-gcc";
    target.compilerPackage = "gcc-" + triple + " picolibc-" + triple;
    target.archFlags = std::move(archFlags);
    target.features = std::move(features);
    target.libraryFlags = {"--specs=picolibc.specs"};
    target.linkFlags = {"--crt0=semihost",
                        "--oslib=semihost",
                        symbol("__flash", board.flash),
                        symbol("__flash_size", board.flashBytes),
                        symbol("__ram", board.ram),
                        symbol("__ram_size", board.ramBytes),
                        symbol("__stack_size", boardStackBytes),
                        "-Wl,--gc-sections"};
    target.emulator = {board.emulator, "-M", board.machine, "-nographic", "-monitor", "none", "-serial", "none"};
    if (triple == "riscv64-unknown-elf")
        target.emulator.insert(target.emulator.end(), {"-bios", "none"});
    target.emulatorPackage = board.emulatorPackage;
    target.isBareMetal = true;
    target.isTimed = false;
    target.arenaAlign = 16;
    target.pointerBytes = 4;
    return target;
}

/// A Cortex-M; `floatUnit` is empty where it has none.
Target cortexM(const char *name, const char *description, const Board &board, const char *floatUnit,
               std::vector<std::string> features)
{
    std::vector<std::string> flags{std::string("-mcpu=") + name, "-mthumb"};
    if (*floatUnit) {
        flags.insert(flags.end(), {"-mfloat-abi=hard", std::string("-mfpu=") + floatUnit});
        features.push_back("fp");
    }
    Target target = boardTarget(name, description, "arm-none-eabi", board, std::move(flags), std::move(features));
    // The processor takes its stack from the word at its start address, which here is not the program's.
    if (board.flash != board.start)
        target.emulator.insert(target.emulator.end(),
                               {"-device", "loader,data-len=4,addr=" + std::to_string(board.start) +
                                               ",data=" + std::to_string(board.ram + board.ramBytes)});
    return target;
}

/// 64-bit Arm, for which kernels fill all registers with sums: GCC is to leave the multiply-adds in the order they are
/// written in. Ordered before registers are assigned, sums move from one register to another.
Target arm64(const char *name, const char *description, std::vector<std::string> archFlags,
             std::vector<std::string> features)
{
    Target target =
        linuxTarget(name, description, "aarch64-linux-gnu", "qemu-aarch64", std::move(archFlags), std::move(features));
    target.speedFlags.push_back("-fno-schedule-insns");
    return target;
}

/// A processor without vectors, for which kernels keep blocks of sums in registers.
Target scalar(Target target)
{
    target.features.push_back("scalar");
    target.speedFlags = concat(target.speedFlags, orderFlags);
    return target;
}

Target riscv32(const char *name, const char *description)
{
    return scalar(boardTarget(name, description, "riscv64-unknown-elf", virt,
                              {std::string("-march=") + name, "-mabi=ilp32", "-mcmodel=medany"}, {}));
}

std::vector<Target> microcontrollers()
{
    return {scalar(cortexM("cortex-m0", "Armv6-M", mps2An385, "", {})),
            scalar(cortexM("cortex-m3", "Armv7-M", mps2An385, "", {})),
            cortexM("cortex-m4", "Armv7E-M with DSP and single-precision floats", mps2An386, "fpv4-sp-d16", {"dsp"}),
            cortexM("cortex-m7", "Armv7E-M with DSP and double-precision floats", mps2An500, "fpv5-d16", {"dsp"}),
            cortexM("cortex-m33", "Armv8-M with DSP and single-precision floats", mps2An505, "fpv5-sp-d16", {"dsp"}),
            cortexM("cortex-m55", "Armv8.1-M with Helium", mps3An547, "auto", {"dsp", "mve", "mve.fp"}),
            riscv32("rv32imac", "RISC-V, 32 bits, compressed and atomic instructions"),
            riscv32("rv32imc", "RISC-V, 32 bits, compressed instructions")};
}

std::vector<Target> linuxTargets()
{
    return {arm64("arm64", "Armv8-A Linux", {}, {"neon"}),
            arm64("arm64-dot", "Armv8.2-A Linux with dot products and half precision",
                  {"-march=armv8.2-a+dotprod+fp16"}, {"neon", "dotprod", "fullfp16"}),
            arm64("arm64-i8mm", "Armv8.6-A Linux with int8 matrix products", {"-march=armv8.2-a+dotprod+fp16+i8mm"},
                  {"neon", "dotprod", "fullfp16", "i8mm"}),
            linuxTarget("armv7", "Armv7-A Linux with NEON, hard float", "arm-linux-gnueabihf", "qemu-arm",
                        {"-march=armv7-a", "-mfpu=neon-vfpv4", "-mfloat-abi=hard"}, {"neon"}),
            scalar(linuxTarget("rv64gc", "RISC-V Linux, 64 bits", "riscv64-linux-gnu", "qemu-riscv64", {}, {"f"})),
            riscvVectors()};
}

/// A WebAssembly program that node runs; WASI is what the harness needs for its files, the generated code needs none.
Target wasmTarget()
{
    Target target = genericTarget();
    target.name = "wasm";
    target.description = "WebAssembly with 128-bit SIMD";
    target.features = {"simd128"};
    target.compiler = "clang-22";
    target.compilerPackage = "clang-22";
    target.compilerParts = {
        {"wasm-ld-22", "lld-22"},
        {"/usr/lib/wasm32-wasi/libc.a", "wasi-libc"},
        {"/usr/lib/llvm-22/lib/clang/22/lib/wasi/libclang_rt.builtins-wasm32.a", "libclang-rt-22-dev-wasm32"}};
    // The name wasm32-wasi is deprecated, but Debian's wasi-libc lies in folders of that name.
    target.archFlags = {"--target=wasm32-wasi", "-Wno-deprecated", "-msimd128"};
    // The stack lies below all data, so that a program which overflows it stops.
    target.linkFlags = {"-Wl,-z,stack-size=1048576", "-Wl,--stack-first"};
    // Without the fast compiler that comes first, so that all runs which are timed are those of the optimised code.
    target.emulator = {"node", "--no-warnings", "--no-liftoff", "-e", runWasiSource.str()};
    target.emulatorPackage = "nodejs";
    target.pointerBytes = 4;
    return target;
}

/// The machine barecc runs on: the best of the targets above that its processor can run.
Target hostTarget()
{
    auto canRun = [](const Target &target) { return llvm::all_of(target.features, hostHasFeature); };
    Target target = genericTarget();
    if (llvm::Triple(llvm::sys::getProcessTriple()).isX86())
        for (Target candidate : {avx2Target(), avx512Target()})
            if (canRun(candidate))
                target = candidate;
    // Beyond the x86-64 levels: integer dot products.
    if (target.hasFeature("avx512f") && hostHasFeature("avx512vnni")) {
        target.features.push_back("avx512vnni");
        target.archFlags.push_back("-mavx512vnni");
    }
    target.name = "host";
    target.description = "this machine (" + llvm::sys::getHostCPUName().str() + ")";
    return target;
}

} // namespace

bool Target::hasFeature(llvm::StringRef feature) const { return llvm::is_contained(features, feature); }

/// Of a program, or of a file by its absolute path.
static bool isInstalled(llvm::StringRef name)
{
    const llvm::ErrorOr<std::string> path = llvm::sys::findProgramByName(name);
    return path && llvm::sys::fs::exists(*path);
}

/// What building programs needs and is missing.
static std::vector<Target::Part> missingForBuilding(const Target &target)
{
    std::vector<Target::Part> needed = {{target.compiler, target.compilerPackage}};
    llvm::append_range(needed, target.compilerParts);
    llvm::erase_if(needed, [](const Target::Part &part) { return isInstalled(part.name); });
    return needed;
}

static std::string packagesOf(const std::vector<Target::Part> &parts)
{
    return llvm::join(llvm::map_range(parts, [](const Target::Part &part) { return part.package; }), " ");
}

std::string Target::missingPackages() const
{
    std::vector<Part> missing = missingForBuilding(*this);
    if (!emulator.empty() && !isInstalled(emulator[0]))
        missing.push_back({emulator[0], emulatorPackage});
    return packagesOf(missing);
}

llvm::Expected<std::string> Target::findCompiler() const
{
    const std::vector<Part> missing = missingForBuilding(*this);
    if (!missing.empty())
        return missingFailure(missing.front().name, packagesOf(missing));
    return findProgram(compiler, compilerPackage);
}

llvm::Expected<std::vector<std::string>> Target::commandToRun(const std::string &program,
                                                              const std::vector<std::string> &arguments,
                                                              const std::vector<std::string> &emulatorArguments,
                                                              size_t processor) const
{
    std::vector<std::string> command = emulator;
    if (!command.empty()) {
        llvm::Expected<std::string> path = findProgram(command[0], emulatorPackage);
        if (!path)
            return path.takeError();
        command[0] = *path;
        if (!processors.empty())
            command.insert(command.end(), {"-cpu", processors[processor]});
        llvm::append_range(command, emulatorArguments);
    }
    if (!isBareMetal) {
        command.push_back(program);
        return concat(command, arguments);
    }
    std::string semihosting = "enable=on,target=native";
    for (const std::string &argument : arguments)
        semihosting += ",arg=" + argument;
    // Unlike -kernel, the loader starts a program at its entry point wherever that is.
    return concat(command, {"-semihosting-config", semihosting, "-device", "loader,cpu-num=0,file=" + program});
}

bool barecc::hostHasFeature(llvm::StringRef feature)
{
    static const llvm::StringMap<bool> present = llvm::sys::getHostCPUFeatures();
    return present.lookup(feature);
}

bool barecc::isGccFlag(llvm::StringRef flag) { return llvm::is_contained(orderFlags, flag); }

const std::vector<Target> &barecc::allTargets()
{
    static const std::vector<Target> targets =
        concat(concat(std::vector<Target>{hostTarget(), genericTarget(), avx2Target(), avx512Target(), wasmTarget()},
                      linuxTargets()),
               microcontrollers());
    return targets;
}

llvm::Expected<Target> barecc::findTarget(llvm::StringRef name)
{
    std::vector<std::string> known;
    for (const Target &target : allTargets()) {
        if (target.name == name)
            return target;
        known.push_back(target.name);
    }
    return unknownFailure("target", name, known);
}
