#include "tests/kernels/records/Program.h"
#include "tests/kernels/records/Words.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FormatVariadic.h"

#include <algorithm>

namespace barecc::kernel_test {
namespace {

void writeArray(llvm::raw_ostream &os, const llvm::Twine &name, const Bytes &bytes)
{
    os << "static ";
    writeWords(os, name, bytes);
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

std::string writeData(const std::vector<Case> &cases, int64_t alignment)
{
    std::string text, table;
    llvm::raw_string_ostream os(text), rows(table);
    os << "#include \"kernel_case.h\"\n\n#include <stddef.h>\n\n#define ALIGNED __attribute__((aligned(" << alignment
       << ")))\n\n";
    for (size_t i = 0; i < cases.size(); ++i) {
        const Case &drawn = cases[i];
        const auto operands = [&](const char *kind, const std::map<Role, Bytes> &constants) {
            rows << "     {";
            for (const auto &[role, bytes] : constants) {
                const std::string name = llvm::formatv("{0}_{1}_{2}", kind, roleName(role), i).str();
                writeArray(os, name, bytes);
                rows << "." << roleName(role) << " = " << name << ", ";
            }
            rows << ".output = NULL},\n";
        };
        writeArray(os, "params_" + llvm::Twine(i), drawn.params);
        rows << "    {\"" << descriptionOf(drawn) << "\",\n     params_" << i << ",\n";
        operands("reference", drawn.reference);
        operands("tested", drawn.tested);
        rows << "     " << drawn.rows << ", " << drawn.workspace << ", " << drawn.query.residual << ", "
             << drawn.constantInput.has_value() << ", " << drawn.constantInput.value_or(0) << ", "
             << (!drawn.inPlace                  ? "ON_NOTHING"
                 : *drawn.inPlace == Role::Input ? "ON_INPUT"
                                                 : "ON_RESIDUAL")
             << "},\n";
    }
    os << "extern const kernel_case cases[" << cases.size() << "];\nconst kernel_case cases[" << cases.size()
       << "] = {\n"
       << table << "};\n";
    return text;
}

/// A function `name` that calls the kernel with operands of kernel_case.h.
void writeCall(llvm::raw_ostream &os, const char *name, const KernelRecord &kernel)
{
    os << "static void " << name << "(const void *words, const kernel_operands *o, int32_t begin, int32_t end)\n{\n    "
       << kernel.params << " params;\n    memcpy(&params, words, sizeof params);\n    " << kernel.name << "(&params, ";
    for (const KernelOperand &operand : kernel.operands)
        os << "o->" << roleName(operand.role) << ", ";
    os << (kernel.workspace ? "o->workspace, " : "") << "begin, end);\n}\n\n";
}

std::string writeCode(const KernelRecord &kernel, const KernelRecord &reference, const std::vector<Case> &cases,
                      int64_t alignment)
{
    int64_t mostElements = 0, mostWorkspace = 0;
    for (const Case &drawn : cases) {
        for (const auto &[role, elements] : drawn.activations)
            mostElements = std::max(mostElements, elements);
        mostWorkspace = std::max(mostWorkspace, drawn.workspace);
    }
    const OperandType input = kernel.operands.front().type, output = kernel.operands.back().type;
    std::string text;
    llvm::raw_string_ostream os(text);
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
       << "#define IS_PRODUCT "
       << llvm::any_of(kernel.operands, [](const KernelOperand &operand) { return operand.role == Role::Lhs; })
       << "\n#define PLANTS_NAN " << (input == OperandType::F32) << "\n#define OUTPUT_IS_FLOAT "
       << (output == OperandType::F32) << "\n#define ALIGNMENT " << alignment << "\n#define MOST_ELEMENTS "
       << mostElements << "\n#define MOST_WORKSPACE " << mostWorkspace << "\n#include \"harness.h\"\n";
    return text;
}

} // namespace

Program writeProgram(const KernelRecord &kernel, const KernelRecord &reference, const std::vector<Case> &cases,
                     int64_t alignment)
{
    return {writeData(cases, alignment), writeCode(kernel, reference, cases, alignment)};
}

} // namespace barecc::kernel_test
