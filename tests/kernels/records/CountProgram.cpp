#include "tests/kernels/records/CountProgram.h"

#include "compiler/kernel/Feature.h"
#include "tests/kernels/records/Words.h"

#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/raw_ostream.h"

namespace barecc::kernel_test {
namespace {

/// Element i of the inputs: small numbers of both signs.
llvm::StringRef elementOf(OperandType type)
{
    switch (type) {
    case OperandType::F32: return "(float)((int32_t)(i * 37 % 101) - 50) * 0.125f";
    case OperandType::F16: return "(uint16_t)(0x3000 + i * 37 % 1024)";
    default: return "(int8_t)((int32_t)(i * 37 % 251) - 125)";
    }
}

class Writer {
public:
    Writer(const KernelRecord &kernel, const std::vector<Case> &cases, const Target &target)
        : kernel(kernel), reference(referenceOf(kernel)), cases(cases), target(target)
    {
    }

    CountProgram write()
    {
        const std::string aligned = llvm::formatv("__attribute__((aligned({0})))", target.arenaAlign);
        data << "#include <stdint.h>\n\n#define ALIGNED " << aligned << "\n\n";
        code << "#define _POSIX_C_SOURCE 199309L /* clock_gettime */\n#include \"specialised.h\"\n";
        for (const std::string &name : target.features)
            if (const Feature *feature = findFeature(name); feature && !feature->helpersHeader.empty())
                code << "#include \"kernels/" << feature->helpersHeader << "\"\n";
        code << "#include \"" << reference.path() << "\"\n#include \"" << kernel.path() << "\"\n\n#define ALIGNED "
             << aligned << "\n\n";
        writeTensors();
        std::string calls;
        for (size_t i = 0; i < cases.size(); ++i) {
            writeCall("reference", reference, i, cases[i].reference);
            writeCall("tested", kernel, i, cases[i].tested);
            calls += llvm::formatv("reference_{0}, tested_{0}, ", i);
        }
        code << "static void (*const calls[])(void) = {" << calls << "};\n#define TIMED " << target.isTimed
             << "\n#include \"count_main.h\"\n";
        return {data.str(), code.str()};
    }

private:
    /// All tensors that are no constants, each for the largest case.
    void writeTensors()
    {
        std::map<Role, int64_t> most;
        int64_t workspace = 1;
        for (const Case &drawn : cases) {
            for (const auto &[role, elements] : drawn.activations)
                most[role] = std::max(most[role], elements);
            workspace = std::max(workspace, drawn.workspace);
        }
        std::string loops;
        for (const auto &[role, elements] : most) {
            const OperandType type = kernel.find(role)->type;
            // Others could read the output: a compiler has to write it.
            code << (role == Role::Output ? "" : "static ") << cType(type) << " " << roleName(role) << "[" << elements
                 << "] ALIGNED;\n";
            if (role != Role::Output)
                loops += llvm::formatv("    for (uint32_t i = 0; i < {0}; i++)\n        {1}[i] = {2};\n", elements,
                                       roleName(role), elementOf(type));
        }
        if (kernel.workspace)
            code << "static unsigned char workspace[" << workspace << "] ALIGNED;\n";
        code << "\nstatic void fill_inputs(void)\n{\n" << loops << "}\n\n";
    }

    /// The name of constants, which are in the file of data.
    std::string writeConstants(llvm::StringRef what, size_t number, const Bytes &bytes)
    {
        const std::string name = llvm::formatv("{0}_{1}", what, number);
        writeWords(data, name, bytes, llvm::endianness::little);
        return name;
    }

    void writeCall(llvm::StringRef what, const KernelRecord &called, size_t number,
                   const std::map<Role, Bytes> &constants)
    {
        std::string arguments;
        for (const KernelOperand &operand : called.operands) {
            std::string argument = roleName(operand.role).str();
            if (auto found = constants.find(operand.role); found != constants.end()) {
                argument = writeConstants((what + "_" + argument).str(), number, found->second);
                code << "extern const " << cType(operand.type) << " " << argument << "[];\n";
            } else if (!cases[number].activations.count(operand.role)) {
                argument = "NULL";
            }
            arguments += argument + ", ";
        }
        if (called.workspace)
            arguments += "workspace, ";
        // In the form of words, which compilers fold as they do a layer's struct.
        code << "void " << what << "_" << number << "(void);\n__attribute__((noinline)) void " << what << "_" << number
             << "(void)\n{\n    static const union {\n        uint32_t words[sizeof(" << called.params
             << ") / 4];\n        " << called.params << " params;\n    } layer = {{";
        forEachWord(cases[number].params, llvm::endianness::little, [&](uint32_t word) { code << word << "u, "; });
        code << "}};\n    " << called.name << "(&layer.params, " << arguments << "0, " << cases[number].rows
             << ");\n}\n\n";
    }

    const KernelRecord &kernel, &reference;
    const std::vector<Case> &cases;
    const Target &target;
    std::string dataText, codeText;
    llvm::raw_string_ostream data{dataText}, code{codeText};
};

} // namespace

CountProgram writeCountProgram(const KernelRecord &kernel, const std::vector<Case> &cases, const Target &target)
{
    return Writer(kernel, cases, target).write();
}

} // namespace barecc::kernel_test
