#include "tests/kernels/records/Program.h"
#include "tests/kernels/records/Words.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FormatVariadic.h"

#include <algorithm>

namespace barecc::kernel_test {
namespace {

/// In kernel_case.h.
std::string nameOf(Role role) { return ("role_" + roleName(role)).str(); }

/// Of the operand under test; 0 where the call does not have it.
int64_t bytesOf(const Case &drawn, const KernelOperand &operand)
{
    if (auto constant = drawn.tested.find(operand.role); constant != drawn.tested.end())
        return int64_t(constant->second.size());
    auto activation = drawn.activations.find(operand.role);
    return activation == drawn.activations.end() ? 0 : activation->second * int64_t(elementWidth(operand.type));
}

std::string descriptionOf(const Case &drawn)
{
    const window2d_params &w = drawn.query.window;
    const gemm_params &g = drawn.query.gemm;
    std::string text;
    llvm::raw_string_ostream os(text);
    if (w.batch)
        os << "batch " << w.batch << ", in " << w.in_h << "x" << w.in_w << "x" << w.in_c << " every "
           << w.input_pixel_stride << ", out " << w.out_h << "x" << w.out_w << "x" << w.out_c << " every "
           << w.output_pixel_stride << ", window " << w.kernel_h << "x" << w.kernel_w << ", strides " << w.stride_h
           << " " << w.stride_w << ", dilations " << w.dilation_h << " " << w.dilation_w << ", pads " << w.pad_top
           << " " << w.pad_left << ", groups " << w.groups;
    else if (drawn.query.depth)
        os << drawn.query.rows << " rows of " << drawn.query.depth;
    else
        os << "batch " << g.batch << ", m " << g.m << ", n " << g.n << ", k " << g.k << ", lda " << g.lda << ", ldb "
           << g.ldb << ", ldc " << g.ldc << ", stride_b " << g.stride_b;
    return text;
}

/// The words of constants and params, and the table of cases.
class DataWriter {
public:
    explicit DataWriter(const Target &target)
        : alignment(target.arenaAlign), order(target.isBigEndian ? llvm::endianness::big : llvm::endianness::little)
    {
    }

    std::string write(const KernelRecord &kernel, const KernelRecord &reference, const std::vector<Case> &cases)
    {
        os << "#include \"kernel_case.h\"\n\n#include <stddef.h>\n\n#define ALIGNED __attribute__((aligned("
           << alignment << ")))\n\n";
        for (size_t i = 0; i < cases.size(); ++i) {
            const Case &drawn = cases[i];
            const std::string params = "params_" + std::to_string(i);
            writeArray(params, drawn.params);
            rows << "    {\"" << descriptionOf(drawn) << "\",\n     " << params << ",\n";
            writeOperands("reference", i, drawn, reference, drawn.reference);
            writeOperands("tested", i, drawn, kernel, drawn.tested);
            rows << "     " << drawn.rows << ", " << drawn.constantInput.has_value() << ", "
                 << drawn.constantInput.value_or(0) << ", " << nameOf(drawn.inPlace.value_or(Role::Output)) << "},\n";
        }
        os << "extern const kernel_case cases[" << cases.size() << "];\nconst kernel_case cases[" << cases.size()
           << "] = {\n"
           << table << "};\n";
        return text;
    }

private:
    void writeArray(const std::string &name, const Bytes &bytes)
    {
        os << "static ";
        writeWords(os, name, bytes, order);
    }

    void writeOperands(llvm::StringRef what, size_t number, const Case &drawn, const KernelRecord &kernel,
                       const std::map<Role, Bytes> &constants)
    {
        rows << "     {";
        for (const KernelOperand &operand : kernel.operands) {
            if (auto found = constants.find(operand.role); found != constants.end()) {
                const std::string name = llvm::formatv("{0}_{1}_{2}", what, roleName(operand.role), number);
                writeArray(name, found->second);
                writeOperand(nameOf(operand.role), name, int64_t(found->second.size()));
            } else {
                writeOperand(nameOf(operand.role), "NULL", bytesOf(drawn, operand));
            }
        }
        writeOperand("role_workspace", "NULL", kernel.workspace ? drawn.workspace : 0);
        rows << "},\n";
    }

    void writeOperand(const std::string &role, llvm::StringRef at, int64_t bytes)
    {
        rows << "[" << role << "] = {" << at << ", " << bytes << "}, ";
    }

    const int64_t alignment;
    const llvm::endianness order;
    std::string text, table;
    llvm::raw_string_ostream os{text}, rows{table};
};

/// A function `name` that calls the kernel with operands of kernel_case.h.
void writeCall(llvm::raw_ostream &os, const char *name, const KernelRecord &kernel)
{
    os << "static void " << name << "(const void *words, const operand *o, int32_t begin, int32_t end)\n{\n    "
       << kernel.params << " params;\n    memcpy(&params, words, sizeof params);\n    " << kernel.name << "(&params, ";
    for (const KernelOperand &operand : kernel.operands)
        os << (operand.role == Role::Output ? "(void *)" : "") << "o[" << nameOf(operand.role) << "].at, ";
    os << (kernel.workspace ? "(void *)o[role_workspace].at, " : "") << "begin, end);\n}\n\n";
}

/// The most bytes that operands of each role have.
void writeMostBytes(llvm::raw_ostream &os, const KernelRecord &kernel, const std::vector<Case> &cases)
{
    std::map<std::string, int64_t> most;
    const auto count = [&](const std::string &role, int64_t bytes) { most[role] = std::max(most[role], bytes); };
    for (const Case &drawn : cases) {
        for (const KernelOperand &operand : kernel.operands)
            count(nameOf(operand.role), bytesOf(drawn, operand));
        count("role_workspace", drawn.workspace);
    }
    os << "#define MOST_BYTES {";
    for (const auto &[role, bytes] : most)
        os << "[" << role << "] = " << bytes << ", ";
    os << "}\n";
}

std::string writeCode(const KernelRecord &kernel, const KernelRecord &reference, const std::vector<Case> &cases,
                      const Target &target)
{
    const bool isGuarded = target.environment == Target::Environment::Hosted;
    const OperandType input = kernel.operands.front().type, output = kernel.operands.back().type;
    std::string text;
    llvm::raw_string_ostream os(text);
    if (isGuarded)
        os << "#define _DEFAULT_SOURCE /* mmap, sigaction */\n";
    os << "#include \"kernel_case.h\"\n#include \"" << reference.path() << "\"\n";
    if (&kernel != &reference)
        os << "#include \"" << kernel.path() << "\"\n";
    os << "\nextern const kernel_case cases[" << cases.size() << "];\n\n";
    writeCall(os, "run_reference", reference);
    writeCall(os, "run_tested", kernel);
    os << "#define INPUT " << cType(input) << "\n#define OUTPUT " << cType(output) << "\n"
       << (input == OperandType::F16   ? "#define INPUT_IS_HALF\n"
           : input == OperandType::F32 ? "#define INPUT_IS_FLOAT\n"
                                       : "")
       << "#define PLANTS_NAN " << (input == OperandType::F32) << "\n#define OUTPUT_IS_FLOAT "
       << (output == OperandType::F32) << "\n#define ALIGNMENT " << target.arenaAlign << "\n#define GUARDED "
       << isGuarded << "\n";
    writeMostBytes(os, kernel, cases);
    os << "#include \"harness.h\"\n";
    return text;
}

} // namespace

Program writeProgram(const KernelRecord &kernel, const KernelRecord &reference, const std::vector<Case> &cases,
                     const Target &target)
{
    return {DataWriter(target).write(kernel, reference, cases), writeCode(kernel, reference, cases, target)};
}

} // namespace barecc::kernel_test
