// One case of an ONNX backend test folder: a model, and data sets of inputs with the outputs they must give.
#pragma once

#include "llvm/ADT/StringRef.h"

#include <string>
#include <vector>

namespace barecc {

enum class Verdict { Passed, Failed, Unsupported };

struct CaseResult {
    Verdict verdict;
    /// Where the case passed, how: empty, or which inputs had to be fixed or redeclared, or the bound.
    std::string reason;
};

/// Compiles DIR/model.onnx to plain C, builds it, runs it on every DIR/test_data_set_*, and compares: floating point
/// within the bound that Bound.h states, integers equal. Inputs have the shapes that are recorded.
/// An input that has to be known at compile time (a shape, axes: a number or a list) is fixed to what the data set
/// holds. Unsupported is what barecc declines with a message; whatever goes wrong after that is a failure.
CaseResult runCase(llvm::StringRef directory);

/// The same in a process of its own with a limit of processor time, so that a crash is one failed case.
class CaseProcess {
public:
    static CaseProcess start(llvm::StringRef directory);

    int id() const { return process; }
    /// Call once, after the process has ended with `status`, as waitpid says it.
    CaseResult finish(int status);

private:
    int process = -1;
    int results = -1; ///< The reading end of a pipe: verdict, then reason.
};

} // namespace barecc
