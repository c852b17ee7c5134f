// How barecc speaks to the person: errors with their exit status, and notes. All on stderr.
#pragma once

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/Twine.h"
#include "llvm/Support/Error.h"

#include <string>

namespace barecc {

/// The exit statuses of the command.
enum ExitStatus { exitDone = 0, exitFailed = 1, exitUsage = 2 };

/// The person asked for something that cannot be: an unknown option value, an input the model does not have. Ends in
/// exit status 2, where any other error ends in 1.
class UsageError : public llvm::ErrorInfo<UsageError> {
public:
    static char ID;
    explicit UsageError(const llvm::Twine &message) : message(message.str()) {}
    void log(llvm::raw_ostream &os) const override { os << message; }
    std::error_code convertToErrorCode() const override { return llvm::inconvertibleErrorCode(); }

private:
    std::string message;
};

/// An error with this text. Say what is wrong, then "; ", then what to do.
llvm::Error failure(const llvm::Twine &message);
llvm::Error usageFailure(const llvm::Twine &message);

/// The usage error that a target, a project ... of this name is unknown, with the known ones and the one that may have
/// been meant.
llvm::Error unknownFailure(llvm::StringRef what, llvm::StringRef name, llvm::ArrayRef<std::string> known);

/// Prints "barecc: error: TEXT", one line, for each error in the list and returns the exit status they ask for.
int report(llvm::Error error);

/// Prints "barecc: note: TEXT".
void note(const llvm::Twine &text);

} // namespace barecc
