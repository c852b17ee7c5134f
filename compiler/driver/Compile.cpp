#include "compiler/driver/Compile.h"

#include "compiler/driver/Message.h"

using namespace barecc;

llvm::Expected<CompiledModel> barecc::compile(llvm::StringRef modelPath, const CompileOptions &options) {
    return failure(modelPath + ": the compile pipeline is not linked into this build");
}
