"""Claim: what can be done with a solved law can be done with an implicit one: proved symmetric, exported, set in motion, held to data."""

from __future__ import annotations

import json
import math
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import sympy as sp
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st
from law_cases import BOUNDED, IMPLICIT, KDV, X, Y, c1, c2, line, t, u, v, x

from invarieq import Field, JetSpace, coordinates, galilean_boost, rotation, scaling, translation
from invarieq.data import Dataset
from invarieq.data.records import prepare
from invarieq.errors import DeclarationError
from invarieq.expressions.arrays import evaluate
from invarieq.forecast.comparison import compare_with
from invarieq.forecast.hold_out import Trial
from invarieq.forecast.prediction import predict
from invarieq.forecast.residuals import residual_maps
from invarieq.jets import substitute, symbols_of
from invarieq.law import Coefficient, Law, certify, export
from invarieq.law.solve import highest_derivatives, isolated, solution, solved_law
from invarieq.report.figure import Exhibit, draw
from invarieq.report.text import print_result

y = coordinates("y")[0]
w = Field("w", x, y)
surface = JetSpace((x, y), (w,))
EIKONAL = Law.implicit(surface, [w[x] ** 2 + w[y] ** 2 - c1], coefficients=[Coefficient(c1, 1.0, 0.01)])
MONGE = Law.implicit(surface, [w[x, x] * w[y, y] - w[x, y] ** 2])
INVISCID = Law.implicit(line, [u.symbol * u[t] + u**2 * u[x]])

PROVED = {
    "a circle of slopes turns with the plane": (EIKONAL, rotation(x, y), True),
    "a circle of slopes is no ellipse": (EIKONAL, scaling({x: 1}), False),
    "lengths grow alike": (EIKONAL, scaling({x: 1, y: 1, w: 1}), True),
    "a determinant of second derivatives": (MONGE, rotation(x, y), True),
    "each direction by itself": (MONGE, scaling({x: 2, y: -1}), True),
    "a factor changes nothing": (INVISCID, galilean_boost(t, x, u), True),
    "nor does it help": (INVISCID, galilean_boost(t, x, u, rate=2), False),
    "growth is autonomous": (BOUNDED, translation(t), True),
    "growth has a scale": (BOUNDED, scaling({t: 1, X: 1}), False),
}


@pytest.mark.parametrize("name", PROVED)
def test_an_implicit_law_is_proved_symmetric_or_not(name: str) -> None:
    found, generator, outcome = PROVED[name]
    assert certify(found, [generator]).certified is outcome


def test_a_product_of_laws_has_the_symmetries_of_both_only() -> None:
    both = Law.implicit(line, [(u[t] - u[x]) * (u[t] + u[x])])
    assert certify(both, [translation(t), scaling({t: 1, x: 1})]).certified is True
    assert certify(both, [scaling({t: 2, x: 1})]).certified is False
    squared = Law.implicit(line, [(u[t] - u * u[x]) ** 2])  # the gradient of a square vanishes on it, whatever moves it
    assert certify(squared, [galilean_boost(t, x, u, rate=-1)]).certified is True


def run(folder: Path, program: str, after: str, given: object) -> list[list[float]]:
    (folder / "program.py").write_text(f"{program}\nimport json, sys\ngiven = json.loads(sys.argv[1])\n{after}", encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-W", "error", str(folder / "program.py"), json.dumps(given)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.parametrize("name", IMPLICIT)
def test_exported_programs_compute_what_vanishes(name: str, tmp_path: Path) -> None:
    found = IMPLICIT[name]
    symbols = sorted({s for e in found.equations() for s in symbols_of(e)} | {f.symbol for f in found.space.fields}, key=str)
    columns = np.random.default_rng(3).uniform(0.2, 0.9, (5, len(symbols)))
    points = [dict(zip([s.name for s in symbols], row, strict=True)) for row in columns.tolist()]
    expected = np.stack([evaluate(e, dict(zip(symbols, columns.T, strict=True))) for e in found.equations()], axis=1)
    numbers = run(
        tmp_path, export(found, "python"), "print(json.dumps([[float(v) for v in residual(**at)] for at in given]))", points
    )
    assert np.allclose(numbers, expected, rtol=1e-12)
    after = (
        "print(json.dumps([[float(e.xreplace({s: sp.Float(at[s.name]) for s in e.free_symbols})) for e in equations] "
        "for at in given]))"
    )
    assert np.allclose(run(tmp_path, export(found, "sympy"), after, points), expected, rtol=1e-12)
    assert "= 0" in export(found, "latex")


SOLVED = {
    "an exponential": (3 * sp.exp(u[t]) - u.symbol, sp.log(u.symbol / 3)),
    "a fraction": (u[t] / (1 + u[t]) - u[x], u[x] / (1 - u[x])),
    "a power": (u[t] ** 3 - u[x], sp.sign(u[x]) * sp.Abs(u[x]) ** sp.Rational(1, 3)),
    "a root": (sp.sqrt(u[t] + 1) - u[x], u[x] ** 2 - 1),
    "one in the other": (sp.atan(sp.exp(2 * u[t] + 1)) - u[x], (sp.log(sp.tan(u[x])) - 1) / 2),
    "a hyperbolic sine": (sp.sinh(u[t]) - u[x], sp.log(u[x] + sp.sqrt(u[x] ** 2 + 1))),
    "an exponent": (2 ** u[t] - u[x], sp.log(u[x]) / sp.log(2)),
    "two branches": (u[t] ** 2 - u[x], None),
    "countless branches": (sp.sin(u[t]) - u[x], None),
    "no closed form": (u[t] + sp.exp(u[t]) - u[x], None),
    "nothing to solve": (u[x] - u.symbol, None),
}


@pytest.mark.parametrize("name", SOLVED)
def test_one_unknown_is_isolated_if_it_has_one_value(name: str) -> None:
    equation, expected = SOLVED[name]
    found = isolated(equation, u[t])
    if expected is None:
        assert found is None
    else:
        assert found is not None
        at = {u.symbol: np.array([0.3, 0.7]), u[x]: np.array([0.2, 0.6])}
        assert np.allclose(evaluate(found, at), evaluate(expected, at), rtol=1e-12)
        assert np.allclose(evaluate(substitute(equation, {u[t]: found}), at), 0, atol=1e-12)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(-3, 3), min_size=4, max_size=4))
def test_linear_equations_are_solved_together_if_they_are_independent(a: list[int]) -> None:
    equations = [a[0] * u[t] + a[1] * v[t] - u.symbol, a[2] * u[t] + a[3] * v[t] - v.symbol * u.symbol]
    found = solution(equations, (u[t], v[t]))
    determinant = a[0] * a[3] - a[1] * a[2]
    assert (found is None) == (determinant == 0)
    if found is not None:
        assert sp.expand(found[u[t]] * determinant - (a[3] * u.symbol - a[1] * u.symbol * v.symbol)) == 0
        assert all(sp.expand(substitute(e, found)) == 0 for e in equations)


def test_equations_are_solved_one_after_another() -> None:
    found = solution([u[t] ** 3 - v[t], sp.exp(v[t]) - u[x]], (u[t], v[t]))
    assert found is not None and found[v[t]] == sp.log(u[x])
    assert highest_derivatives(JetSpace((t, x), (u, v)), [u[t, t] * u[t] + v[t, x], v[x, x] - u.symbol], t) == (u[t, t],)


def test_a_solved_law_keeps_its_constants() -> None:
    found = solved_law(BOUNDED, (X[t],))
    assert found.coefficients == BOUNDED.coefficients and sp.simplify(found.right[0] - c1 * X / (c2 + X)) == 0
    assert solved_law(KDV, KDV.leading) is KDV
    with pytest.raises(DeclarationError, match="no solution in closed form, or more than one"):
        solved_law(EIKONAL, (w[x],))


def growth() -> Dataset:
    """x' = 2x/(1/2 + x) from 0.1, in closed form backwards: t = (x − x0)/2 + log(x/x0)/4."""
    values = np.linspace(0.1, 6.0, 4000)
    times = (values - 0.1) / 2 + np.log(values / 0.1) / 4
    grid = np.linspace(0, 3, 301)
    found = np.interp(grid, times, values)
    return Dataset((xr.Dataset({"X": ("t", found)}, coords={"t": grid}),), frozenset(), "")


EXACT = Law.implicit(
    BOUNDED.space, BOUNDED.right, coefficients=[Coefficient(c1, 2.0, 1e-3), Coefficient(c2, 0.5, 1e-3)], complexity=3
)


def test_an_implicit_law_moves_where_it_can_be_solved() -> None:
    (piece,) = prepare(growth(), BOUNDED.space).samples
    found = predict(EXACT, "fitted", piece)
    assert found.lasts and found.error is not None and found.error < 1e-4
    for equations, why in [
        ([X[t] ** 2 - X], "more than one"),
        ([sp.sin(X[t]) - X], "more than one"),
        ([X.symbol - 1], "holds no derivative of X by t alone"),
        ([X[t] - X, X[t] - 2 * X], "more than one"),
    ]:
        refused = predict(Law.implicit(BOUNDED.space, equations), "fitted", piece)
        assert why in refused.why and len(refused.times) == 0


def test_an_implicit_wave_moves_as_the_solved_one() -> None:
    times, places = np.linspace(0, 2, 81), np.linspace(0, 2 * np.pi, 64, endpoint=False)
    field = np.cos(places[None, :] - times[:, None])
    data = Dataset((xr.Dataset({"u": (("t", "x"), field)}, coords={"t": times, "x": places}),), frozenset({"x"}), "")
    (piece,) = prepare(data, line).samples
    found = predict(
        Law.implicit(line, [(3 * u[t] + c1 * u[x]) / c2], coefficients=[Coefficient(c1, 3.0, 0.1), Coefficient(c2, 5.0, 0)]),
        "fitted",
        piece,
    )
    assert found.lasts and found.error is not None and found.error < 1e-5


def test_the_residual_of_an_implicit_law_is_relative_to_its_first_term_in_time() -> None:
    pieces = prepare(growth(), BOUNDED.space).samples
    (good,) = residual_maps(EXACT, pieces)
    wrong = Law.implicit(BOUNDED.space, BOUNDED.right, coefficients=[Coefficient(c1, 2.2, 1e-3), Coefficient(c2, 0.5, 1e-3)])
    (bad,) = residual_maps(wrong, pieces)
    assert good.rms()[0] < 1e-3 < 0.05 < bad.rms()[0] < 0.2
    compared = compare_with(EXACT, (Trial(pieces[0], 0, "used"),), held="nothing")
    assert compared.fitted[0].lasts
    assert compared.residual[0] is not None and math.isfinite(compared.residual[0])


def test_a_result_with_an_implicit_law_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    from invarieq.law import law_record

    record = law_record(BOUNDED)
    print_result({"laws": [record], "best": record, "run": "somewhere", "seconds": 1.0})
    shown = capsys.readouterr().out
    assert "best law: 0 = " in shown and "X_t" in shown


def test_a_second_field_may_follow_without_a_derivative_of_its_own() -> None:
    lone = Law.implicit(JetSpace((t,), (X, Y)), [X[t] - Y])
    grid = np.linspace(0, 1, 50)
    data = Dataset((xr.Dataset({"X": ("t", grid), "Y": ("t", 1 + grid)}, coords={"t": grid}),), frozenset(), "")
    (piece,) = prepare(data, lone.space).samples
    assert "no derivative of Y" in predict(lone, "fitted", piece).why


def test_a_figure_shows_the_residual_of_each_equation(tmp_path: Path) -> None:
    pieces = prepare(growth(), BOUNDED.space).samples
    exhibits = [
        Exhibit(p, predict(EXACT, "fitted", p), m, "a") for p, m in zip(pieces, residual_maps(EXACT, pieces), strict=True)
    ]
    draw(EXACT, exhibits, tmp_path / "figure.svg", title="growth", units={}, intervals={})
    assert "residual of equation 1" in (tmp_path / "figure.svg").read_text(encoding="utf-8")
