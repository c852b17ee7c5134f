// Tells the person what takes long.
#pragma once

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/thread.h"

#include <condition_variable>
#include <mutex>
#include <string>

namespace barecc {

/// While one lives, says on stderr what is being done once it has taken a second: on a terminal as one line that counts
/// the seconds and goes when the work is done, elsewhere as a plain line now and every half minute.
class Progress {
public:
    explicit Progress(llvm::StringRef doing);
    ~Progress();
    Progress(const Progress &) = delete;
    Progress &operator=(const Progress &) = delete;

private:
    void watch();

    std::string doing;
    std::mutex mutex;
    std::condition_variable wake;
    bool finished = false;
    llvm::thread watcher;
};

} // namespace barecc
