//===- ControlFlow.td - control flow over whole tensors --------------------------------------------------------===//
//
// What the loops and branches of the nn and of the kernel dialect have in common: selection turns one into the other.
//
//===------------------------------------------------------------------------------------------------------===//

#ifndef BARECC_CONTROL_FLOW_TD
#define BARECC_CONTROL_FLOW_TD

include "mlir/IR/OpBase.td"
include "mlir/IR/BuiltinAttributes.td"
include "mlir/IR/SymbolInterfaces.td"
include "mlir/Interfaces/SideEffectInterfaces.td"

class SubgraphLoopOp<Dialect dialect, list<Trait> traits = []>
    : Op<dialect, "loop", [Pure, AttrSizedOperandSegments, AttrSizedResultSegments,
                           DeclareOpInterfaceMethods<SymbolUserOpInterface>] # traits> {
  let summary = "A subgraph, run again and again";
  dag control = (ins FlatSymbolRefAttr:$body, Optional<AnyStaticShapeTensor>:$limit,
                     Optional<AnyStaticShapeTensor>:$start, Variadic<AnyStaticShapeTensor>:$inits,
                      Variadic<AnyStaticShapeTensor>:$scanned, Variadic<AnyStaticShapeTensor>:$captured,
                      I64Attr:$trips, DefaultValuedAttr<DenseBoolArrayAttr, "{}">:$scanned_backwards,
                      DefaultValuedAttr<DenseBoolArrayAttr, "{}">:$stacked_backwards);
  let arguments = control;
  let results = (outs Variadic<AnyStaticShapeTensor>:$finals, Variadic<AnyStaticShapeTensor>:$stacked,
                      Optional<AnyStaticShapeTensor>:$count);
  let assemblyFormat = [{
    $body (`limit` `(` $limit^ `:` type($limit) `)`)? (`start` `(` $start^ `:` type($start) `)`)?
    (`init` `(` $inits^ `:` type($inits) `)`)? (`scan` `(` $scanned^ `:` type($scanned) `)`)?
    (`capture` `(` $captured^ `:` type($captured) `)`)? attr-dict `->` `(` type($finals) `)`
    (`stacked` `(` type($stacked)^ `)`)? (`count` type($count)^)?
  }];
  let hasVerifier = 1;
}

class SubgraphIfOp<Dialect dialect, list<Trait> traits = []>
    : Op<dialect, "if", [Pure, DeclareOpInterfaceMethods<SymbolUserOpInterface>] # traits> {
  let summary = "One of two subgraphs";
  dag control = (ins AnyStaticShapeTensor:$condition, FlatSymbolRefAttr:$then, FlatSymbolRefAttr:$otherwise,
                      Variadic<AnyStaticShapeTensor>:$captured);
  let arguments = control;
  let results = (outs Variadic<AnyStaticShapeTensor>:$outputs);
  let assemblyFormat = [{
    $condition `then` $then `otherwise` $otherwise `(` $captured `)` attr-dict `:` type($condition) `,`
    functional-type($captured, $outputs)
  }];
  let hasVerifier = 1;
}

#endif
