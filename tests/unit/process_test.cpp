// Starting programs: where they run, how they end, and what they leave.
#include "compiler/driver/Files.h"
#include "compiler/driver/Process.h"
#include "compiler/driver/TemporaryDirectory.h"

#include "llvm/Support/FileSystem.h"
#include "gtest/gtest.h"

#include <csignal>
#include <unistd.h>

using namespace barecc;

namespace {

class RunAll : public testing::Test {
protected:
    /// The error of a shell script, or "".
    std::string run(const std::string &script, unsigned secondsLimit = 60) const
    {
        return llvm::toString(runAll({{"/bin/sh", "-c", script}}, "testing", directory.path(), secondsLimit));
    }

    std::string contentsOf(llvm::StringRef name) const
    {
        return llvm::cantFail(readFile(directory.file(name)))->getBuffer().trim().str();
    }

    /// Waits until the process whose number the file holds is gone.
    void expectGone(llvm::StringRef name) const
    {
        pid_t process = 0;
        ASSERT_FALSE(llvm::StringRef(contentsOf(name)).getAsInteger(10, process));
        int left = 5000;
        // A zombie, which nobody waits for in a container, has ended too.
        auto state = [&] {
            auto status = readFile("/proc/" + std::to_string(process) + "/stat");
            if (!status) {
                llvm::consumeError(status.takeError());
                return std::string("gone");
            }
            return (*status)->getBuffer().rsplit(") ").second.take_front().str();
        };
        while (left > 0 && state() != "gone" && state() != "Z" && usleep(1000) == 0)
            --left;
        EXPECT_GT(left, 0) << state();
    }

    TemporaryDirectory directory = llvm::cantFail(TemporaryDirectory::create());
};

TEST_F(RunAll, runsInTheDirectoryAndKeepsTemporaryFilesThere)
{
    EXPECT_EQ(run("pwd > where; mktemp -p \"$TMPDIR\" > temporary"), "");
    EXPECT_EQ(contentsOf("where"), directory.path());
    EXPECT_TRUE(llvm::StringRef(contentsOf("temporary")).starts_with("./"));
}

TEST_F(RunAll, tellsTheStatusAndWhatWasPrinted)
{
    EXPECT_EQ(run("echo one; echo two >&2; exit 3"), "testing failed: exit status 3: one | two");
}

TEST_F(RunAll, doesNotLeaveAFailureUnexplained)
{
    EXPECT_EQ(run("exit 4"), "testing failed: exit status 4, without a message; see that there is room where temporary "
                             "files go");
}

TEST_F(RunAll, tellsTheSignalThatEndedAProgram)
{
    EXPECT_EQ(run("kill -KILL $$"),
              "testing failed: sh was ended by signal 9 (Killed); the system may be out of memory");
    EXPECT_EQ(run("kill -SEGV $$").substr(0, 48), "testing failed: sh was ended by signal 11 (Segme");
}

TEST_F(RunAll, tellsWhatCannotBeStarted)
{
    const std::string error = llvm::toString(runAll({{directory.file("none")}}, "testing", directory.path(), 60));
    EXPECT_EQ(error, "testing failed: none cannot be started: No such file or directory");
}

TEST_F(RunAll, endsWhatTakesTooLongWithAllThatItStarted)
{
    EXPECT_EQ(run("sleep 1000 & echo $! > process; wait", 1), "testing failed: sh took more than 1 seconds");
    expectGone("process");
}

TEST_F(RunAll, endsWhatAProgramLeftRunning)
{
    EXPECT_EQ(run("sleep 1000 & echo $! > process"), "");
    expectGone("process");
}

TEST_F(RunAll, holdsBackNoSignals)
{
    EXPECT_EQ(run("grep SigBlk /proc/self/status > mask"), "");
    EXPECT_EQ(contentsOf("mask"), "SigBlk:\t0000000000000000");
}

} // namespace
