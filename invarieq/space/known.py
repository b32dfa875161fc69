"""What a user knows of a law, in terms of the candidates: coefficients with their numbers, and ranges of coefficients.

A known coefficient is one more linear condition on the candidates, c_i = value × (the coefficient of the leading derivative), beside
those of the symmetry: the null space of all of them holds the symmetric laws that hold the known terms.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import cast

import sympy as sp
from sympy.polys.domains import QQ

from invarieq.errors import NoInvariants
from invarieq.jets import JetSpace, substitute, symbols_of
from invarieq.space.ambient import Ambient
from invarieq.space.named import factors_of
from invarieq.system.knowledge import Bound, Known

Exponents = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Range:
    """low ≤ offset + Σ weight·c_k ≤ high: the range of the coefficient of `term` in the equation of `leading`, c_k those of terms k."""

    term: sp.Expr
    leading: sp.Symbol
    low: float
    high: float
    offset: float
    weights: tuple[tuple[int, float], ...]

    def __str__(self) -> str:
        return f"{self.term} in {self.leading}"


def with_known(candidates: Ambient, known: Known) -> Ambient:
    """The candidates with known terms among them, and no others of these in the equation of their field.

    Raises `NoInvariants` where known terms cannot stand in laws for these derivatives.
    """
    for key, expr in known:
        equation = _equation(candidates, key)
        _refuse_higher(candidates, expr)
        for term in sp.Add.make_args(sp.expand(_in_radius(candidates, expr))):
            number, product = term.as_coeff_Mul()
            wider, exponents = _placed(candidates, product)
            if exponents not in wider.monomials:
                wider = _grown(wider, exponents, equation)
            value = sp.Rational(str(number)) if number.is_Float else cast("sp.Rational", number)
            entry = ((equation, wider.monomials.index(exponents)), value)
            candidates = replace(wider, known=(*(e for e in wider.known if e[0] != entry[0]), entry))
    return candidates


def known_rows(candidates: Ambient) -> list[dict[int, object]]:
    """The known coefficients as conditions; unknown number `size` is the common coefficient of the leading derivatives."""
    rows: list[dict[int, object]] = []
    for i, value in known_columns(candidates).items():
        row: dict[int, object] = {i: QQ(1)}
        rows.append(row if value == 0 else row | {candidates.size: -QQ(int(value.p), int(value.q))})
    return rows


def known_columns(candidates: Ambient) -> dict[int, sp.Rational]:
    """The known coefficients by the number of their unknown."""
    count = len(candidates.monomials)
    return {a * count + k: value for (a, k), value in candidates.known}


def known_text(candidates: Ambient) -> str:
    """The known terms for a message."""
    sums: dict[sp.Symbol, list[sp.Expr]] = {}
    for (a, k), value in candidates.known:
        if value != 0:
            sums.setdefault(candidates.leading[a], []).append(value * candidates.expression(candidates.monomials[k]))
    return ", ".join(f"{sp.Add(*terms)} in {leading}" for leading, terms in sums.items())


def ranges(
    candidates: Ambient, fixed: dict[int, sp.Rational], vectors: Sequence[dict[int, sp.Rational]], bounds: Sequence[Bound]
) -> tuple[Range, ...]:
    """Bounds in terms of the directions that a restriction leaves.

    Raises `NoInvariants` for one that no law of the search space obeys.
    """
    found = []
    for bound in bounds:
        equation = _equation(candidates, bound.field)
        wider, exponents = _placed(candidates, sp.expand(_in_radius(candidates, bound.term)))
        places = [n for n, m in enumerate(wider.monomials) if m == exponents]
        i = equation * len(candidates.monomials) + places[0] if places else -1
        weights = tuple((n, float(v[i])) for n, v in enumerate(vectors) if i in v)
        low, high = -math.inf if bound.low is None else float(bound.low), math.inf if bound.high is None else float(bound.high)
        entry = Range(bound.term, candidates.leading[equation], low, high, float(fixed.get(i, 0)), weights)
        if not weights and not low <= entry.offset <= high:
            raise NoInvariants(
                f"terms.bounds asks of the coefficient of {entry} to be from {low:g} to {high:g}, and in the search space it is "
                f"{entry.offset:g}: raise terms.order or terms.degree, drop a generator, or drop the bound"
            )
        found.append(entry)
    return tuple(found)


def _equation(candidates: Ambient, key: sp.Expr) -> int:
    """The equation of a field, or of its derivative in time."""
    space = candidates.space
    place = space.index(cast("sp.Symbol", key))
    assert place is not None, key
    leading = [space.index(s) for s in candidates.leading]
    field = [found[0] for found in leading if found].index(place[0])
    if any(place[1]) and key != candidates.leading[field]:
        raise NoInvariants(f"terms.known says what {key} is, and a law for {candidates.leading[field]} is sought")
    return field


def _refuse_higher(candidates: Ambient, expr: sp.Expr) -> None:
    order = _time_order(candidates.space, candidates.leading[0])
    for symbol in symbols_of(expr):
        if _time_order(candidates.space, symbol) >= order:
            raise NoInvariants(
                f"terms.known holds {expr} with {symbol}, which cannot stand in a law for {', '.join(map(str, candidates.leading))}"
            )


def _time_order(space: JetSpace, symbol: sp.Symbol) -> int:
    found = space.index(symbol)
    return found[1][0] if found else 0


def _placed(candidates: Ambient, product: sp.Expr) -> tuple[Ambient, Exponents]:
    """(the candidates, with further variables where the product has others, its exponents there)."""
    powers: dict[sp.Symbol, int] = {}
    for base, n in factors_of(product, candidates.space, where="terms.known or terms.bounds").items():
        symbol, times = _variable(candidates, base)
        if symbol not in candidates.variables:
            named = () if symbol == base else ((symbol, base),)
            candidates = replace(
                candidates,
                variables=(*candidates.variables, symbol),
                definitions=(*candidates.definitions, *named),
                monomials=tuple((*m, 0) for m in candidates.monomials),
            )
        powers[symbol] = powers.get(symbol, 0) + n * times
    return candidates, tuple(powers.get(s, 0) for s in candidates.variables)


def _in_radius(candidates: Ambient, expr: sp.Expr) -> sp.Expr:
    """The expression with powers of the radius as such, before anything is multiplied out."""
    known = dict(candidates.definitions)
    if candidates.radius is None or candidates.radius not in known:
        return expr
    own, exponent = known[candidates.radius].as_base_exp()
    powers = {
        p: candidates.radius ** (p.exp / exponent) for p in expr.atoms(sp.Pow) if p.base == own and (p.exp / exponent).is_Integer
    }
    return substitute(expr, powers)


def _variable(candidates: Ambient, base: sp.Expr) -> tuple[sp.Symbol, int]:
    """The variable that a factor is a power of, and the power; a new variable for a function that is not yet one."""
    if isinstance(base, sp.Symbol):
        return base, 1
    inner, power = base.as_base_exp()
    if isinstance(inner, sp.Symbol) and inner == candidates.radius and power.is_Integer:
        return inner, int(power)
    for symbol, expr in candidates.definitions:
        own, exponent = expr.as_base_exp()
        times = power / exponent
        if own == inner and times.is_Integer and (times > 0 or symbol is candidates.radius):
            return symbol, int(times)
    taken = {s.name for s, _ in candidates.definitions}
    name = next(n for n in (f"_f{i}" for i in range(len(taken) + 1)) if n not in taken)
    return sp.Symbol(name, real=True), 1


def _grown(candidates: Ambient, exponents: Exponents, equation: int) -> Ambient:
    """One monomial more, for one equation: in the others its coefficient is known to be 0."""
    if candidates.radius is not None:
        raise NoInvariants(
            f"terms.known holds {candidates.expression(exponents)}, which is no candidate beside powers of the radius; widen terms.degree "
            "or terms.powers"
        )
    place = len(candidates.monomials)
    nothing = tuple(((a, place), cast("sp.Rational", sp.S.Zero)) for a in range(len(candidates.leading)) if a != equation)
    return replace(candidates, monomials=(*candidates.monomials, exponents), known=(*candidates.known, *nothing))
