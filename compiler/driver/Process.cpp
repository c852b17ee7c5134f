#include "compiler/driver/Process.h"

#include "compiler/driver/Cleanup.h"
#include "compiler/driver/Files.h"
#include "compiler/driver/Message.h"

#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Program.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace barecc;

namespace {

/// The first lines of a file, enough to see what is wrong.
std::string firstLines(llvm::StringRef file)
{
    constexpr int lineLimit = 5;
    auto buffer = llvm::MemoryBuffer::getFile(file);
    if (!buffer || (*buffer)->getBuffer().trim().empty())
        return "";
    llvm::SmallVector<llvm::StringRef> lines;
    (*buffer)->getBuffer().rtrim().split(lines, '\n', lineLimit);
    if (lines.size() > lineLimit)
        lines.back() = "...";
    std::string text;
    for (llvm::StringRef line : lines)
        text += (text.empty() ? ": " : " | ") + line.str();
    return text;
}

/// The environment of commands: this program's, but for TMPDIR.
std::vector<std::string> commandEnvironment()
{
    std::vector<std::string> variables;
    for (char **variable = environ; *variable; ++variable)
        if (!llvm::StringRef(*variable).starts_with("TMPDIR="))
            variables.push_back(*variable);
    variables.push_back("TMPDIR=.");
    return variables;
}

/// As the functions of exec want them.
std::vector<char *> pointersTo(const std::vector<std::string> &texts)
{
    std::vector<char *> pointers;
    for (const std::string &text : texts)
        pointers.push_back(const_cast<char *>(text.c_str()));
    pointers.push_back(nullptr);
    return pointers;
}

/// A command that runs, as the leader of a group of processes.
class Child {
public:
    Child(const std::vector<std::string> &command, llvm::StringRef directory, llvm::StringRef log)
        : name(llvm::sys::path::filename(command[0])), log(pathIn(directory, log))
    {
        posix_spawn_file_actions_t actions;
        posix_spawnattr_t attributes;
        auto need = [this](int code) { error = error ? error : code; };
        need(posix_spawn_file_actions_init(&actions));
        need(posix_spawnattr_init(&attributes));
        need(posix_spawn_file_actions_addchdir_np(&actions, directory.str().c_str()));
        need(posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0));
        need(posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, log.str().c_str(), O_WRONLY | O_CREAT | O_TRUNC,
                                              0666));
        need(posix_spawn_file_actions_adddup2(&actions, STDOUT_FILENO, STDERR_FILENO));
        const std::vector<std::string> environment = commandEnvironment();
        SignalsHeld held;
        need(posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK));
        need(posix_spawnattr_setsigmask(&attributes, &held.mask()));
        if (!error)
            error = posix_spawn(&process, command[0].c_str(), &actions, &attributes, pointersTo(command).data(),
                                pointersTo(environment).data());
        if (!error)
            addCleanup(process);
        posix_spawnattr_destroy(&attributes);
        posix_spawn_file_actions_destroy(&actions);
    }

    /// Waits for the end, kills what is left of the group, and returns what went wrong.
    std::string wait(unsigned secondsLimit)
    {
        if (error)
            return name + " cannot be started: " + std::strerror(error);
        const bool inTime = waitFor(secondsLimit);
        kill(-process, SIGKILL);
        siginfo_t end; // the number is not given to another process until waitpid
        while (waitid(P_PID, id_t(process), &end, WEXITED | WNOWAIT) != 0 && errno == EINTR)
            continue;
        removeCleanup(process);
        int status = 0;
        while (waitpid(process, &status, 0) < 0 && errno == EINTR)
            continue;
        if (!inTime)
            return name + " took more than " + std::to_string(secondsLimit) + " seconds";
        if (WIFSIGNALED(status))
            return name + " was ended by signal " + std::to_string(WTERMSIG(status)) + " (" +
                   strsignal(WTERMSIG(status)) + ")" +
                   (WTERMSIG(status) == SIGKILL ? "; the system may be out of memory" : "");
        if (WEXITSTATUS(status))
            return "exit status " + std::to_string(WEXITSTATUS(status)) +
                   (firstLines(log).empty() ? ", without a message; see that there is room where temporary files go"
                                            : "");
        return "";
    }

    std::string firstLinesOfLog() const { return firstLines(log); }

private:
    /// Whether it has ended within the limit. There is none on a Linux before 5.3.
    bool waitFor(unsigned secondsLimit) const
    {
        pollfd ended = {int(syscall(SYS_pidfd_open, process, 0)), POLLIN, 0};
        if (ended.fd < 0) {
            siginfo_t end;
            while (waitid(P_PID, id_t(process), &end, WEXITED | WNOWAIT) != 0 && errno == EINTR)
                continue;
            return true;
        }
        int count;
        while ((count = poll(&ended, 1, int(secondsLimit) * 1000)) < 0 && errno == EINTR)
            continue;
        close(ended.fd);
        return count != 0;
    }

    std::string name, log;
    pid_t process = 0;
    int error = 0;
};

} // namespace

llvm::Error barecc::missingFailure(llvm::StringRef name, llvm::StringRef packages)
{
    return failure("'" + name + "' is missing; install it, on Debian by: apt-get install " + packages);
}

llvm::Expected<std::string> barecc::findProgram(llvm::StringRef name, llvm::StringRef package)
{
    llvm::ErrorOr<std::string> found = llvm::sys::findProgramByName(name);
    if (!found)
        return missingFailure(name, package);
    llvm::SmallString<256> path(*found); // commands run in other directories
    if (std::error_code code = llvm::sys::fs::make_absolute(path))
        return fileFailure(path, "find the program", code);
    return path.str().str();
}

llvm::Error barecc::runAll(const std::vector<std::vector<std::string>> &commands, llvm::StringRef what,
                           llvm::StringRef directory, unsigned secondsLimit)
{
    std::vector<Child> children;
    for (const std::vector<std::string> &command : commands)
        children.emplace_back(command, directory, "log_" + std::to_string(children.size()));
    llvm::Error result = llvm::Error::success();
    for (Child &child : children) {
        const std::string why = child.wait(secondsLimit);
        if (!why.empty() && !result) // the first failure is the one told, but every child is waited for
            result = failure(what + " failed: " + why + child.firstLinesOfLog());
    }
    return result;
}
