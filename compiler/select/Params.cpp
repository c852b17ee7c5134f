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

DictionaryAttr paramsAttr(Builder &b, const window2d &w)
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
                          {"in_pixel", w.in_pixel},
                          {"out_pixel", w.out_pixel},
                          {"residual_pixel", w.residual_pixel}});
}

DictionaryAttr paramsAttr(Builder &b, const matmul &s)
{
    return dictionary(b, {{"batch", s.batch},
                          {"m", s.m},
                          {"n", s.n},
                          {"k", s.k},
                          {"x_row", s.x_row},
                          {"w_row", s.w_row},
                          {"y_row", s.y_row},
                          {"residual_row", s.residual_row},
                          {"w_batch", s.w_batch}});
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
                                      "size",
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
                                      "in_pixel",
                                      "out_pixel",
                                      "residual_pixel",
                                      "m",
                                      "n",
                                      "k",
                                      "x_row",
                                      "w_row",
                                      "y_row",
                                      "residual_row",
                                      "w_batch",
                                      "rows",
                                      "depth",
                                      "beta",
                                      "in_zero",
                                      "filter_zero",
                                      "out_zero",
                                      "x_zero",
                                      "w_zero",
                                      "y_zero",
                                      "multiplier",
                                      "shift",
                                      "diff_min",
                                      "reverse_multiplier",
                                      "reverse_shift",
                                      "min",
                                      "max",
                                      "channel_step"};
    return int(llvm::find(order, name) - std::begin(order));
}

} // namespace barecc
