"""How many multiply-accumulates an instruction does, by instruction set.

A product that begins a sum counts as well where it is one of the same instructions' forms (NEON's smull beside smlal).
Multiplications of other kinds, such as those that rescale sums, count nothing.
"""

import re


def first_match(table):
    """`macs_of` for instructions that say by themselves how much they do: rows of pattern and multiply-accumulates."""
    rows = [(re.compile(pattern + r"$"), count) for pattern, count in table]

    def macs_of(body):
        return [next((count for pattern, count in rows if pattern.match(f"{i.mnemonic} {i.operands}")), 0)
                for i in body]
    return macs_of


ARM_M = first_match([
    (r"smlad\S* .*", 2), (r"smlald\S* .*", 2), (r"smuad\S* .*", 2),
    (r"mla(\.w)? .*", 1), (r"smla[bt][bt]\S* .*", 1), (r"smul[bt][bt]\S* .*", 1),
    (r"vmla(da)?v?a?\S*\.[su]8 .*", 16), (r"vml\S*\.[su]16 .*", 8), (r"vml\S*\.[siu]32 .*", 4),
    (r"vmull[bt]\S*\.s8 .*", 8), (r"vmull[bt]\S*\.s16 .*", 4),
    (r"v(fma|mla|mul)\S*\.f32 q.*", 4), (r"v(fma|mla|mul)\S*\.f32 s.*", 1)])

ARM_V6M = first_match([(r"muls .*", 1)])

ARM_V7 = first_match([
    (r"vml[as]l\.s16 .*", 4), (r"vmull\.s16 .*", 4), (r"vmull\.s8 .*", 8), (r"vmlal\.s8 .*", 8),
    (r"v(mla|fma|mul)\.f32 q.*", 4), (r"v(mla|fma|mul)\.f32 d.*", 2), (r"v(mla|fma|mul)\.f32 s.*", 1)])

ARM64 = first_match([
    (r"[us]?smmla .*", 32), (r"sdot v\d+\.4s.*", 16), (r"sdot v\d+\.2s.*", 8),
    (r"sm(la|ul)l2? v\d+\.8h.*", 8), (r"sm(la|ul)l2? v\d+\.4s.*", 4), (r"mla v\d+\.8h.*", 8), (r"mla v\d+\.4s.*", 4),
    (r"fm(la|ul) v\d+\.8h.*", 8), (r"fm(la|ul) v\d+\.4s.*", 4), (r"fm(la|ul) v\d+\.2s.*", 2), (r"f(madd|mul) s.*", 1)])

X86 = first_match([
    (r"v(fmadd\d+|mul)ps .*%zmm\d+", 16), (r"v(fmadd\d+|mul)ps .*%ymm\d+", 8), (r"v(fmadd\d+|mul)ps .*%xmm\d+", 4),
    (r"vpdpbusds? .*%zmm\d+", 64), (r"vpdpbusds? .*%ymm\d+", 32)])

RISCV = first_match([(r"mulw? .*", 1), (r"f(madd|mul)\.s .*", 1)])

VTYPE = re.compile(r"e(\d+), (mf?)(\d)")


def vtypes(body):
    """For each instruction the element bits and the length multiplier that the last vset* above it has set, or None."""
    current, result = None, []
    for instruction in body:
        if instruction.mnemonic.startswith("vset") and (match := VTYPE.search(instruction.operands)):
            current = int(match[1]), int(match[3]) if match[2] == "m" else 1 / int(match[3])
        result.append(current)
    return result


def riscv_vectors(vector_bits):
    """Vectors as full as their type lets them be; the type counts a widening product's narrow operands."""
    product = re.compile(r"v(w?macc(u|su|us)?|w?mul(u|su)?|f(w?macc|madd|mul))\.(vv|vx|vf)$")

    def macs_of(body):
        return [int(vector_bits * vtype[1] // vtype[0]) if vtype and product.match(instruction.mnemonic) else 0
                for instruction, vtype in zip(body, vtypes(body))]
    return macs_of
