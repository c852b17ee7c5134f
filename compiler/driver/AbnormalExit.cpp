#include "compiler/driver/AbnormalExit.h"

#include "compiler/driver/Cleanup.h"
#include "compiler/driver/Message.h"

#include "llvm/ADT/SmallVector.h"
#include "llvm/Support/ErrorHandling.h"
#include "llvm/Support/InitLLVM.h"
#include "llvm/Support/Signals.h"
#include "llvm/Support/raw_ostream.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <iterator>
#include <new>
#include <sys/uio.h>
#include <unistd.h>

using namespace barecc;

namespace {

/// What ends a program from outside. Those that a mistake in it causes are LLVM's to report.
constexpr int endingSignals[] = {SIGHUP,  SIGINT,  SIGQUIT, SIGPIPE, SIGALRM,
                                 SIGTERM, SIGUSR1, SIGUSR2, SIGXCPU, SIGVTALRM};

void endBySignal(int signal)
{
    cleanUp();
    struct sigaction byDefault = {};
    byDefault.sa_handler = SIG_DFL;
    sigaction(signal, &byDefault, nullptr);
    sigset_t held;
    sigemptyset(&held);
    sigaddset(&held, signal);
    pthread_sigmask(SIG_UNBLOCK, &held, nullptr);
    raise(signal);
    constexpr int shellsStatus = 128;
    _exit(shellsStatus + signal); // the first process of a container does not die by a signal
}

iovec partOf(const char *text) { return {const_cast<char *>(text), std::strlen(text)}; }

/// Without allocating anything, and at once, for the thread of Progress may write too.
[[noreturn]] void endWithError(const char *text)
{
    const iovec line[] = {partOf("barecc: error: "), partOf(text), partOf("\n")};
    [[maybe_unused]] const ssize_t written = writev(STDERR_FILENO, line, std::size(line)); // or there is nobody to tell
    cleanUp();
    _exit(exitFailed);
}

[[noreturn]] void endWithoutMemory() { endWithError("out of memory"); }

/// What LLVM does on a null pointer.
struct sigaction crash;

/// In places MLIR uses what malloc gives it without a look. What else is a null pointer is a crash.
void endByNullPointer(int signal, siginfo_t *info, void *)
{
    constexpr uintptr_t firstPage = 4096;
    if (errno == ENOMEM && info->si_code > 0 && reinterpret_cast<uintptr_t>(info->si_addr) < firstPage)
        endWithoutMemory();
    sigaction(signal, &crash, nullptr);
    raise(signal); // held back until the handler returns
}

/// A closed standard stream is opened such that its use fails: the other way round than it is used.
void openStandardStreams()
{
    for (int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO})
        if (fcntl(stream, F_GETFD) < 0 && errno == EBADF &&
            open("/dev/null", stream == STDIN_FILENO ? O_WRONLY : O_RDONLY) != stream)
            _exit(exitFailed);
}

} // namespace

void barecc::beginProgram(int &argc, char **&argv)
{
    openStandardStreams();
    std::set_new_handler(endWithoutMemory);
    llvm::install_bad_alloc_error_handler([](void *, const char *, bool) { endWithoutMemory(); });
    llvm::install_fatal_error_handler([](void *, const char *reason, bool) { endWithError(reason); });
    llvm::SmallVector<int> handled; // LLVM takes all of them at first
    for (int signal : endingSignals) {
        struct sigaction before;
        if (sigaction(signal, nullptr, &before) == 0 && before.sa_handler != SIG_IGN)
            handled.push_back(signal);
    }
    static llvm::InitLLVM init(argc, argv, /*InstallPipeSignalExitHandler=*/false);
    std::set_new_handler(endWithoutMemory); // once more, for LLVM has one of its own
    for (int signal : endingSignals) {
        struct sigaction action = {};
        action.sa_handler = llvm::is_contained(handled, signal) ? endBySignal : SIG_IGN;
        sigfillset(&action.sa_mask);
        sigaction(signal, &action, nullptr);
    }
    struct sigaction nullPointer = {};
    nullPointer.sa_sigaction = endByNullPointer;
    nullPointer.sa_flags = SA_SIGINFO | SA_ONSTACK;
    sigaction(SIGSEGV, &nullPointer, &crash);
    std::signal(SIGXFSZ, SIG_IGN);
    std::signal(SIGCHLD, SIG_DFL); // where it is ignored, nobody learns how a child ended
    llvm::sys::AddSignalHandler([](void *) { cleanUp(); }, nullptr);
}

int barecc::endProgram(int status)
{
    llvm::outs().flush();
    if (std::error_code code = llvm::outs().error()) {
        llvm::outs().clear_error();
        status = std::max(status, report(failure("standard output: cannot write: " + code.message())));
    }
    llvm::errs().clear_error(); // of which nobody can be told
    return status;
}
