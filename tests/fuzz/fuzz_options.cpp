// A fuzzer of the command line: any words, one a line, are read as the options of a model.
#include "tools/barecc/Options.h"

#include "llvm/ADT/STLExtras.h"

using namespace barecc;
namespace cl = llvm::cl;

/// LLVM answers these by ending the program; main.cpp takes its -h away.
static bool endsProgram(llvm::StringRef word)
{
    word = word.ltrim('-');
    return word.starts_with("h") || word.starts_with("version");
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static cl::SubCommand sub("compile", "");
    static ModelOptions options(sub, "c");
    std::vector<std::string> words = {"barecc", "compile"};
    llvm::SmallVector<llvm::StringRef> lines;
    const std::string text(reinterpret_cast<const char *>(data), size);
    llvm::StringRef(text).split(lines, '\n');
    for (llvm::StringRef line : lines) {
        // The shell hands on no zeros; @FILE would read files.
        if (endsProgram(line) || line.contains('\0') || line.starts_with("@"))
            return 0;
        words.push_back(line.str());
    }
    std::vector<const char *> arguments;
    for (const std::string &word : words)
        arguments.push_back(word.c_str());
    cl::ResetAllOptionOccurrences();
    std::string said;
    llvm::raw_string_ostream stream(said);
    if (cl::ParseCommandLineOptions(int(arguments.size()), arguments.data(), "", &stream))
        llvm::consumeError(options.parse().takeError());
    return 0;
}
