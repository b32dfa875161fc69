"""A law on invariant functions: u = U(s, ω, F(ω)) substituted, and the parameter s of the orbits divided out."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import cast

import sympy as sp

from invarieq.conservation.euler import split_powers
from invarieq.errors import Undecided
from invarieq.jets import substitute, symbols_of
from invarieq.reduction.similarity import Similarity

POINTS = 3
DIGITS = 30


def substituted(law: Sequence[sp.Expr], forms: Similarity) -> tuple[sp.Expr, ...]:
    """Each equation as a function of (s, ω, F, F', …), by the chain rule D_i = Σ_α (∂y^α/∂x^i) D_{y^α} with y = (s, ω)."""
    chain = _Chain(forms)
    base = dict(zip(forms.space.coordinates, forms.coordinates, strict=True))
    result: list[sp.Expr] = []
    for equation in law:
        jets = {s: chain.jet(*found) for s in symbols_of(equation) if (found := forms.space.index(s))}
        result.append(substitute(equation, base | jets))
    return tuple(result)


class _Chain:
    """Derivatives of the fields by the original coordinates, in the orbit's coordinates; each computed once."""

    def __init__(self, forms: Similarity) -> None:
        self.forms = forms
        own = [forms.parameter, *forms.reduced.coordinates]
        jacobian = sp.Matrix([[sp.diff(x, y) for y in own] for x in forms.coordinates])
        self.inverse = jacobian.inv().applyfunc(lambda e: sp.factor(sp.trigsimp(e) if e.has(sp.cos, sp.sin) else e))
        self.known: dict[tuple[int, tuple[int, ...]], sp.Expr] = {}

    def jet(self, a: int, index: tuple[int, ...]) -> sp.Expr:
        """u^a_J."""
        if not any(index):
            return self.forms.fields[a]
        if (a, index) not in self.known:
            i = max(k for k, n in enumerate(index) if n)
            self.known[a, index] = self.derivative(self.jet(a, tuple(n - (k == i) for k, n in enumerate(index))), i)
        return self.known[a, index]

    def derivative(self, expr: sp.Expr, i: int) -> sp.Expr:
        """D_{x^i}."""
        parts = [self.inverse[0, i] * sp.diff(expr, self.forms.parameter)]
        parts += [self.inverse[j + 1, i] * self.forms.reduced.total_derivative(expr, j) for j in range(len(self.forms.variables))]
        return one_angle(sp.expand(sp.Add(*parts)))


def one_angle(expr: sp.Expr) -> sp.Expr:
    """sin² replaced by 1 − cos² and expanded."""
    squares = {
        p: (1 - sp.cos(p.base.args[0]) ** 2) ** (p.exp // 2) * p.base ** (p.exp % 2)
        for p in expr.atoms(sp.Pow)
        if isinstance(p.base, sp.sin) and p.exp.is_Integer and p.exp > 1
    }
    return sp.expand(substitute(expr, squares)) if squares else expr


def without_parameter(residuals: Sequence[sp.Expr], forms: Similarity) -> tuple[sp.Expr, ...]:
    """Equations in (ω, F, …) that hold exactly when the residuals vanish for all s; proved, or `Undecided`.

    A residual is Σ_i g_i(s, ω) R_i: one g is a common factor; several, independent as functions of s, give an equation each.
    """
    positive = {z: sp.Dummy(z.name, positive=True) for z in forms.reduced.coordinates}
    back = {d: z for z, d in positive.items()}
    result: list[sp.Expr] = []
    for residual in residuals:
        plain = _settled(pulled(substitute(residual, positive), forms.parameter))
        parts = _groups(plain, forms.parameter)
        if len(parts) > 1:
            whole = _divided(plain, forms)
            parts = {sp.S.One: whole} if whole is not None else parts
        if len(parts) > 1 and not _independent(list(parts), forms.parameter):
            raise Undecided(
                f"the law on invariant functions still holds the parameter of the orbits in {', '.join(str(g) for g in parts)}; "
                "the generator may be no symmetry of it"
            )
        result += [tidy(substitute(e, back), forms) for e in parts.values()]
    return _distinct([e for e in result if e != 0])


def pulled(expr: sp.Expr, parameter: sp.Symbol) -> sp.Expr:
    """(F s^a)^b as F^b s^(ab), which is so because s is positive; SymPy does it only where it knows that a is finite."""

    def split(power: sp.Pow) -> sp.Expr:
        outside = [f for f in sp.Mul.make_args(power.base) if f.as_base_exp()[0] == parameter]
        inside = sp.Mul(*[f for f in sp.Mul.make_args(power.base) if f not in outside])
        total = sp.factor(sp.Add(*[f.as_base_exp()[1] for f in outside]) * power.exp)
        return inside**power.exp * parameter**total

    shown = expr.replace(lambda e: isinstance(e, sp.Pow) and e.base.is_Mul and e.base.has(parameter), split)
    shown = shown.replace(
        lambda e: isinstance(e, sp.Pow) and isinstance(e.base, sp.Pow) and e.base.base == parameter,
        lambda e: parameter ** sp.factor(e.base.exp * e.exp),
    )
    return cast("sp.Expr", shown)


def _settled(expr: sp.Expr) -> sp.Expr:
    shown = sp.expand(sp.expand_log(sp.powsimp(sp.expand(expr)), force=True))
    return one_angle(sp.expand(split_powers(sp.expand_power_base(shown, force=False))))


def _groups(expr: sp.Expr, parameter: sp.Symbol) -> dict[sp.Expr, sp.Expr]:
    """{g(s): coefficient without s}."""
    found: dict[sp.Expr, list[sp.Expr]] = {}
    for term in sp.Add.make_args(expr):
        rest, g = term.as_independent(parameter, as_Add=False)
        powers = [f for f in sp.Mul.make_args(g) if f.as_base_exp()[0] == parameter]
        total = sp.factor(sp.Add(*[f.as_base_exp()[1] for f in powers]))
        others = sp.Mul(*[f for f in sp.Mul.make_args(g) if f not in powers])
        found.setdefault(parameter**total * sp.powsimp(others), []).append(rest)
    parts = {g: sp.expand(sp.Add(*terms)) for g, terms in found.items()}
    return {g: e for g, e in parts.items() if e != 0}


def _divided(expr: sp.Expr, forms: Similarity) -> sp.Expr | None:
    """The residual over the coefficient of its highest derivative, if that is free of s."""
    jets = [s for s in symbols_of(expr) if forms.reduced.index(s)]
    for top in sorted(jets, key=lambda s: (-forms.reduced.order(s), s.name)):
        slope = sp.diff(expr, top)
        if slope.has(*[s for s in jets if forms.reduced.order(s) >= forms.reduced.order(top)]) or slope == 0:
            continue
        shown = sp.expand(sp.cancel(sp.together(expr / slope)))
        if not shown.has(forms.parameter):
            return shown
        simple = sp.expand(sp.simplify(shown))
        return None if simple.has(forms.parameter) else simple
    return None


def _independent(functions: Sequence[sp.Expr], parameter: sp.Symbol) -> bool:
    """Whether functions of s are linearly independent, at random values of everything else."""
    symbols = sorted({s for g in functions for s in symbols_of(g)} - {parameter}, key=lambda s: s.name)
    source = random.Random(5)
    at = {s: sp.Rational(source.randrange(11, 97), 53) for s in symbols}
    rows = [
        [substitute(g, at | {parameter: sp.Rational(7 * k + 3, 5 * k + 2)}).evalf(DIGITS) for g in functions]
        for k in range(len(functions))
    ]
    return bool(abs(cast("sp.Expr", sp.Matrix(rows).det())) > sp.Float(10) ** (-DIGITS // 2))


def tidy(expr: sp.Expr, forms: Similarity) -> sp.Expr:
    """Numerator with a content of 1 and no common power of a coordinate; the highest derivative with a positive sign."""
    top = sp.expand(sp.numer(sp.together(sp.powsimp(expr))))
    factors = []
    for factor in sp.Mul.make_args(sp.factor_terms(top)):
        if any(forms.reduced.index(s) for s in symbols_of(factor)):
            factors.append(factor)
    shown = sp.expand(sp.powsimp(sp.Mul(*factors)))
    jets = sorted((s for s in symbols_of(shown) if forms.reduced.index(s)), key=lambda s: (forms.reduced.order(s), s.name))
    if jets and sp.expand(sp.diff(shown, jets[-1])).could_extract_minus_sign():
        shown = sp.expand(-shown)
    return shown


def _distinct(equations: Sequence[sp.Expr]) -> tuple[sp.Expr, ...]:
    kept: list[sp.Expr] = []
    for e in equations:
        if not any(sp.expand(e - k) == 0 or sp.expand(e + k) == 0 for k in kept):
            kept.append(e)
    return tuple(kept)
