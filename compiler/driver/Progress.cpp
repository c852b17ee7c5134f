#include "compiler/driver/Progress.h"

#include "compiler/driver/Cleanup.h"
#include "compiler/driver/Printable.h"

#include "llvm/Support/raw_ostream.h"

using namespace barecc;

Progress::Progress(llvm::StringRef doing) : doing(printable(doing))
{
    // Signals are for the main thread, which is stopped while a handler cleans up. A thread inherits the mask.
    SignalsHeld held;
    watcher = llvm::thread([this] { watch(); });
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
