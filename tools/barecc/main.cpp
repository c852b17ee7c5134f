// The barecc command: picks the sub-command and turns its error into an exit status.
#include "tools/barecc/Command.h"

#include "compiler/driver/AbnormalExit.h"
#include "compiler/driver/Message.h"

#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/PrettyStackTrace.h"

#include <algorithm>

using namespace barecc;
namespace cl = llvm::cl;

/// What LLVM says of a wrong command line, in barecc's own form: one message, with the hint that may follow it.
static void reportUsage(llvm::StringRef text)
{
    llvm::SmallVector<llvm::StringRef> lines;
    text.split(lines, '\n', -1, /*KeepEmpty=*/false);
    for (llvm::StringRef &line : lines)
        line.consume_front("barecc: ");
    report(usageFailure(llvm::join(lines, " ")));
}

/// LLVM takes every word that begins with the letter of a one-letter option for that option with a value, so that
/// --optimise=size, misspelt, would name a directory. Hence there is none: -o stands for --output, -h for --help.
static llvm::SmallVector<const char *> longOptions(int argc, char **argv)
{
    llvm::SmallVector<const char *> words(argv, argv + argc);
    std::replace_if(words.begin(), words.end(), [](llvm::StringRef word) { return word == "-o"; }, "--output");
    std::replace_if(
        words.begin(), words.end(), [](llvm::StringRef word) { return word == "-h" || word == "--h"; }, "--help");
    return words;
}

/// Whether the last word is an option that lacks its value. LLVM has a message of its own for that, which it prints.
static bool lacksValue(llvm::ArrayRef<const char *> words)
{
    llvm::StringRef last = words.back();
    if (words.size() < 3 || !last.consume_front("-"))
        return false;
    last.consume_front("-");
    for (const cl::SubCommand *command : cl::getRegisteredSubcommands()) {
        const auto option = command->OptionsMap.find(last);
        if (command->getName() == words[1] && option != command->OptionsMap.end())
            return option->second->getValueExpectedFlag() == cl::ValueRequired;
    }
    return false;
}

int main(int argc, char **argv)
{
    beginProgram(argc, argv);
    llvm::setBugReportMsg(
        "barecc crashed, which is a bug in barecc, whatever the model. Please report it with the model.\n");

    std::vector<std::unique_ptr<Command>> commands;
    commands.push_back(makeCompileCommand());
    commands.push_back(makeRunCommand());
    commands.push_back(makeVerifyCommand());
    commands.push_back(makeBenchCommand());
    commands.push_back(makeInspectCommand());
    commands.push_back(makeTargetsCommand());
    commands.push_back(makeOpsCommand());

    cl::SetVersionPrinter([](llvm::raw_ostream &os) { os << "barecc " BARECC_VERSION "\n"; });
    // LLVM's own options, which its shared library brings along, are nobody's business here.
    cl::OptionCategory category("Options");
    cl::HideUnrelatedOptions(category);
    // In the place of LLVM's own -h, which is such an option: --heavy would print the help.
    cl::opt<bool> letter("h", cl::ReallyHidden, cl::sub(cl::SubCommand::getAll()));
    const llvm::SmallVector<const char *> words = longOptions(argc, argv);
    if (lacksValue(words))
        return endProgram(report(usageFailure(llvm::StringRef(words.back()) + ": no value given; see 'barecc " +
                                              llvm::StringRef(words[1]) + " --help'")));
    std::string usageErrors;
    llvm::raw_string_ostream usageStream(usageErrors);
    if (!cl::ParseCommandLineOptions(argc, words.data(), "barecc: neural networks in (ONNX, TFLite), plain C99 out\n",
                                     &usageStream)) {
        reportUsage(usageErrors);
        return endProgram(exitUsage);
    }
    for (const std::unique_ptr<Command> &command : commands)
        if (command->subCommand)
            return endProgram(report(command->run()));
    return endProgram(report(usageFailure("no command given; 'barecc --help' lists them")));
}
