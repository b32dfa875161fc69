"""Definite integrals from 0 to ε of what flows bring about, each in a form that is 0 (and real) at ε = 0.

Quotients whose denominators are powers of one polynomial of degree 1 or 2 and exponential polynomials are done here; what is
left goes to SymPy under a time budget.
"""

from __future__ import annotations

from typing import cast

import sympy as sp

from invarieq.jets import substitute
from invarieq.limit import attempted

SECONDS = 3.0


def integral(f: sp.Expr, e: sp.Symbol, *, seconds: float = SECONDS) -> sp.Expr | None:
    """∫_0^ε f dε; None where no closed form is found in time. Symbols other than ε are constants, taken as generic."""
    if not f.has(e):
        return f * e
    total = sp.S.Zero
    if f.is_rational_function(e):
        whole = _rational(f, e)
        if whole is not None:
            return whole
    for term in sp.Add.make_args(sp.expand(f)):
        part = _term(term, e)
        if part is None:
            part = _by_sympy(term, e, seconds)
        if part is None:
            return _by_sympy(f, e, seconds)
        total += part
    return total


def _term(term: sp.Expr, e: sp.Symbol) -> sp.Expr | None:
    constant, rest = term.as_independent(e, as_Add=False)
    if rest == 1:
        return term * e
    if rest.is_rational_function(e):
        found = _rational(rest, e)
        return None if found is None else constant * found
    if isinstance(rest, sp.Pow) and rest.base.is_polynomial(e) and not rest.exp.has(e) and _degree(rest.base, e) == 1:
        return constant * _power(rest.base, rest.exp, e)
    return _exponential(constant, sp.powsimp(rest), e)


def _power(base: sp.Expr, power: sp.Expr, e: sp.Symbol) -> sp.Expr:
    """∫ (aε + b)^r = ((aε + b)^(r+1) − b^(r+1)) / (a (r+1)), r ≠ −1."""
    a, b = sp.Poly(base, e).all_coeffs()
    return (base ** (power + 1) - b ** (power + 1)) / (a * (power + 1))


def _exponential(constant: sp.Expr, rest: sp.Expr, e: sp.Symbol) -> sp.Expr | None:
    """∫ c ε^n exp(kε) = c [exp(kε) Σ_j (−1)^j n!/(n−j)! ε^(n−j)/k^(j+1)] from 0."""
    powers, waves = rest.as_independent(sp.exp, as_Add=False)
    if not isinstance(waves, sp.exp):
        return None
    rate = sp.diff(waves.args[0], e)
    offset = substitute(cast("sp.Expr", waves.args[0]), {e: sp.S.Zero})
    n = _degree(powers, e) if powers.has(e) and powers.is_polynomial(e) else 0
    if rate.has(e) or rate == 0 or powers != e**n:
        return None
    series = sp.Add(*[(-1) ** j * sp.ff(n, j) * e ** (n - j) / rate ** (j + 1) for j in range(n + 1)])
    at_zero = substitute(series, {e: sp.S.Zero}) if n else 1 / rate
    return constant * sp.exp(offset) * (sp.exp(rate * e) * series - at_zero)


def _rational(f: sp.Expr, e: sp.Symbol) -> sp.Expr | None:
    above, below = sp.fraction(sp.cancel(sp.together(f)))
    if not below.has(e):
        return sp.Add(
            *[c * e ** (k + 1) / (below * (k + 1)) for (k,), c in sp.Poly(above, e).terms()],
        )
    constant, factors = sp.factor_list(below, e)  # pyright: ignore[reportAssignmentType] (no polys asked for)
    moving = [(g, k) for g, k in factors if g.has(e)]
    constant = constant * sp.Mul(*[g**k for g, k in factors if not g.has(e)])
    if len(moving) != 1:
        parts = sp.Add.make_args(sp.apart(f, e))
        found = [_rational(p, e) for p in parts] if len(parts) > 1 else [None]
        return None if any(p is None for p in found) else sp.Add(*cast("list[sp.Expr]", found))
    base, power = moving[0]
    if _degree(base, e) == 1:
        return _over_linear(above / constant, base, int(power), e)
    return _over_square(above / constant, base, int(power), e)


def _over_linear(above: sp.Expr, base: sp.Expr, power: int, e: sp.Symbol) -> sp.Expr:
    """∫ N / (aε + b)^m: N in powers of w = aε + b, logarithms as log(w/w_0)."""
    a, b = sp.Poly(base, e).all_coeffs()
    w = sp.Dummy("w")
    poly = sp.Poly(sp.expand(substitute(above, {e: (w - b) / a})), w)
    total = sp.S.Zero
    for (k,), c in poly.terms():
        n = k - power
        grown = sp.log(1 + sp.cancel(a / b) * e) if n == -1 else (base ** (n + 1) - b ** (n + 1)) / (n + 1)
        total += sp.cancel(c / a) * (grown if n == -1 else sp.cancel(grown))
    return total


def _over_square(above: sp.Expr, base: sp.Expr, power: int, e: sp.Symbol) -> sp.Expr | None:
    """∫ c D′/D^m = c log(D/D_0) or c (D^(1−m) − D_0^(1−m))/(1−m); other numerators are left to SymPy."""
    slope = sp.diff(base, e)
    ratio = sp.cancel(above / slope)
    if ratio.has(e):
        return None
    start = substitute(base, {e: sp.S.Zero})
    if power == 1:
        return ratio * sp.log(sp.expand(sp.cancel(base / start)))
    return ratio * sp.cancel((base ** (1 - power) - start ** (1 - power)) / (1 - power))


def _degree(expr: sp.Expr, e: sp.Symbol) -> int:
    return int(sp.Poly(expr, e).degree())


def _by_sympy(f: sp.Expr, e: sp.Symbol, seconds: float) -> sp.Expr | None:
    found = attempted(seconds, lambda: sp.integrate(f, e))
    if found is None or found.has(sp.Integral):
        return None
    found = found.replace(lambda node: isinstance(node, sp.Piecewise), lambda node: node.args[0].expr)  # the generic case
    start = substitute(found, {e: sp.S.Zero})
    if start.has(sp.nan, sp.zoo, sp.oo):
        return None
    return found - start
