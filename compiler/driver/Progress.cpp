#include "compiler/driver/Progress.h"

#include "llvm/Support/raw_ostream.h"

#include <csignal>

using namespace barecc;

Progress::Progress(std::string doing) : doing(std::move(doing))
{
    // Signals are for the main thread: LLVM ends its wait for a child process by SIGALRM. A thread inherits the mask.
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, &before);
    watcher = std::thread([this] { watch(); });
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

Progress::~Progress()
{
    {
        std::lock_guard<std::mutex> lock(mutex);
        finished = true;
    }
    wake.notify_one();
    watcher.join();
}

void Progress::watch()
{
    const bool terminal = llvm::errs().is_displayed();
    const auto step = std::chrono::seconds(terminal ? 1 : 30);
    std::unique_lock<std::mutex> lock(mutex);
    std::chrono::seconds elapsed(1);
    bool spoke = false;
    auto done = [this] { return finished; };
    for (bool end = wake.wait_for(lock, elapsed, done); !end; end = wake.wait_for(lock, step, done)) {
        if (terminal)
            llvm::errs() << "\r" << doing << " (" << elapsed.count() << " s)";
        else
            llvm::errs() << "barecc: " << doing << " (" << elapsed.count() << " s)\n";
        spoke = true;
        elapsed += step;
    }
    if (terminal && spoke)
        llvm::errs() << "\r\x1b[K";
}
