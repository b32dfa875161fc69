"""The flow of one coordinate: dx/dε = r(x, ε) where r is linear in a function of x, quadratic, or separable.

Charts w(x) in which the equation is linear, w′ = a(ε) w + b(ε), are read off r: x itself, log x, powers x^(−m) (Bernoulli)
and exp(−kx). A Riccati equation with constant coefficients is the projective action of exp(ε·2×2 matrix).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, cast

import sympy as sp

from invarieq.flows.exponential import exponential
from invarieq.flows.integrals import integral
from invarieq.flows.roots import roots
from invarieq.jets import substitute
from invarieq.limit import attempted

SECONDS = 3.0


@dataclass(frozen=True, slots=True)
class Chart:
    """A new coordinate w = `of`(x), with x = `back`(w)."""

    name: str
    of: sp.Expr
    back: sp.Expr


_W = sp.Dummy("w", real=True)
_P = sp.Dummy("w", positive=True)


def scalar_flow(rate: sp.Expr, x: sp.Symbol, e: sp.Symbol, *, seconds: float = SECONDS) -> tuple[sp.Expr, str] | None:
    """(x(ε), how it was found) with x(0) = x; None where no closed form is found."""
    if not rate.has(x):
        grown = integral(rate, e, seconds=seconds)
        return None if grown is None else (x + grown, "quadrature")
    if (riccati := _riccati(rate, x, e)) is not None:
        return riccati, "projective"
    for chart in _charts(rate, x):
        found = _linear(rate, x, e, chart, seconds)
        if found is not None:
            return found, f"linear in {chart.name}"
    return _separable(rate, x, e, seconds)


def _charts(rate: sp.Expr, x: sp.Symbol) -> Iterator[Chart]:
    yield Chart("the coordinate", x, _W)
    spread = sp.expand(rate)
    if spread.has(sp.log(x)):
        yield Chart("its logarithm", sp.log(x), sp.exp(_W))
    ratio = sp.expand(spread / x)
    powers = {t.as_independent(x, as_Add=False)[1] for t in sp.Add.make_args(ratio)} - {sp.S.One}
    if len(powers) == 1:
        (power,) = powers
        if isinstance(power, sp.Pow) and power.base == x:
            power_exponent = power.exp
        elif power == x:
            power_exponent = sp.S.One
        else:
            power_exponent = sp.S.Zero
        if power_exponent != 0:
            yield Chart("a power", x ** (-power_exponent), _P ** (-1 / power_exponent))
    for wave in sorted(rate.atoms(sp.exp), key=sp.default_sort_key):
        k = sp.diff(wave.args[0], x)
        if k != 0 and not k.has(x):
            yield Chart("an exponential", sp.exp(-k * x), -sp.log(_P) / k)


def _linear(rate: sp.Expr, x: sp.Symbol, e: sp.Symbol, chart: Chart, seconds: float) -> sp.Expr | None:
    w = _P if chart.back.has(_P) else _W
    raw = (sp.diff(chart.of, x) * rate).xreplace({x: chart.back})
    slope_rate = cast("sp.Expr", raw if chart.of == x else sp.expand(sp.powsimp(sp.expand(raw))))
    a = sp.diff(slope_rate, w)
    if chart.of != x:
        a = sp.expand(sp.powsimp(sp.expand(a)))
    else:
        a = sp.expand(a) if a.has(w) else a
    if a.has(w):
        return None
    b = substitute(slope_rate, {w: sp.S.Zero})
    if b.has(sp.nan, sp.zoo):
        return None
    end = linear_scalar(a, b, chart.of, e, seconds=seconds)
    if end is None or not chart.name.startswith("a power"):
        return None if end is None else substitute(chart.back, {w: end})
    exponent = sp.diff(sp.log(chart.back), w) * w  # x = w^q: then x(ε) = x (w(ε)/w)^q holds on both sides of 0
    ratio = sp.expand(sp.powsimp(sp.expand(end / chart.of)))
    return x * (sp.cancel(ratio) if ratio.is_rational_function() else ratio) ** sp.simplify(exponent)


def linear_scalar(a: sp.Expr, b: sp.Expr, start: sp.Expr, e: sp.Symbol, *, seconds: float = SECONDS) -> sp.Expr | None:
    """The solution of w′ = a(ε) w + b(ε) from `start`: e^A (start + ∫ e^(−A) b), A = ∫ a."""
    exponent = integral(a, e, seconds=seconds)
    if exponent is None:
        return None
    growth = sp.powsimp(sp.exp(exponent))
    if b == 0:
        return growth * start
    inside = integral(sp.cancel(b / growth) if growth.is_rational_function(e) else sp.expand(b / growth), e, seconds=seconds)
    if inside is None:
        return None
    whole = growth * (start + inside)
    return sp.cancel(whole) if whole.is_rational_function() else sp.expand(sp.powsimp(sp.expand(whole)))


def _riccati(rate: sp.Expr, x: sp.Symbol, e: sp.Symbol) -> sp.Expr | None:
    """x′ = q x² + b x + c with constants: x = (M_00 x + M_01)/(M_10 x + M_11), M = exp ε [[b/2, c], [−q, −b/2]]."""
    if rate.has(e) or not rate.is_polynomial(x):
        return None
    poly = sp.Poly(rate, x)
    if poly.degree() != 2:
        return None
    q, b, c = poly.all_coeffs()
    if b != 0 and c == 0:
        return None  # Bernoulli: exponentials instead of hyperbolic functions
    m = exponential(sp.Matrix([[b / 2, c], [-q, -b / 2]]), e)
    if m is None:
        return None
    return cast("sp.Expr", (m[0, 0] * x + m[0, 1]) / (m[1, 0] * x + m[1, 1]))


def _factors(rate: sp.Expr, x: sp.Symbol, e: sp.Symbol, seconds: float) -> tuple[sp.Expr, sp.Expr] | None:
    """(g(ε), h(x)) with rate = g h; None where the variables do not separate."""
    if not rate.has(e):
        return sp.S.One, rate
    parts = cast("dict[Any, sp.Expr] | None", attempted(seconds, lambda: sp.separatevars(rate, [x, e], dict=True)))
    return (parts[e] * parts["coeff"], parts[x]) if parts else None


def _circle(rate: sp.Expr, x: sp.Symbol, passed: sp.Expr) -> sp.Expr | None:
    """x′ = a sin kx + b cos kx + c: T = tan(kx/2) moves projectively, and x + (2/k) atan((T(ε) − T)/(1 + T T(ε))) with it."""
    angles = sorted({node.args[0] for node in rate.atoms(sp.sin, sp.cos)}, key=sp.default_sort_key)
    if len(angles) != 1:
        return None
    angle = cast("sp.Expr", angles[0])
    k = sp.diff(angle, x)
    sine, cosine = sp.Dummy("s"), sp.Dummy("c")
    plain = substitute(sp.expand(rate), {sp.sin(angle): sine, sp.cos(angle): cosine})
    a, b = sp.diff(plain, sine), sp.diff(plain, cosine)
    c = sp.expand(plain - a * sine - b * cosine)
    if sp.expand(angle - k * x) != 0 or any(v.has(x, sine, cosine) for v in (a, b, c, k)):
        return None
    m = exponential(sp.Matrix([[a, b + c], [b - c, -a]]) * k / 2, passed)  # T′ = (k/2)(2aT + b(1 − T²) + c(1 + T²))
    if m is None:
        return None
    half = sp.tan(angle / 2)
    above, below = m[0, 0] * half + m[0, 1], m[1, 0] * half + m[1, 1]
    return x + 2 / k * sp.atan((above - half * below) / (below + half * above))


def _separable(rate: sp.Expr, x: sp.Symbol, e: sp.Symbol, seconds: float) -> tuple[sp.Expr, str] | None:
    """∫ dx/h(x) = ∫ g(ε) dε for x′ = g(ε) h(x), solved for x by SymPy; the branch is the one that starts at x."""
    parts = _factors(rate, x, e, seconds)
    grown = None if parts is None else integral(parts[0], e, seconds=seconds)
    if parts is None or grown is None:
        return None
    turned = _circle(parts[1], x, grown)
    if turned is not None:
        return turned, "a rotation of half angles"
    end = sp.Dummy("x", positive=x.is_positive, real=True)
    level = attempted(seconds, lambda: cast("sp.Expr", sp.integrate(1 / parts[1], x)))
    if level is None or level.has(sp.Integral):
        return None
    passed = sp.Dummy("g", real=True)
    for found in roots([substitute(level, {x: end}) - level - passed], [end], seconds):
        root = found[end]
        start = attempted(seconds, lambda root=root: sp.simplify(substitute(root, {passed: sp.S.Zero}) - x))
        if start == 0:
            return substitute(root, {passed: grown}), "separable"
    return None
