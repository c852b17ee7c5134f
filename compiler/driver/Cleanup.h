// What barecc leaves to be undone when it ends early: temporary directories, and programs that it has started.
#pragma once

#include <csignal>
#include <sys/types.h>

namespace barecc {

/// Holds back the signals of this thread for as long as it lives: what happens meanwhile happens wholly or not at all.
class SignalsHeld {
public:
    SignalsHeld()
    {
        sigset_t all;
        sigfillset(&all);
        pthread_sigmask(SIG_BLOCK, &all, &before);
    }
    ~SignalsHeld() { pthread_sigmask(SIG_SETMASK, &before, nullptr); }
    SignalsHeld(const SignalsHeld &) = delete;
    SignalsHeld &operator=(const SignalsHeld &) = delete;

    /// The signals that were held back before.
    const sigset_t &mask() const { return before; }

private:
    sigset_t before;
};

/// Enters a directory, and takes it off the list again. The text of `path` has to stay where it is in between.
void addCleanup(const char *path);
void removeCleanup(const char *path);

/// Likewise for a process that leads a group.
void addCleanup(pid_t leader);
void removeCleanup(pid_t leader);

/// Kills the groups of processes and removes the directories that are on the lists. Calls only what a signal handler may
/// call.
void cleanUp();

/// Removes what is in a directory that is open, and tells whether that was anything.
bool removeEntries(int directory);

/// Removes a file, or a directory with all that is in it, as a signal handler may do.
void removeTree(const char *path);

} // namespace barecc
