#include "compiler/select/Params.h"

#include "llvm/ADT/STLExtras.h"

using namespace mlir;

namespace barecc {

static DictionaryAttr dictionary(Builder &b, ArrayRef<std::pair<StringRef, int32_t>> fields)
{
    SmallVector<NamedAttribute> attributes;
    for (auto [name, value] : fields)
        attributes.push_back(b.getNamedAttr(name, b.getI32IntegerAttr(value)));
    return b.getDictionaryAttr(attributes);
}

DictionaryAttr paramsAttr(Builder &b, const window2d_params &w)
{
    return dictionary(b, {{"batch", w.batch},
                          {"in_h", w.in_h},
                          {"in_w", w.in_w},
                          {"in_c", w.in_c},
                          {"out_h", w.out_h},
                          {"out_w", w.out_w},
                          {"out_c", w.out_c},
                          {"kernel_h", w.kernel_h},
                          {"kernel_w", w.kernel_w},
                          {"stride_h", w.stride_h},
                          {"stride_w", w.stride_w},
                          {"dilation_h", w.dilation_h},
                          {"dilation_w", w.dilation_w},
                          {"pad_top", w.pad_top},
                          {"pad_left", w.pad_left},
                          {"pad_bottom", w.pad_bottom},
                          {"pad_right", w.pad_right},
                          {"groups", w.groups},
                          {"input_pixel_stride", w.input_pixel_stride},
                          {"output_pixel_stride", w.output_pixel_stride},
                          {"residual_pixel_stride", w.residual_pixel_stride}});
}

DictionaryAttr paramsAttr(Builder &b, const gemm_params &g)
{
    return dictionary(b, {{"batch", g.batch},
                          {"m", g.m},
                          {"n", g.n},
                          {"k", g.k},
                          {"lda", g.lda},
                          {"ldb", g.ldb},
                          {"ldc", g.ldc},
                          {"ld_residual", g.ld_residual},
                          {"stride_b", g.stride_b}});
}

DictionaryAttr withField(DictionaryAttr params, StringRef name, Attribute value)
{
    NamedAttrList list(params);
    list.set(name, value);
    return list.getDictionary(params.getContext());
}

int fieldOrder(StringRef name)
{
    static const StringRef order[] = {"window",
                                      "gemm",
                                      "softmax",
                                      "batch",
                                      "in_h",
                                      "in_w",
                                      "in_c",
                                      "out_h",
                                      "out_w",
                                      "out_c",
                                      "kernel_h",
                                      "kernel_w",
                                      "stride_h",
                                      "stride_w",
                                      "dilation_h",
                                      "dilation_w",
                                      "pad_top",
                                      "pad_left",
                                      "pad_bottom",
                                      "pad_right",
                                      "groups",
                                      "input_pixel_stride",
                                      "output_pixel_stride",
                                      "residual_pixel_stride",
                                      "m",
                                      "n",
                                      "k",
                                      "lda",
                                      "ldb",
                                      "ldc",
                                      "ld_residual",
                                      "stride_b",
                                      "rows",
                                      "depth",
                                      "beta",
                                      "input_zero_point",
                                      "weights_zero_point",
                                      "output_zero_point",
                                      "zero_point",
                                      "multiplier",
                                      "shift",
                                      "diff_min",
                                      "reverse_multiplier",
                                      "reverse_shift",
                                      "min",
                                      "max",
                                      "per_channel"};
    return int(llvm::find(order, name) - std::begin(order));
}

} // namespace barecc
