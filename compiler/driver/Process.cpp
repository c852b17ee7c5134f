#include "compiler/driver/Process.h"

#include "compiler/driver/Message.h"

#include "llvm/ADT/SmallVector.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Program.h"

using namespace barecc;

namespace {

/// The first lines of a file, enough to see what is wrong.
std::string firstLines(llvm::StringRef file)
{
    constexpr int lineLimit = 20;
    auto buffer = llvm::MemoryBuffer::getFile(file);
    if (!buffer)
        return "";
    llvm::SmallVector<llvm::StringRef> lines;
    (*buffer)->getBuffer().rtrim().split(lines, '\n', lineLimit);
    if (lines.size() > lineLimit)
        lines.back() = "...";
    std::string text;
    for (llvm::StringRef line : lines)
        text += "\n  " + line.str();
    return text;
}

} // namespace

llvm::Error barecc::missingFailure(llvm::StringRef name, llvm::StringRef packages)
{
    return failure("'" + name + "' is missing; install it, on Debian by: apt-get install " + packages);
}

llvm::Expected<std::string> barecc::findProgram(llvm::StringRef name, llvm::StringRef package)
{
    if (llvm::ErrorOr<std::string> path = llvm::sys::findProgramByName(name))
        return *path;
    return missingFailure(name, package);
}

llvm::Error barecc::runAll(const std::vector<std::vector<std::string>> &commands, llvm::StringRef what,
                           llvm::StringRef scratchDirectory, unsigned secondsLimit)
{
    struct Child {
        llvm::sys::ProcessInfo process;
        std::string log, error;
    };
    std::vector<Child> children(commands.size());
    for (size_t i = 0; i < commands.size(); ++i) {
        llvm::SmallString<256> log(scratchDirectory);
        llvm::sys::path::append(log, "log_" + std::to_string(i));
        children[i].log = log.str().str();
        std::vector<llvm::StringRef> arguments(commands[i].begin(), commands[i].end());
        std::optional<llvm::StringRef> redirects[] = {llvm::StringRef(), log.str(), log.str()};
        bool notStarted = false;
        children[i].process = llvm::sys::ExecuteNoWait(arguments[0], arguments, std::nullopt, redirects,
                                                       /*MemoryLimit=*/0, &children[i].error, &notStarted);
    }
    llvm::Error result = llvm::Error::success();
    for (Child &child : children) {
        int code = -1;
        if (child.process.Pid != llvm::sys::ProcessInfo::InvalidPid)
            code = llvm::sys::Wait(child.process, secondsLimit, &child.error).ReturnCode;
        if (code == 0 || result)
            continue; // the first failure is the one told, but every child is waited for
        std::string why = !child.error.empty() ? child.error : "exit status " + std::to_string(code);
        result = failure(what + " failed: " + why + firstLines(child.log));
    }
    return result;
}
