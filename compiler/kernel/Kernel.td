//===- Kernel.td - the kernel dialect --------------------------------------------------------------------------===//
//
// What a model is after selection: functions that are straight lines of these operations, of views (nn.reshape,
// quant.scast, tensor.extract_slice), tensor.concat and constants. Values are still tensors; the planner gives them
// addresses, and each operation of this dialect but the terminator becomes a call of a C function.
//
//===------------------------------------------------------------------------------------------------------===//

#ifndef BARECC_KERNEL_TD
#define BARECC_KERNEL_TD

include "compiler/ir/ControlFlow.td"
include "compiler/kernel/KernelInterfaces.td"
include "mlir/IR/AttrTypeBase.td"
include "mlir/IR/OpBase.td"
include "mlir/IR/BuiltinAttributes.td"
include "mlir/Interfaces/ControlFlowInterfaces.td"
include "mlir/Interfaces/SideEffectInterfaces.td"

def Kernel_Dialect : Dialect {
  let name = "kernel";
  let cppNamespace = "::barecc::kernel";
  let useDefaultAttributePrinterParser = 1;
  let summary = "Calls of hand-written kernels, generated loops, and control flow over subgraphs";
  let description = [{
    `kernel.features` of a module names the features of the target (`targets/features.td`, `TargetFeatures.h`):

    ```mlir
    module attributes {kernel.features = ["mve", "mve.fp"]} { ... }
    ```
  }];
  let hasOperationAttrVerify = 1;
}

class Kernel_Op<string mnemonic, list<Trait> traits = []> : Op<Kernel_Dialect, mnemonic, [Pure] # traits>;

// ---- Kernels -----------------------------------------------------------------------------------------------

def Kernel_ParamsAttr : AttrDef<Kernel_Dialect, "Params"> {
  let mnemonic = "params";
  let summary = "The constant first argument of a C kernel";
  let description = [{
    A value of a params struct (`kernels/params.td`): its name, and its fields in order, each an i32, an f32 or a struct.

    ```mlir
    #kernel.params<softmax_f32_params {rows = 1, depth = 10, beta = 1.0 : f32}>
    ```
  }];
  let parameters = (ins "::mlir::StringAttr":$structName, ArrayRefParameter<"::mlir::NamedAttribute">:$fields);
  let hasCustomAssemblyFormat = 1;
  let extraClassDeclaration = [{
    /// The same with another integer in the field of that path, "window.input_pixel_stride".
    ParamsAttr withField(::llvm::StringRef path, int32_t value);
  }];
}

def Kernel_BytesAttr : AttrDef<Kernel_Dialect, "Bytes"> {
  let mnemonic = "bytes";
  let summary = "KernelBytes (Registry.h) of a call";
  let parameters = (ins "int64_t":$shared, "int64_t":$params, "int64_t":$helpers, "int64_t":$layer);
  let assemblyFormat = "`<` struct(params) `>`";
}

def Kernel_CallOp : Kernel_Op<"call", [KernelOpInterface]> {
  let summary = "Call of a C kernel";
  let description = [{
    `callee` names a kernel's record (KernelRecord.td), which says what the C function takes. Where the program is for
    several levels of processors, it is that of the best, and `lower_callees` names those of the others, from the best
    down, which take the same call. Here stand the operands that the operation has, each with its role, and the
    constant params. `rows` is the number of rows of the output,
    counted over the whole batch. A kernel whose record names a workspace gets one of `workspace` bytes. Result 0 may
    lie exactly on the inputs that `in_place` lists. Where size counts, `bytes` is what the kernel takes, and
    calls that are `shared` run one body of it, which is not specialised for the params.

    ```mlir
    %y = kernel.call "softmax_f32"(input %x) params <softmax_f32_params {rows = 1, depth = 10, beta = 1.0 : f32}>
        {rows = 1, in_place = array<i64: 0>} : (tensor<1x10xf32>) -> tensor<1x10xf32>
    ```
  }];
  let arguments = (ins StrAttr:$callee, Variadic<AnyRankedTensor>:$inputs, DenseI32ArrayAttr:$roles,
                       Kernel_ParamsAttr:$params, I64Attr:$rows, DefaultValuedAttr<I64Attr, "0">:$workspace,
                       DefaultValuedAttr<DenseI64ArrayAttr, "{}">:$in_place, DefaultValuedAttr<I64Attr, "0">:$macs,
                       OptionalAttr<Kernel_BytesAttr>:$bytes, UnitAttr:$shared,
                       OptionalAttr<StrArrayAttr>:$lower_callees);
  let results = (outs AnyRankedTensor:$output);
  let assemblyFormat = [{
    $callee `(` custom<Operands>($inputs, $roles) `)` `params` $params attr-dict `:` functional-type($inputs, $output)
  }];
  let hasVerifier = 1;
  let extraClassDeclaration = [{
    /// The callee at a level: 0 is the best.
    ::llvm::StringRef getCalleeAt(unsigned level);
    const ::barecc::KernelRecord &getRecord();
    /// What the record says of an input.
    const ::barecc::KernelOperand &getOperandRecord(unsigned input);
    /// The input of that role, or null where the operation has none.
    ::mlir::Value getInput(::barecc::Role role);

    ::llvm::StringRef getName() { return getCallee(); }
    ::llvm::SmallVector<int64_t> getInPlaceOperands() { return ::llvm::SmallVector<int64_t>(getInPlace()); }
    OperandLayout getOperandLayout(unsigned operand);
    OperandLayout getResultLayout();
    int64_t getWorkspaceBytes() { return int64_t(getWorkspace()); }
  }];
}

// ---- Generated functions -----------------------------------------------------------------------------------

def Kernel_LoopsOp : Kernel_Op<"loops", [KernelOpInterface, IsolatedFromAbove, SingleBlock]> {
  let summary = "Loops over elements, of which a C function is generated";
  let description = [{
    The region holds one linalg operation, whose results it yields, and what that takes beside the inputs: uniform
    constants, and tensor.empty or linalg.fill as what it starts from. The region's arguments are the inputs. The C
    function is named after `name`; `in_place` lists the inputs that result 0 may lie exactly on.

    ```mlir
    %y = kernel.loops "neg"(%x) {
    ^bb0(%in: tensor<8xf32>):
      %empty = tensor.empty() : tensor<8xf32>
      %out = linalg.negf ins(%in : tensor<8xf32>) outs(%empty : tensor<8xf32>) -> tensor<8xf32>
      kernel.yield %out : tensor<8xf32>
    } {in_place = array<i64: 0>} : (tensor<8xf32>) -> tensor<8xf32>
    ```
  }];
  let arguments = (ins StrAttr:$name, Variadic<AnyRankedTensor>:$inputs,
                       DefaultValuedAttr<DenseI64ArrayAttr, "{}">:$in_place, DefaultValuedAttr<I64Attr, "0">:$macs);
  let results = (outs Variadic<AnyRankedTensor>:$outputs);
  let regions = (region SizedRegion<1>:$body);
  let assemblyFormat = "$name `(` $inputs `)` $body attr-dict `:` functional-type($inputs, $outputs)";
  let hasVerifier = 1;
  let skipDefaultBuilders = 1;
  let builders = [
    /// The body is an empty block with an argument for each input.
    OpBuilder<(ins "::mlir::TypeRange":$outputs, "::llvm::StringRef":$name, "::mlir::ValueRange":$inputs)>
  ];
  let extraClassDeclaration = [{
    /// The operation that the region holds.
    ::mlir::linalg::LinalgOp getLinalgOp();

    ::llvm::SmallVector<int64_t> getInPlaceOperands() { return ::llvm::SmallVector<int64_t>(getInPlace()); }
    OperandLayout getOperandLayout(unsigned) { return OperandLayout::Strided; }
    OperandLayout getResultLayout() { return OperandLayout::Strided; }
  }];
}

def Kernel_ProcedureOp : Kernel_Op<"procedure", [KernelOpInterface, IsolatedFromAbove, SingleBlock, NoTerminator]> {
  let summary = "Imperative code over whole tensors, of which a C function is generated";
  let description = [{
    What selection makes of an nn.procedure: the same region, whose arguments are the inputs and then the results as
    memrefs. No two inputs are the same tensor. `in_place` lists the inputs that result 0 may lie exactly on.

    ```mlir
    %y = kernel.procedure "last"(%x) {
    ^bb0(%in: memref<4xf32>, %out: memref<f32>):
      %three = arith.constant 3 : index
      %v = memref.load %in[%three] : memref<4xf32>
      memref.store %v, %out[] : memref<f32>
    } : (tensor<4xf32>) -> tensor<f32>
    ```
  }];
  let arguments = (ins StrAttr:$name, Variadic<AnyRankedTensor>:$inputs,
                       DefaultValuedAttr<DenseI64ArrayAttr, "{}">:$in_place);
  let results = (outs Variadic<AnyRankedTensor>:$outputs);
  let regions = (region SizedRegion<1>:$body);
  let assemblyFormat = "$name `(` $inputs `)` $body attr-dict `:` functional-type($inputs, $outputs)";
  let hasVerifier = 1;
  let extraClassDeclaration = [{
    ::llvm::SmallVector<int64_t> getInPlaceOperands() { return ::llvm::SmallVector<int64_t>(getInPlace()); }
    OperandLayout getOperandLayout(unsigned) { return OperandLayout::Strided; }
    OperandLayout getResultLayout() { return OperandLayout::Strided; }
  }];
}

def Kernel_RowsOp : Kernel_Op<"rows", [KernelOpInterface, IsolatedFromAbove, SingleBlock]> {
  let summary = "A kernel and the loops over its result, computed in bands of rows";
  let description = [{
    The region holds a producer, a kernel.call, and its consumer, a kernel.loops that reads the producer's result and
    writes one of the same shape, and yields that. Rows are counted along the first dimension of the result that has
    more than one; `band` of them are computed at a time, which divides them all: the producer writes them to where the
    result lies, then the consumer combines them in place with the same rows of its other operands. So the tensor
    between the two is never held as a whole.

    Result 0 may lie on what the consumer may be computed in place of: the rows of that which a band overwrites are
    set aside first, at the end of the workspace.

    ```mlir
    %y = kernel.rows(%x, %weights, %channels, %other) band 1 {
    ^bb0(%a: tensor<1x8x8x4xi8>, %b: tensor<144xi8>, %c: tensor<16xi32>, %d: tensor<1x8x8x4xi8>):
      %t = kernel.call "conv2d_s8_dsp"(input %a, weights %b, requant %c) params <...> {...} : ... -> tensor<1x8x8x4xi8>
      %sum = kernel.loops "add"(%t, %d) {...} {in_place = array<i64: 0, 1>} : ... -> tensor<1x8x8x4xi8>
      kernel.yield %sum : tensor<1x8x8x4xi8>
    } : (tensor<1x8x8x4xi8>, tensor<144xi8>, tensor<16xi32>, tensor<1x8x8x4xi8>) -> tensor<1x8x8x4xi8>
    ```
  }];
  let arguments = (ins Variadic<AnyRankedTensor>:$inputs, I64Attr:$band);
  let results = (outs AnyRankedTensor:$output);
  let regions = (region SizedRegion<1>:$body);
  let assemblyFormat = "`(` $inputs `)` `band` $band $body attr-dict `:` functional-type($inputs, $output)";
  let hasVerifier = 1;
  let skipDefaultBuilders = 1;
  let builders = [
    /// The body is an empty block with an argument for each input.
    OpBuilder<(ins "::mlir::Type":$output, "::mlir::ValueRange":$inputs, "int64_t":$band)>
  ];
  let extraClassDeclaration = [{
    CallOp getProducer();
    LoopsOp getConsumer();
    /// The operand of the consumer that is the producer's result.
    unsigned getIntermediate();
    /// The input that an operand of the producer or of the consumer is.
    static unsigned inputOf(::mlir::Value operand);
    /// Bytes of the rows that are computed at a time.
    int64_t getBandBytes();

    std::string getName();
    ::llvm::SmallVector<int64_t> getInPlaceOperands();
    OperandLayout getOperandLayout(unsigned operand);
    OperandLayout getResultLayout() { return getProducer().getResultLayout(); }
    int64_t getWorkspaceBytes();
    int64_t getMacs() { return int64_t(getProducer().getMacs()); }
  }];
}

def Kernel_YieldOp : Kernel_Op<"yield", [Terminator, ReturnLike, ParentOneOf<["LoopsOp", "RowsOp"]>]> {
  let summary = "The results of a region";
  let arguments = (ins Variadic<AnyRankedTensor>:$results);
  let assemblyFormat = "($results^ `:` type($results))? attr-dict";
}

// ---- Control flow ------------------------------------------------------------------------------------------

def Kernel_LoopOp : SubgraphLoopOp<Kernel_Dialect, [KernelOpInterface]> {
  let description = [{
    What selection makes of an nn.loop. Its workspace is a second place for each carried value, which the iterations
    write in turns with that of the result, and then the arena of the body.

    ```mlir
    %final = kernel.loop @body init(%zero : tensor<8xf32>) {name = "loop", trips = 10 : i64} -> (tensor<8xf32>)
    ```
  }];
  let arguments = !con((ins StrAttr:$name), control);
  let extraClassDeclaration = [{
    ::llvm::SmallVector<int64_t> getInPlaceOperands() { return {}; }
    OperandLayout getOperandLayout(unsigned) { return OperandLayout::Contiguous; }
    OperandLayout getResultLayout() { return OperandLayout::Contiguous; }
    ::llvm::SmallVector<::mlir::FlatSymbolRefAttr, 2> getSubgraphs() { return {getBodyAttr()}; }
    /// Whether it runs `trips` times, whatever its operands are.
    bool isCounted() { return !getLimit() && !getStart(); }
  }];
}

def Kernel_IfOp : SubgraphIfOp<Kernel_Dialect, [KernelOpInterface]> {
  let description = [{
    What selection makes of an nn.if. Its workspace is the arena of either subgraph.

    ```mlir
    %y = kernel.if %c then @yes otherwise @no(%x) {name = "if"} : tensor<i1>, (tensor<4xf32>) -> tensor<4xf32>
    ```
  }];
  let arguments = !con((ins StrAttr:$name), control);
  let extraClassDeclaration = [{
    ::llvm::SmallVector<int64_t> getInPlaceOperands() { return {}; }
    OperandLayout getOperandLayout(unsigned) { return OperandLayout::Contiguous; }
    OperandLayout getResultLayout() { return OperandLayout::Contiguous; }
    ::llvm::SmallVector<::mlir::FlatSymbolRefAttr, 2> getSubgraphs() { return {getThenAttr(), getOtherwiseAttr()}; }
  }];
}

#endif
