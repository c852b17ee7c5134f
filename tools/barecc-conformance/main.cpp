// barecc-conformance DIR...: every case of ONNX backend test folders as generated C
#include "tools/barecc-conformance/Coverage.h"

#include "compiler/driver/AbnormalExit.h"
#include "compiler/driver/Message.h"
#include "compiler/driver/OutputDirectory.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/GlobPattern.h"
#include "llvm/Support/Path.h"

#include <map>
#include <optional>
#include <sys/wait.h>
#include <thread>

using namespace barecc;
namespace cl = llvm::cl;
namespace fs = llvm::sys::fs;
namespace path = llvm::sys::path;

namespace {

/// Directories DIR/test_* with a model.onnx and a name that matches, sorted by name.
llvm::Expected<std::vector<std::string>> findCases(llvm::StringRef directory, llvm::StringRef filter)
{
    llvm::Expected<llvm::GlobPattern> glob = llvm::GlobPattern::create(filter);
    if (!glob)
        return usageFailure("--filter: " + llvm::toString(glob.takeError()));
    if (!fs::is_directory(directory))
        return usageFailure(directory + ": is not a directory; name one that holds test_*/model.onnx");
    std::vector<std::string> cases;
    std::error_code code;
    for (fs::directory_iterator entry(directory, code), end; entry != end && !code; entry.increment(code)) {
        llvm::StringRef name = path::filename(entry->path());
        if (name.starts_with("test_") && glob->match(name) && fs::exists(entry->path() + "/model.onnx"))
            cases.push_back(entry->path());
    }
    llvm::sort(cases);
    return cases;
}

/// Counts verdicts and prints them in the order of the cases, whatever order they end in.
class Summary {
public:
    explicit Summary(const std::vector<std::string> &cases) : cases(cases), results(cases.size()) {}

    void add(size_t index, CaseResult result)
    {
        ++counts[result.verdict];
        result.reason = oneLine(result.reason);
        results[index] = std::move(result);
        for (; printed < results.size() && results[printed]; ++printed)
            print(path::filename(cases[printed]), *results[printed]);
    }

    /// Returns whether no case failed.
    bool finish()
    {
        llvm::outs() << counts[Verdict::Passed] << " passed, " << counts[Verdict::Failed] << " failed, "
                     << counts[Verdict::Unsupported] << " unsupported\n";
        return counts[Verdict::Failed] == 0;
    }

    std::vector<FinishedCase> finishedCases() const
    {
        std::vector<FinishedCase> finished;
        for (auto [directory, result] : llvm::zip(cases, results))
            finished.push_back(
                {path::filename(path::parent_path(directory)).str(), path::filename(directory).str(), *result});
        return finished;
    }

private:
    /// The first line, and of what a C compiler said the first error.
    static std::string oneLine(llvm::StringRef reason)
    {
        auto [first, details] = reason.split('\n');
        llvm::SmallVector<llvm::StringRef> lines;
        details.split(lines, '\n');
        for (llvm::StringRef line : lines)
            if (line.contains("error:"))
                return (first + ": " + line.trim()).str();
        return first.str();
    }

    static void print(llvm::StringRef name, const CaseResult &result)
    {
        static const std::map<Verdict, const char *> words = {
            {Verdict::Passed, "passed     "}, {Verdict::Failed, "FAILED     "}, {Verdict::Unsupported, "unsupported"}};
        llvm::outs() << words.at(result.verdict) << "  " << name;
        if (!result.reason.empty() && result.verdict == Verdict::Passed)
            llvm::outs() << " (" << result.reason << ")";
        else if (!result.reason.empty())
            llvm::outs() << ": " << result.reason;
        llvm::outs() << "\n";
        llvm::outs().flush();
    }

    const std::vector<std::string> &cases;
    std::vector<std::optional<CaseResult>> results;
    std::map<Verdict, int> counts;
    size_t printed = 0;
};

/// Runs the cases, as many at a time as there are processors.
void runAllCases(const std::vector<std::string> &cases, Summary &summary)
{
    const size_t jobs = std::max(1u, std::thread::hardware_concurrency());
    std::map<int, std::pair<size_t, CaseProcess>> running; // by process
    for (size_t next = 0; next < cases.size() || !running.empty();) {
        if (next < cases.size() && running.size() < jobs) {
            CaseProcess process = CaseProcess::start(cases[next]);
            running.emplace(process.id(), std::make_pair(next++, process));
            continue;
        }
        int status = 0;
        auto ended = running.find(waitpid(-1, &status, 0));
        if (ended == running.end())
            continue;
        auto &[index, process] = ended->second;
        summary.add(index, process.finish(status));
        running.erase(ended);
    }
}

} // namespace

int main(int argc, char **argv)
{
    beginProgram(argc, argv); // the processes of the cases clean up as this one does
    cl::OptionCategory category("Options");
    cl::list<std::string> directories(cl::Positional, cl::OneOrMore, cl::desc("DIR..."), cl::cat(category));
    cl::opt<std::string> filter("filter", cl::desc("Only cases whose name matches, as test_conv*"), cl::init("*"),
                                cl::value_desc("glob"), cl::cat(category));
    cl::opt<std::string> markdown("markdown", cl::desc("Write a page of the results, reason by reason"),
                                  cl::value_desc("file"), cl::cat(category));
    cl::HideUnrelatedOptions(category);
    std::string usageErrors;
    llvm::raw_string_ostream usageStream(usageErrors);
    if (!cl::ParseCommandLineOptions(argc, argv, "Runs ONNX backend test folders on the C that barecc generates\n",
                                     &usageStream))
        return report(usageFailure(llvm::StringRef(usageErrors).rtrim()));
    std::vector<std::string> cases;
    for (const std::string &directory : directories) {
        llvm::StringRef folder = directory;
        llvm::Expected<std::vector<std::string>> found =
            findCases(folder.size() > 1 ? folder.rtrim('/') : folder, filter);
        if (!found)
            return report(found.takeError());
        llvm::append_range(cases, *found);
    }
    if (cases.empty())
        return report(usageFailure(directories.front() + ": no case test_*/model.onnx matches '" + filter + "'"));
    Summary summary(cases);
    runAllCases(cases, summary);
    const bool passed = summary.finish();
    if (!markdown.empty()) {
        const GeneratedFile page{path::filename(markdown).str(), coverageMarkdown(summary.finishedCases())};
        llvm::StringRef parent = path::parent_path(markdown);
        if (llvm::Error error = writeDirectory(parent.empty() ? "." : parent, page, Replace::Any))
            return report(std::move(error));
    }
    return endProgram(passed ? exitDone : exitFailed);
}
