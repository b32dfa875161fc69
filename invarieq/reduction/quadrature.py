"""Integrals and linear equations along a flow: what canonical coordinates need, by direct formulas first."""

from __future__ import annotations

from collections.abc import Sequence

import sympy as sp

from invarieq.errors import Undecided
from invarieq.flows.exponential import exponential
from invarieq.limit import within

SECONDS = 5.0


def antiderivative(integrand: sp.Expr, variable: sp.Symbol) -> sp.Expr:
    """∫ integrand d(variable) without a constant; sums of powers and exponentials directly, the rest by SymPy in a few seconds.

    Raises `Undecided` where no closed form is found.
    """
    parts = [_term(term, variable) for term in _terms(integrand, variable)]
    if all(p is not None for p in parts):
        return sp.Add(*[p for p in parts if p is not None])
    found = within(SECONDS, lambda: sp.integrate(integrand, variable, conds="none"), f"the integral of {integrand}")
    if found.has(sp.Integral, sp.Piecewise):
        raise Undecided(f"the integral of {integrand} by {variable} has no closed form that was found")
    return found


def _terms(integrand: sp.Expr, variable: sp.Symbol) -> list[sp.Expr]:
    outside, inside = sp.powsimp(integrand).as_independent(variable, as_Add=False)
    return [outside * term for term in sp.Add.make_args(sp.expand(inside))]


def _term(term: sp.Expr, variable: sp.Symbol) -> sp.Expr | None:
    outside, inside = term.as_independent(variable, as_Add=False)
    base, exponent = inside.as_base_exp()
    if inside == 1:
        return term * variable
    if base == variable and not exponent.has(variable):
        return outside * (sp.log(variable) if exponent == -1 else variable ** (exponent + 1) / (exponent + 1))
    if isinstance(inside, (sp.exp, sp.sin, sp.cos)):
        slope = sp.diff(inside.args[0], variable)
        turned: dict[type, sp.Expr] = {sp.sin: -sp.cos(inside.args[0]), sp.cos: sp.sin(inside.args[0])}
        return None if slope.has(variable) else outside * turned.get(type(inside), inside) / slope
    return None


def growth(matrix: sp.Matrix, time: sp.Expr) -> sp.Matrix:
    """exp(M τ) of a constant matrix, without hyperbolic functions; `Undecided` where its eigenvalues have no simple form."""
    found = exponential(matrix, time)
    if found is None:
        raise Undecided(f"the exponential of {matrix.tolist()} has no closed form: its eigenvalues are roots of a high degree")
    return found.applyfunc(lambda e: sp.expand(e.rewrite((sp.sinh, sp.cosh), sp.exp)))


def linear_matrix(components: Sequence[sp.Expr], variables: Sequence[sp.Symbol]) -> tuple[sp.Matrix, sp.Matrix] | None:
    """(M, b) with components = M · variables + b and M free of the variables; None where they are not affine."""
    matrix = sp.Matrix([[sp.expand(sp.diff(c, v)) for v in variables] for c in components])
    if matrix.has(*variables):
        return None
    offset = sp.Matrix(
        [sp.expand(c - sp.Add(*(matrix[i, j] * v for j, v in enumerate(variables)))) for i, c in enumerate(components)]
    )
    return None if offset.has(*variables) else (matrix, offset)
