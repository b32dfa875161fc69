"""Claim: on functions u = U(s(x), F(ω(x))) the law holds at every point of an orbit exactly where the reduced law holds at ω.

F is an explicit polynomial whose highest coefficients are chosen so that the reduced law holds at one ω; then the law itself,
differentiated by SymPy in the original coordinates, must vanish at several points of that orbit, and not beside it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

import pytest
import sympy as sp
from conserved import on_functions, read, space_of

from invarieq.jets import JetSpace, VectorField, substitute
from invarieq.reduction import Reduction, reduce_by

NAVIER_STOKES = ["u_t + u*u_x + v*u_y + p_x - n*(u_xx + u_yy)", "v_t + u*v_x + v*v_y + p_y - n*(v_xx + v_yy)", "u_x + v_y"]
SCHROEDINGER = ["u_t + v_xx + 2*(u**2 + v**2)*v", "v_t - u_xx - 2*(u**2 + v**2)*u"]
SCALAR: list[tuple[str, str, str, dict[str, str]]] = [
    ("t x", "c", "u_t + 6*u*u_x + u_xxx", {"t": "1", "x": "c"}),
    ("t x", "", "u_t + 6*u*u_x + u_xxx", {"t": "3*t", "x": "x", "u": "-2*u"}),
    ("t x", "", "u_t + 6*u*u_x + u_xxx", {"x": "6*t", "u": "1"}),
    ("t x", "", "u_t + 6*u*u_x + u_xxx", {"t": "1", "x": "6*t", "u": "1"}),
    ("t x", "c", "u_t - u_xx", {"t": "2*t", "x": "x", "u": "c*u"}),
    ("t x", "", "u_t - u_xx", {"t": "t**2", "x": "t*x", "u": "-(x**2/4 + t/2)*u"}),
    ("t x", "", "u_t - u_xx", {"t": "4*t**2 + 1", "x": "4*t*x", "u": "-(x**2 + 2*t)*u"}),
    ("t x", "", "u_tx - sin(u)", {"t": "t", "x": "-x"}),
    ("t x", "", "u_tt - u_xx - u**3", {"t": "x", "x": "t"}),
    ("t x", "", "u_tt - u_xx - exp(u)", {"t": "t", "x": "x", "u": "-2"}),
    ("t x", "k", "u_t - u**k*u_xx - k*u**(k - 1)*u_x**2", {"t": "(k + 2)*t", "x": "x", "u": "-u"}),
    ("x y", "", "u_xx + u_yy", {"x": "-y", "y": "x"}),
    ("x y", "", "u_xx + u_yy", {"x": "x - y", "y": "x + y"}),
]


def generator(space: JetSpace, components: dict[str, str]) -> VectorField:
    """A vector field from texts."""
    return VectorField({space.name(key): read(space, text)[0] for key, text in components.items()})


def sizes(reduction: Reduction, amplitudes: Sequence[sp.Expr], points: Sequence[Mapping[Any, sp.Expr]]) -> list[float]:
    """The largest residual of the original law at each point, for explicit F(ω)."""
    inner = dict(zip(reduction.space.coordinates, reduction.variables, strict=True))
    values = {f.symbol: substitute(a, inner) for f, a in zip(reduction.space.fields, amplitudes, strict=True)}
    fields = [substitute(form, values) for form in reduction.forms]
    shown = [on_functions(reduction.original, e, fields) for e in reduction.law]
    return [max(float(abs(substitute(e, point).evalf(30))) for e in shown) for point in points]


def orbit(
    space: JetSpace, reduction: Reduction, at: Mapping[Any, sp.Expr], parameters: Mapping[Any, sp.Expr]
) -> list[dict[Any, sp.Expr]]:
    """Points with the same ω as a given one, found by flowing along the generator numerically exactly enough (Taylor series)."""
    (field,) = reduction.generators
    points = [dict(at)]
    for step in (sp.Rational(1, 7), sp.Rational(-1, 9)):
        here: dict[Any, sp.Expr] = {x: at[x] for x in space.coordinates}
        for _ in range(4):
            here = {
                x: substitute(_flowed(field, space, x, step / 4), here | dict(parameters)).evalf(40) for x in space.coordinates
            }
        points.append(here)
    return points


def _flowed(field: VectorField, space: JetSpace, x: sp.Symbol, step: sp.Expr) -> sp.Expr:
    total: sp.Expr = x
    term: sp.Expr = x
    for k in range(1, 15):
        term = sp.expand(sp.Add(*[field.component(y) * sp.diff(term, y) for y in space.coordinates]))
        total += term * step**k / sp.factorial(k)
    return total


@pytest.mark.parametrize("entry", SCALAR, ids=[f"{e[2]} by {e[3]}" for e in SCALAR])
def test_scalar_laws(entry: Any) -> None:
    independent, parameters, law, components = entry
    space = space_of(independent, "u", parameters)
    reduction = reduce_by(space, read(space, law), [generator(space, components)])
    (equation,), (z,) = reduction.equations, reduction.space.coordinates
    numbers: dict[Any, sp.Expr] = {p: sp.Rational(5, 3) for p in space.parameters}
    at: dict[Any, sp.Expr] = {x: sp.Rational(7 + 4 * i, 5) for i, x in enumerate(space.coordinates)}
    omega = substitute(reduction.variables[0], at | numbers).evalf(40)
    order = reduction.space.order(equation)
    top = reduction.space.jet(0, (order,))
    jets: dict[Any, sp.Expr] = {reduction.space.jet(0, (n,)): sp.Rational(4 + n, 3) for n in range(order)}
    (last,) = [s for s in sp.Poly(equation.xreplace(jets | numbers | {z: omega}), top).nroots(30) if s.is_real][:1]
    jets[top] = last
    taylor = sp.Add(*[jets[reduction.space.jet(0, (n,))] * (z - omega) ** n / sp.factorial(n) for n in range(order + 1)])
    points = [p | numbers for p in orbit(space, reduction, at, numbers)]
    scaled = sizes(reduction, (taylor,), points)
    wrong = sizes(reduction, (taylor + (z - omega) ** order / 3,), points)
    assert max(scaled) < 1e-9
    assert min(wrong) > 1e-6


SYSTEMS: list[tuple[str, str, str, list[str], list[dict[str, str]]]] = [
    ("t x", "u v", "", SCHROEDINGER, [{"t": "1", "u": "v", "v": "-u"}]),
    ("t x", "u v", "", SCHROEDINGER, [{"x": "2*t", "u": "-x*v", "v": "x*u"}]),
    ("t x", "u h", "", ["u_t + u*u_x + h_x", "h_t + u*h_x + h*u_x"], [{"t": "t", "x": "x"}]),
    ("t x y", "u v p", "n", NAVIER_STOKES, [{"x": "-y", "y": "x", "u": "-v", "v": "u"}]),
    ("t x y", "u v p", "n", NAVIER_STOKES, [{"t": "2*t", "x": "x", "y": "y", "u": "-u", "v": "-v", "p": "-2*p"}]),
    ("t x y", "u", "", ["u_t - u_xx - u_yy"], [{"x": "-y", "y": "x"}, {"t": "2*t", "x": "x", "y": "y"}]),
    ("t x y", "u", "", ["u_t - u_xx - u_yy"], [{"t": "1", "u": "u"}, {"x": "-y", "y": "x"}]),
]


@pytest.mark.parametrize("entry", SYSTEMS, ids=[f"{e[3][0]} by {e[4]}" for e in SYSTEMS])
def test_the_residuals_of_systems_are_combinations_of_the_reduced_ones(entry: Any) -> None:
    # for any F the residuals of the law at a point of the orbit vanish together with those of the reduced law: the reduced
    # equations are solved for some jets at ω, and F is a polynomial with those derivatives
    independent, dependent, parameters, law, components = entry
    space = space_of(independent, dependent, parameters)
    reduction = reduce_by(space, read(space, *law), [generator(space, c) for c in components])
    assert len(reduction.equations) == len(law)
    numbers: dict[Any, sp.Expr] = {p: sp.Rational(5, 3) for p in space.parameters}
    at: dict[Any, sp.Expr] = {x: sp.Rational(7 + 4 * i, 5) for i, x in enumerate(space.coordinates)} | numbers
    omega = [substitute(v, at).evalf(40) for v in reduction.variables]
    own = reduction.space
    base = {z: w for z, w in zip(own.coordinates, omega, strict=True)} | numbers
    jets: dict[Any, sp.Expr] = {s: sp.Rational(3 + 2 * k, 7 + k) for k, s in enumerate(own.jets(2))}
    unknown = _solvable(own, reduction.equations)
    shown = [e.xreplace(base | {s: v for s, v in jets.items() if s not in unknown}) for e in reduction.equations]
    (solution,) = sp.linsolve(shown, unknown)
    jets |= {s: cast("sp.Expr", value) for s, value in zip(unknown, solution.args, strict=True)}
    amplitudes: list[sp.Expr] = [sp.S.Zero] * len(own.fields)
    for s, value in jets.items():
        a, index = own.index(s)  # type: ignore[misc]
        terms = [(z - w) ** n / sp.factorial(n) for z, w, n in zip(own.coordinates, omega, index, strict=True)]
        amplitudes[a] += value * sp.Mul(*terms)
    assert sizes(reduction, amplitudes, [at])[0] < 1e-9
    beside = own.coordinates[0] - omega[0]
    amplitudes[0] += sp.Rational(1, 3) + beside + beside**2
    assert sizes(reduction, amplitudes, [at])[0] > 1e-6


def _solvable(space: JetSpace, equations: tuple[sp.Expr, ...]) -> list[sp.Symbol]:
    """One derivative for each equation that enters linearly, all different."""
    chosen: list[sp.Symbol] = []
    for e in equations:
        jets = [s for s in space.jets(2)[::-1] if s in e.free_symbols and s not in chosen and space.order(s) > 0]
        chosen.append(next(s for s in jets if not sp.diff(e, s).has(s)))
    return chosen
