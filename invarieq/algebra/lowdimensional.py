"""Isomorphism types of indecomposable real Lie algebras of dimension 3 and 4 that are soluble.

Each has a nilradical N of codimension one (A_{4,12} alone has two), and what is left is one matrix: the action of the
remaining vector on N/[N, N], up to similarity and scaling. Its Jordan form gives name and parameters.
Names and normal forms: Patera, Sharp, Winternitz, Zassenhaus 1976, J. Math. Phys. 17, 986 (after Mubarakzyanov 1963).
"""

from __future__ import annotations

import sympy as sp

from invarieq.algebra.constants import StructureConstants
from invarieq.algebra.naming import AlgebraType, with_parameters
from invarieq.algebra.radical import nilradical
from invarieq.algebra.spectrum import Spectrum, number, ratio, spectrum
from invarieq.algebra.subspaces import product
from invarieq.errors import AlgebraError, Undecided
from invarieq.exact.sparse import Basis, Span, Vector

ALSO = {
    "A_2": ("aff(1,R)",),
    "A_{3,1}": ("h_1", "Heisenberg"),
    "A_{3,4}": ("e(1,1)",),
    "A_{3,6}": ("e(2)",),
    "A_{4,1}": ("extended gal(1)",),
    "A_{4,8}": ("split oscillator",),
    "A_{4,10}": ("oscillator",),
    "A_{4,12}": ("aff(1,C)",),
}
GENERIC = "for generic values of the parameters"


def soluble_type(algebra: StructureConstants) -> AlgebraType:
    """The type of a soluble algebra of dimension at most 4 that is no direct sum.

    Raises `AlgebraError` for other algebras and `Undecided` where the type depends on the values of parameters.
    """
    n = algebra.dimension
    if n == 1:
        return AlgebraType("A_1", 1)
    if n == 2:
        return _named("A_2", algebra)
    nil = nilradical(algebra)
    if len(nil) == n:
        return _named("A_{3,1}" if n == 3 else "A_{4,1}", algebra)
    if len(nil) == 2 and n == 4:
        return _named("A_{4,12}", algebra)
    if len(nil) != n - 1 or n > 4:
        raise AlgebraError("expected a soluble algebra of dimension at most 4 that is no direct sum")
    found = spectrum(_action(algebra, nil), algebra.field)
    if product(algebra, nil, nil):
        return _over_heisenberg(found, algebra)
    return _plane(found, algebra) if n == 3 else _volume(found, algebra)


def _action(algebra: StructureConstants, nil: list[Vector]) -> list[Vector]:
    """ad of a vector outside N on N/[N, N], as columns."""
    inner = product(algebra, nil, nil)
    span = Span(algebra.domain, inner)
    outer = [v for v in nil if span.add(v)]
    outside = algebra.unit(Span(algebra.domain, nil).complement(algebra.dimension)[0])
    frame = Basis(algebra.domain, [*outer, *inner])
    images = [frame.coordinates(algebra.bracket(outside, v)) or {} for v in outer]
    return [{k: c for k, c in image.items() if k < len(outer)} for image in images]


def _named(stem: str, algebra: StructureConstants, *parameters: sp.Expr) -> AlgebraType:
    remark = GENERIC if algebra.field.has_parameters else ""
    return AlgebraType(with_parameters(stem, parameters), algebra.dimension, ALSO.get(stem, ()), tuple(parameters), True, remark)


def _plane(found: Spectrum, algebra: StructureConstants) -> AlgebraType:
    """Dimension 3 over an abelian plane."""
    if found.pair:
        a = _positive(ratio(*found.pair))
        return _named("A_{3,6}", algebra) if a == 0 else _named("A_{3,7}", algebra, a)
    if len(found.real) == 1:
        return _named("A_{3,2}" if found.real[0][2] == 1 else "A_{3,3}", algebra)
    a = _largest_one([value for value, _, _ in found.real])[0]
    return _named("A_{3,4}", algebra) if a == -1 else _named("A_{3,5}", algebra, a)


def _over_heisenberg(found: Spectrum, algebra: StructureConstants) -> AlgebraType:
    """Dimension 4 over the Heisenberg algebra."""
    if found.pair:
        a = _positive(ratio(*found.pair))
        return _named("A_{4,10}", algebra) if a == 0 else _named("A_{4,11}", algebra, a)
    if len(found.real) == 1:
        return _named("A_{4,7}", algebra) if found.real[0][2] == 1 else _named("A_{4,9}", algebra, sp.S.One)
    b = _largest_one([value for value, _, _ in found.real])[0]
    return _named("A_{4,8}", algebra) if b == -1 else _named("A_{4,9}", algebra, b)


def _volume(found: Spectrum, algebra: StructureConstants) -> AlgebraType:
    """Dimension 4 over an abelian space of dimension 3."""
    if found.pair:
        a, b = ratio(found.real[0][0], found.pair[1]), ratio(*found.pair)
        flip = (number(b) or 0.0) < 0 or (b == 0 and (number(a) or 0.0) < 0)
        return _named("A_{4,6}", algebra, *((-a, -b) if flip else (a, b)))
    if len(found.real) == 1 and found.real[0][2] == 1:
        return _named("A_{4,4}", algebra)
    broken = next(((v, m, g) for v, m, g in found.real if g < m), None)
    if broken is None:
        values = [v for v, m, _ in found.real for _ in range(m)]
        return _named("A_{4,5}", algebra, *_largest_one(values))
    other = next((v for v, _, _ in found.real if v != broken[0]), broken[0])
    return _named("A_{4,3}", algebra) if broken[0] == 0 else _named("A_{4,2}", algebra, ratio(other, broken[0]))


def _positive(value: sp.Expr) -> sp.Expr:
    given = number(value)
    return -value if given is not None and given < 0 else value


def _largest_one(values: list[sp.Expr]) -> tuple[sp.Expr, ...]:
    """The other values over the one of largest size, so that all lie in [−1, 1], in rising order.

    Of v and −v as the largest the one that leaves the larger others is taken. With parameters the quotient with the
    shortest text is taken (then a and 1/a stand for the same algebra).
    """
    choices: list[tuple[sp.Expr, ...]] = []
    for i, top in enumerate(values):
        if top == 0:
            continue
        others = [ratio(v, top) for k, v in enumerate(values) if k != i]
        sizes = [number(o) for o in others]
        if None in sizes:
            choices.append(tuple(sorted(others, key=sp.default_sort_key)))
        elif all(abs(s) <= 1 + 1e-20 for s in sizes if s is not None):
            choices.append(tuple(sorted(others, key=lambda o: float(o.evalf(30)))))
    if not choices:
        raise Undecided(f"the eigenvalues {values} could not be ordered by size")
    if any(o.free_symbols for c in choices for o in c):
        return min(choices, key=lambda c: (sum(o.count_ops() for o in c), str(c)))
    return max(choices, key=lambda c: tuple(float(o.evalf(30)) for o in c))
