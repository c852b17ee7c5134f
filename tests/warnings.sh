# The warnings that the C of kernels/ and of models compiles without: $gcc_warnings and $clang_warnings. For scripts to
# source.

gcc_warnings="-Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wundef -Wcast-align=strict -Wstrict-prototypes -Wfloat-equal"
# All that clang has but, in this order: what is C99, or C11; arrays that know their size, which C has not; where structs
# have gaps; either way to write a switch; casts of what floorf returns; conversions from void *, which C has; what is
# marked as unused since kernels/ is also compiled file by file; names that compilers keep for the macros of instruction
# sets.
clang_warnings="-Weverything
    -Wno-declaration-after-statement -Wno-pre-c11-compat -Wno-c99-compat
    -Wno-unsafe-buffer-usage
    -Wno-padded
    -Wno-switch-default -Wno-covered-switch-default
    -Wno-bad-function-cast
    -Wno-implicit-void-ptr-cast
    -Wno-used-but-marked-unused
    -Wno-reserved-macro-identifier -Wno-reserved-identifier"
