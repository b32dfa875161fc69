"""Which combinations of candidates are total divergences in space? Law in conservation form: ∂_t^m u^a + Σ_i D_i F^{a,i} = 0.

f is a divergence in the space coordinates exactly when the Euler operators E_b(f) = Σ_J (−D)_J ∂f/∂b_J vanish, J over space
derivatives, b over the fields and their derivatives by time alone (Olver 1993, Theorem 4.7, time being a parameter): linear
conditions on the coefficients of the candidates.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import sympy as sp

from invarieq.errors import DeclarationError
from invarieq.jets import JetSpace
from invarieq.space.ambient import Ambient

Monomial = tuple[tuple[sp.Symbol, int], ...]  # sorted by name
Polynomial = dict[Monomial, int]


def divergence_conditions(candidates: Ambient) -> list[dict[int, object]]:
    """Linear conditions on the unknowns of `restrict`, one an (equation, Euler operator, monomial of the result).

    Raises `DeclarationError` for candidates with user functions or a radius: the form is decided for polynomials only.
    """
    if candidates.definitions:
        raise DeclarationError(
            f"terms.conserved with the function {candidates.definitions[0][1]}: expected polynomial candidates; leave out terms.functions"
        )
    rows: dict[tuple[object, ...], dict[int, object]] = {}
    count = len(candidates.monomials)
    for k, exponents in enumerate(candidates.monomials):
        monomial = tuple(sorted(((s, n) for s, n in zip(candidates.variables, exponents, strict=True) if n), key=_name))
        for base, parts in _euler(candidates.space, monomial).items():
            for power, c in parts.items():
                for a in range(len(candidates.leading)):
                    rows.setdefault((a, base, power), {})[a * count + k] = sp.QQ(c)
    return list(rows.values())


def _name(pair: tuple[sp.Symbol, int]) -> str:
    return pair[0].name


def _euler(space: JetSpace, monomial: Monomial) -> dict[tuple[int, int], Polynomial]:
    """E_b(monomial) for every b = (field, number of time derivatives) in it."""
    result: dict[tuple[int, int], Polynomial] = {}
    for symbol, n in monomial:
        found = space.index(symbol)
        if found is None:
            continue
        field, (times, *places) = found
        slope: Polynomial = {_divided(monomial, symbol): n * (-1) ** sum(places)}
        for i, repeats in enumerate(places, start=1):
            for _ in range(repeats):
                slope = _derivative(space, slope, i)
        total = result.setdefault((field, times), {})
        for m, c in slope.items():
            total[m] = total.get(m, 0) + c
    return {base: {m: c for m, c in total.items() if c} for base, total in result.items()}


def _divided(monomial: Monomial, symbol: sp.Symbol) -> Monomial:
    return tuple((s, n - (s == symbol)) for s, n in monomial if n > (s == symbol))


def _derivative(space: JetSpace, polynomial: Mapping[Monomial, int], i: int) -> Polynomial:
    """D_i of a polynomial."""
    result: Polynomial = {}
    for monomial, c in polynomial.items():
        for m, k in _raised(space, monomial, i):
            result[m] = result.get(m, 0) + c * k
    return {m: c for m, c in result.items() if c}


def _raised(space: JetSpace, monomial: Monomial, i: int) -> Iterator[tuple[Monomial, int]]:
    for symbol, n in monomial:
        rest = dict(_divided(monomial, symbol))
        found = space.index(symbol)
        if found is None:
            if symbol == space.coordinates[i]:
                yield tuple(sorted(rest.items(), key=_name)), n
        elif space.coordinates[i] in space.fields[found[0]].arguments:
            other = space.jet(found[0], tuple(k + (j == i) for j, k in enumerate(found[1])))
            rest[other] = rest.get(other, 0) + 1
            yield tuple(sorted(rest.items(), key=_name)), n
