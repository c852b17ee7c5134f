#include "compiler/driver/Cleanup.h"

#include <atomic>
#include <cerrno>
#include <cstring>
#include <ctime>
#include <dirent.h>
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace barecc;

namespace {

/// A list that a signal handler can read at any moment: nodes are never freed, only used again.
template <typename T> class List {
public:
    void add(T value)
    {
        for (Node *node = first; node; node = node->next) {
            T none{};
            if (node->value.compare_exchange_strong(none, value))
                return;
        }
        Node *node = new Node{{value}, first};
        while (!first.compare_exchange_weak(node->next, node))
            continue;
    }

    void remove(T value)
    {
        for (Node *node = first; node; node = node->next)
            if (T expected = value; node->value.compare_exchange_strong(expected, T{}))
                return;
    }

    template <typename Function> void forEach(Function function)
    {
        for (Node *node = first; node; node = node->next)
            if (T value = node->value; value != T{})
                function(value);
    }

private:
    struct Node {
        std::atomic<T> value;
        Node *next;
    };
    std::atomic<Node *> first{nullptr};
};

List<const char *> directories;
List<pid_t> groups;

bool isDots(const char *name) { return std::strcmp(name, ".") == 0 || std::strcmp(name, "..") == 0; }

void removeTreeAt(int parent, const char *name);

} // namespace

bool barecc::removeEntries(int directory)
{
    // readdir allocates, which a handler may not.
    alignas(dirent64) char buffer[4096];
    bool any = false;
    lseek(directory, 0, SEEK_SET);
    for (ssize_t bytes; (bytes = getdents64(directory, buffer, sizeof buffer)) > 0;)
        for (ssize_t at = 0; at < bytes;) {
            const auto *entry = reinterpret_cast<const dirent64 *>(buffer + at);
            at += entry->d_reclen;
            if (isDots(entry->d_name))
                continue;
            removeTreeAt(directory, entry->d_name);
            any = true;
        }
    return any;
}

namespace {

void removeTreeAt(int parent, const char *name)
{
    if (unlinkat(parent, name, 0) == 0 || errno == ENOENT)
        return;
    const int directory = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (directory >= 0) {
        // A program that was killed may write until it is gone. What cannot be removed does not hold up for long.
        constexpr int attempts = 100;
        constexpr timespec pause = {0, 1000000};
        for (int i = 0; i < attempts && removeEntries(directory); ++i)
            if (i > 0)
                nanosleep(&pause, nullptr);
        close(directory);
    }
    unlinkat(parent, name, AT_REMOVEDIR);
}

} // namespace

void barecc::addCleanup(const char *path) { directories.add(path); }
void barecc::removeCleanup(const char *path) { directories.remove(path); }
void barecc::addCleanup(pid_t leader) { groups.add(leader); }
void barecc::removeCleanup(pid_t leader) { groups.remove(leader); }

void barecc::cleanUp()
{
    groups.forEach([](pid_t leader) { kill(-leader, SIGKILL); });
    groups.forEach([](pid_t leader) { waitpid(leader, nullptr, 0); });
    directories.forEach(removeTree);
}

void barecc::removeTree(const char *path) { removeTreeAt(AT_FDCWD, path); }
