"""The real form of a simple Lie algebra from dimension, rank and Killing signature.

Over the complex numbers dimension and rank fix the type up to B_n/C_n (n ≥ 3), B_6/C_6/E_6; the real form is then told by
the character δ = p − q of the Killing form (Cartan; Helgason 1978, table V in chapter X), wherever no two forms share it.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass

from invarieq.algebra.constants import StructureConstants
from invarieq.algebra.killing import killing_signature
from invarieq.algebra.naming import AlgebraType
from invarieq.exact.characteristic import characteristic_polynomial

SEED = 577215
EXCEPTIONAL = {(14, 2): "G_2", (52, 4): "F_4", (78, 6): "E_6", (133, 7): "E_7", (248, 8): "E_8"}


@dataclass(frozen=True)
class Form:
    """A real form: name and character of its Killing form."""

    name: str
    character: int


def rank(algebra: StructureConstants) -> int:
    """Dimension of a Cartan subalgebra: the multiplicity of 0 among the eigenvalues of ad x for a random x."""
    source = random.Random(SEED)
    lowest = algebra.dimension
    for _ in range(2):
        weights = [algebra.domain.convert(source.randint(-9, 9)) for _ in range(algebra.dimension)]
        poly = characteristic_polynomial(algebra.adjoint({i: w for i, w in enumerate(weights) if w}), algebra.field)
        coefficients = poly.all_coeffs()
        lowest = min(lowest, next((k for k, c in enumerate(reversed(coefficients)) if c != 0), algebra.dimension))
    return lowest


def simple_type(algebra: StructureConstants, *, complex_structure: bool = False) -> AlgebraType:
    """The type of an algebra that is simple over the reals; `complex_structure` for a complex one regarded as real."""
    n, r = algebra.dimension, rank(algebra)
    if complex_structure:
        names = list(dict.fromkeys(_complex_forms(n // 2, r // 2)))
        return _chosen(names, n)
    signature = killing_signature(algebra)
    if signature is None:
        return AlgebraType(f"simple of dimension {n}, rank {r}", n, complete=False, remark="real form depends on the parameters")
    character = signature[0] - signature[1]
    return _chosen(list(dict.fromkeys(f.name for f in _real_forms(n, r) if f.character == character)), n)


def _chosen(names: list[str], dimension: int) -> AlgebraType:
    """The first name, with those that are isomorphic as other names; several types: a description."""
    if not names:
        return AlgebraType(
            f"simple of dimension {dimension}", dimension, complete=False, remark="its real form is not named here"
        )
    groups = {name: number for number, group in enumerate(_EQUAL) for name in group}
    kinds = {groups.get(name, name) for name in names}
    if len(kinds) > 1:
        return AlgebraType(" or ".join(names), dimension, complete=False, remark="dimension, rank and signature leave these")
    group = next((g for g in _EQUAL if names[0] in g), (names[0],))
    return AlgebraType(group[0], dimension, tuple(group[1:]))


# Isomorphisms of small classical algebras (Helgason 1978, X.6.4), the name we print first.
_EQUAL: tuple[tuple[str, ...], ...] = (
    ("sl(2,R)", "A_{3,8}", "so(2,1)", "su(1,1)", "sp(2,R)"),
    ("so(3)", "A_{3,9}", "su(2)", "sp(1)"),
    ("so(3,1)", "sl(2,C)"),
    ("so(5)", "sp(2)"),
    ("so(4,1)", "sp(1,1)"),
    ("so(3,2)", "sp(4,R)"),
    ("so(6)", "su(4)"),
    ("so(5,1)", "su*(4)"),
    ("so(4,2)", "su(2,2)"),
    ("sl(4,R)", "so(3,3)"),
    ("su(3,1)", "so*(6)"),
    ("so(6,2)", "so*(8)"),
    ("sp(4,C)", "so(5,C)"),
    ("sl(4,C)", "so(6,C)"),
)


def _real_forms(n: int, r: int) -> Iterator[Form]:
    m = r + 1
    if n == r * (r + 2):
        yield Form(f"sl({m},R)", r)
        for q in range(m // 2 + 1):
            yield Form(_pair("su", m - q, q), 1 - (m - 2 * q) ** 2)
        if m % 2 == 0 and m > 2:
            yield Form(f"su*({m})", -m - 1)
    for size in (2 * r, 2 * r + 1):
        if size >= 5 and n == size * (size - 1) // 2:
            for q in range(size // 2 + 1):
                yield Form(_pair("so", size - q, q), (size - (size - 2 * q) ** 2) // 2)
            if size % 2 == 0:
                yield Form(f"so*({size})", -r)
    if r >= 1 and n == r * (2 * r + 1):
        yield Form(f"sp({2 * r},R)", r)
        for q in range(r // 2 + 1):
            yield Form(_pair("sp", r - q, q), -2 * (r - 2 * q) ** 2 - r)
    if (n, r) == (14, 2):
        yield from (Form("split G_2", 2), Form("compact G_2", -14))
    elif (n, r) in EXCEPTIONAL:
        name = EXCEPTIONAL[n, r]
        yield from (Form(f"split {name}", r), Form(f"compact {name}", -n))


def _pair(kind: str, p: int, q: int) -> str:
    if (kind, p + q) == ("su", 2):
        return "so(3)" if q == 0 else "sl(2,R)"
    if (kind, p + q) == ("sp", 1):
        return "so(3)"
    return f"{kind}({p},{q})" if q else f"{kind}({p})"


def _complex_forms(n: int, r: int) -> Iterator[str]:
    if n == 3:
        yield "so(3,1)"
    elif n == r * (r + 2):
        yield f"sl({r + 1},C)"
    for size in (2 * r, 2 * r + 1):
        if size >= 5 and n == size * (size - 1) // 2:
            yield f"so({size},C)"
    if r >= 2 and n == r * (2 * r + 1):
        yield f"sp({2 * r},C)"
    if (n, r) in EXCEPTIONAL:
        yield f"{EXCEPTIONAL[n, r]} over C"
