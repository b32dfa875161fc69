"""Claim: the determining equations in floating point, at samples of a law, show the symmetries that exact work proves."""

from __future__ import annotations

import numpy as np
import pytest
import sympy as sp
from symmetry_cases import equation

from invarieq.errors import DataError
from invarieq.expressions import evaluate
from invarieq.jets import VectorField, symbols_of
from invarieq.symmetry import point_symmetries
from invarieq.symmetry.determining import DeterminingForm
from invarieq.symmetry.equations import solved_equations
from invarieq.symmetry.measured import measured_symmetries


def samples(text: str, fields: str, leading: str, noise: float = 0.0, count: int = 400):
    """Random jets on the law, and the law's slopes there with relative errors `noise`, as a learned model would give them."""
    case = equation("t x", fields, [text], leading)
    equations = solved_equations(case.space, case.law, case.leading)
    source = np.random.default_rng(3)
    free = {s: source.uniform(0.5, 2.0, count) * source.choice([-1, 1], count) for s in case.space.variables(2 * equations.order)}
    jets = (*case.space.variables(0), *DeterminingForm(equations, 0).jets)
    columns = {s: evaluate(equations.on_shell(s), free) if case.space.index(s) else free[s] for s in jets}
    (law,) = case.law
    slopes = {s: evaluate(sp.diff(law, s), columns) for s in symbols_of(law)}
    slopes = {s: c * (1 + noise * source.standard_normal(count)) for s, c in slopes.items()}
    return case, columns, slopes


@pytest.mark.parametrize(
    ("text", "leading"),
    [
        ("u_t + u*u_x - u_xx", "u_t"),
        ("u_t + 6*u**2*u_x + u_xxx", "u_t"),
        ("u_tt - u_xx + u**3", "u_tt"),
        ("u_t - u_xx - u + u**2", "u_t"),
    ],
)
def test_fields_of_degree_one_are_those_of_the_exact_algebra(text: str, leading: str) -> None:
    case, columns, slopes = samples(text, "u", leading)
    found = measured_symmetries(case.space, columns, [slopes], degree=1)
    variables = case.space.variables(0)
    whole = point_symmetries(case.space, case.law, case.leading).generators
    exact = [v for v in whole if all(sp.Poly(c, *variables).total_degree() <= 1 for _, c in v.components)]
    assert found.dimension(1e-8) == len(exact)
    points = np.random.default_rng(0).uniform(-1, 1, (7, len(variables)))

    def at_points(v: VectorField) -> np.ndarray:
        return np.array(
            [[float(v.component(z).subs(dict(zip(variables, p, strict=True)))) for z in variables] for p in points]
        ).ravel()

    both = np.array([at_points(v) for v in (*exact, *found.fields(1e-8))])
    assert np.linalg.matrix_rank(both, tol=1e-6) == len(exact)


def test_a_noisy_model_still_shows_the_boost_and_a_gap_to_what_is_none() -> None:
    case, columns, slopes = samples("u_t + u*u_x - u_xx", "u", "u_t", noise=1e-3)
    found = measured_symmetries(case.space, columns, [slopes], degree=1)
    assert found.defects[3] < 5e-3 < 5e-2 < found.defects[4]  # ∂_t, ∂_x, the boost and the scaling; nothing else
    assert {str(v) for v in found.fields(5e-3)} >= {"∂_t", "∂_x"}


def test_missing_columns_are_named() -> None:
    case, columns, slopes = samples("u_t + u*u_x - u_xx", "u", "u_t")
    del columns[case.space.name("u_tx")]
    with pytest.raises(DataError, match="no column for u_tx"):
        measured_symmetries(case.space, columns, [slopes])
