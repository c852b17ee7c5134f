// Runs any stage, or any pass of one, on a model in MLIR's text form: `barecc-opt --optimize model.mlir`.
#include "compiler/optimize/Passes.h"
#include "compiler/plan/Passes.h"
#include "compiler/select/Passes.h"

#include "mlir/IR/DialectRegistry.h"
#include "mlir/Tools/mlir-opt/MlirOptMain.h"
#include "mlir/Transforms/Passes.h"

int main(int argc, char **argv)
{
    mlir::DialectRegistry registry;
    barecc::registerDialects(registry);
    registry.insert<barecc::kernel::KernelDialect>();
    barecc::registerOptimizeStage();
    barecc::registerSelectStage();
    barecc::registerPlanPasses();
    mlir::registerCanonicalizerPass();
    mlir::registerCSEPass();
    mlir::registerSymbolDCEPass();
    return mlir::asMainReturnCode(mlir::MlirOptMain(argc, argv, "Passes of barecc on MLIR text\n", registry));
}
