"""The determining equations of a system at sampled points, as rows over the derivatives of the unknown generator.

For v = ξ^i ∂_{x^i} + φ^a ∂_{u^a} the prolonged field applied to an equation F is a linear form in the derivatives of ξ and φ:

    pr v(F) = Σ_{z, β} A_{z,β} ∂^β ζ^z,   ζ = (ξ, φ),  |β| ≤ order of F,

whose coefficients depend on coordinates, fields and parametric jets. At a sample of these, A comes out of power series in
the displacement δ of the coordinates, u(x + δ) = Σ u_K δ^K / K!: with Q = φ − ξ^i u_i the coefficient of ∂F/∂u_J is
D_J Q + ξ^i u_{J,i} = J! [δ^J] Q + ξ^i u_{J,i}, and the jets of order |J| + 1 cancel (Olver 1993, Theorem 2.36 and eq. 2.50).
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import sympy as sp

from invarieq.exact.primes import Residues
from invarieq.exact.taylor import Taylor
from invarieq.jets import substitute, symbols_of
from invarieq.jets.multiindices import MultiIndex, factorial, up_to_order
from invarieq.symmetry.equations import Equations

Column = tuple[int, MultiIndex]  # (number of the component, derivative by coordinates and fields)
Series = dict[MultiIndex, Residues]  # power series in the displacement of the coordinates


@dataclass(frozen=True)
class DeterminingForm:
    """The linear form of one equation; `on_shell` says whether jets obey the law (else it is the form of the expression)."""

    equations: Equations
    number: int
    on_shell: bool = True

    @cached_property
    def slopes(self) -> dict[tuple[int, MultiIndex], sp.Expr]:
        """∂F/∂u^a_J for each jet in the equation."""
        space, law = self.equations.space, self.equations.law[self.number]
        found = {space.index(s): sp.diff(law, s) for s in symbols_of(law)}
        return {jet: slope for jet, slope in found.items() if jet is not None and slope != 0}

    @cached_property
    def explicit_slopes(self) -> tuple[sp.Expr, ...]:
        """∂F/∂x^i."""
        return tuple(sp.diff(self.equations.law[self.number], x) for x in self.equations.space.coordinates)

    @cached_property
    def hull(self) -> tuple[MultiIndex, ...]:
        """Every multi-index below one in the equation, by order."""
        found = {k for _, j in self.slopes for k in itertools.product(*[range(n + 1) for n in j])}
        return tuple(sorted(found, key=lambda k: (sum(k), k)))

    @cached_property
    def jets(self) -> tuple[sp.Symbol, ...]:
        """The derivatives whose values the form needs."""
        space = self.equations.space
        needed: set[tuple[int, MultiIndex]] = {(a, k) for a in range(len(space.fields)) for k in self.hull if any(k)}
        for a, j in self.slopes:
            for k, i in itertools.product(itertools.product(*[range(n + 1) for n in j]), range(len(j))):
                if any(k):
                    needed.add((a, tuple(m - n + (at == i) for at, (m, n) in enumerate(zip(j, k, strict=True)))))
        own = [
            (a, j)
            for a, j in needed
            if all(not n or x in space.fields[a].arguments for n, x in zip(j, space.coordinates, strict=True))
        ]
        return tuple(space.jet(a, j) for a, j in sorted(own, key=lambda jet: (sum(jet[1]), jet)))

    def columns(self, largest: int) -> list[MultiIndex]:
        """The derivatives by coordinates and fields that can occur, up to order `largest`."""
        count, order = len(self.equations.variables), min(largest, self.equations.space.order(self.equations.law[self.number]))
        return list(up_to_order(count, order))

    def coefficients(self, taylor: Taylor) -> dict[Column, Residues]:
        """A_{z,β} at the samples of `taylor` (terms of the series in the explicit variables × samples)."""
        return _Sampled(self, taylor).coefficients()


class _Sampled:
    """One evaluation of a form: the jets and functionals at the samples."""

    def __init__(self, form: DeterminingForm, taylor: Taylor) -> None:
        self.form, self.taylor, self.space = form, taylor, form.equations.space
        self.numbers = taylor.values.arithmetic
        self.p, self.q = len(self.space.coordinates), len(self.space.fields)
        self.slopes = {jet: self.times(self.value(slope), factorial(jet[1])) for jet, slope in form.slopes.items()}

    def value(self, expr: sp.Expr) -> Residues:
        """An expression at the samples, where the law holds if it is to hold."""
        if self.form.on_shell:
            expr = substitute(expr, {s: self.form.equations.on_shell(s) for s in symbols_of(expr) if self.space.index(s)})
        return self.taylor(expr)

    def multiply(self, left: Residues, right: Residues) -> Residues:
        """Product of two series in the explicit variables."""
        return self.taylor.ring.product(left, right)

    def times(self, values: Residues, above: int, below: int = 1) -> Residues:
        """The values times a fraction."""
        return values if above == below else self.numbers.reduce(values * self.numbers.ratio(above, below))

    def jet(self, a: int, index: MultiIndex) -> Residues | None:
        """u^a_J / J! at the samples; None if the field does not depend on one of the coordinates."""
        arguments = self.space.fields[a].arguments
        if any(n and x not in arguments for n, x in zip(index, self.space.coordinates, strict=True)):
            return None
        return self.times(self.value(self.space.jet(a, index)), 1, factorial(index))

    def functional(self, z: int) -> Series:
        """What the coefficients b_K of a component b in place z are multiplied with."""
        if z >= self.p:
            return {j: slope for (a, j), slope in self.slopes.items() if a == z - self.p}
        result: Series = {}
        for (a, j), slope in self.slopes.items():
            for k in itertools.product(*[range(n + 1) for n in j]):
                left = tuple(m - n + (i == z) for i, (m, n) in enumerate(zip(j, k, strict=True)))
                if any(k) and (value := self.jet(a, left)) is not None:
                    # (u_i)_{J−K} = u_{J−K+i} / (J−K)! = (J−K+i)_i · [u_{J−K+i} / (J−K+i)!]
                    part = self.multiply(slope, self.times(value, left[z]))
                    result[k] = self.numbers.reduce(result.get(k, 0) - part)
        start = (0,) * self.p
        result[start] = self.numbers.reduce(result.get(start, 0) + self.value(self.form.explicit_slopes[z]))
        return result

    def displacement(self, z: int) -> Series:
        """z(x + δ) − z(x) as a series over the hull."""
        if z < self.p:
            step = tuple(int(i == z) for i in range(self.p))
            return {step: self.taylor.ring.constant(self.numbers.ones((self.taylor.values.count,)))}
        found = {k: self.jet(z - self.p, k) for k in self.form.hull if any(k)}
        return {k: value for k, value in found.items() if value is not None}

    def coefficients(self) -> dict[Column, Residues]:
        """Pair every local monomial (z − z0)^β / β! with every functional."""
        functionals = [self.functional(z) for z in range(self.p + self.q)]
        steps = [self.displacement(z) for z in range(self.p + self.q)]
        monomials: dict[MultiIndex, Series] = {}
        result: dict[Column, Residues] = {}
        for beta in self.form.columns(self.form.equations.order):
            series = self._monomial(beta, monomials, steps)
            monomials[beta] = series
            for z, functional in enumerate(functionals):
                value = self._pair(series, functional)
                if value is not None and value.any():
                    result[z, beta] = value
        return result

    def _monomial(self, beta: MultiIndex, known: Mapping[MultiIndex, Series], steps: list[Series]) -> Series:
        if not any(beta):
            return {(0,) * self.p: self.taylor.ring.constant(self.numbers.ones((self.taylor.values.count,)))}
        j = max(i for i, n in enumerate(beta) if n)
        lower = tuple(n - (i == j) for i, n in enumerate(beta))
        return {k: self.times(v, 1, beta[j]) for k, v in self._product(known[lower], steps[j]).items()}

    def _product(self, left: Series, right: Series) -> Series:
        hull, result = set(self.form.hull), {}
        for j, a in left.items():
            for k, b in right.items():
                both = tuple(m + n for m, n in zip(j, k, strict=True))
                if both in hull:
                    result[both] = self.numbers.reduce(result.get(both, 0) + self.multiply(a, b))
        return result

    def _pair(self, series: Series, functional: Series) -> Residues | None:
        parts = [self.multiply(v, functional[k]) for k, v in series.items() if k in functional]
        return self.numbers.reduce(sum(parts)) if parts else None  # type: ignore[return-value]
