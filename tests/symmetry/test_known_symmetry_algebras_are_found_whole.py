"""Claim: the symmetry algebras of 62 classical equations and systems are found whole, families with arbitrary functions included."""

from __future__ import annotations

import numpy as np
import pytest
from symmetry_cases import CASES, FIRST_ORDER, Case, equation

from invarieq.exact import echelon
from invarieq.jets import VectorField, apply_prolonged
from invarieq.symmetry import PointSymmetries, point_symmetries
from invarieq.symmetry.families import family_jets
from invarieq.symmetry.oracle import Oracle

ORDER = 3


def found(case: Case, *, expressions: bool = False) -> PointSymmetries:
    return point_symmetries(case.space, case.law, case.leading, expressions=expressions)


def jets_at_a_point(answer: PointSymmetries, extra: list[VectorField]) -> tuple[int, int]:
    """Rank of the 3-jets of all symmetries found at a random point, and with further fields added."""
    oracle = Oracle(answer.equations)
    local = oracle.solve(max(answer.equations.order, 1))
    values = oracle.values_at_point()
    size = len(answer.equations.variables)
    top = ORDER if size < 6 else 2
    columns = [c for c in local.columns if sum(c[1]) <= top]
    variables = answer.equations.variables

    def row(field: VectorField) -> list[int]:
        entries = []
        for z, index in columns:
            expr = field.component(variables[z])
            for variable, n in zip(variables, index, strict=True):
                expr = expr.diff(variable, n)
            entries.append(int(values(expr)[0]))
        return entries

    families = [family_jets(oracle, f, columns) for f in answer.families]
    ours = np.concatenate([*families, np.array([row(v) for v in answer.generators], dtype=np.int64).reshape(-1, len(columns))])
    more = np.array([row(v) for v in extra], dtype=np.int64).reshape(-1, len(columns))
    return echelon(ours).rank, echelon(np.concatenate([ours, more])).rank


@pytest.mark.parametrize("case", CASES, ids=lambda c: c.name)
def test_dimension_families_and_span_are_the_known_ones(case: Case) -> None:
    answer = found(case)
    assert answer.complete, answer.note
    assert answer.dimension == case.entry["dimension_finite"]
    assert len(answer.families) == len(case.entry["infinite_part"])
    ours, with_theirs = jets_at_a_point(answer, case.generators)
    assert with_theirs == ours


@pytest.mark.parametrize("case", FIRST_ORDER, ids=lambda c: c.name)
def test_affine_symmetries_of_first_order_systems_are_the_known_ones(case: Case) -> None:
    answer = found(case)
    assert answer.dimension == case.entry["dimension"]
    assert not answer.complete
    assert "infinitely many" in answer.note


OTHERS = [  # (case, dimension of the finite part, families): not in the file; sources beside them
    (equation("t x", "u", ["u_tx + u*u_xx + u_x**2/2"], "u_tx"), 4, 1),  # Hunter & Saxton 1991
    (equation("x y", "u", ["u_x**2 + u_y**2 - 1"], "u_x"), 10, 0),  # eikonal: conformal group of 2+1 dimensions (Lie)
    (equation("t x", "u", ["u_t + u_x**2/2"]), 10, 0),  # free Hamilton–Jacobi
    (equation("x y", "u", ["u_xx*u_yy - u_xy**2"], "u_xx"), 15, 0),  # homogeneous Monge–Ampère: sl(4)
    (equation("t x y z", "u", ["u_t + u*u_x + u_xxx + u_xyy + u_xzz"]), 7, 0),  # Zakharov & Kuznetsov 1974
    (equation("t x", "u", ["u_t - u_xx - x*u_x - u"]), 6, 1),  # Fokker–Planck: equivalent to heat; exp(t) in the coefficients
    (equation("t x", "u v", ["u_t + v_xx", "v_t - u_xx"]), 7, 1),  # free Schrödinger (Niederer 1972): 6 + phase and scale
    (equation("t", "y", ["y_tt + y"]), 8, 0),  # oscillator: sl(3) in sines and cosines
    (equation("x", "y", ["y_xxx - y"]), 5, 0),  # linear, constant coefficients, complex roots
    (equation("t", "y", ["y_tt + y - y**(-3)"]), 3, 0),  # Ermakov: sl(2)
    (equation("t x", "u", ["u_t - u_xx - u*log(u)"]), 4, 0),  # logarithmic source (Dorodnitsyn 1982)
    (equation("t x", "u", ["u_tx - exp(u) + exp(-2*u)"], "u_tx"), 3, 0),  # Tzitzeica
    (equation("x y", "u", ["u_xx + u_yy - exp(u)"], "u_xx"), 0, 1),  # elliptic Liouville: Cauchy–Riemann pair
    (equation("t", "x y", ["x_tt", "y_tt"]), 15, 0),  # sl(4)
    (equation("t x y", "u v h", ["u_t + u*u_x + v*u_y - v + h_x", "v_t + u*v_x + v*v_y + u + h_y",
              "h_t + u*h_x + v*h_y + h*(u_x + v_y)"]), 9, 0),  # rotating shallow water (Chesnokov 2009)
    (equation("t x", "u", ["u_t + beta*u*u_x + E*u_xxx"], "u_t", "beta E"), 4, 0),
    (equation("t x", "S", ["S_t + I*S*S_x + N*S_xxx"], "S_t", "I N"), 4, 0),
]  # fmt: skip


@pytest.mark.parametrize(("case", "dimension", "families"), OTHERS, ids=lambda c: c.name[:30] if isinstance(c, Case) else None)
def test_further_classics(case: Case, dimension: int, families: int) -> None:
    answer = found(case)
    assert (answer.dimension, len(answer.families), answer.complete) == (dimension, families, True), answer.note


def test_an_expression_has_fewer_symmetries_than_its_equation() -> None:
    heat = equation("t x", "u", ["u_t - u_xx"])
    answer = found(heat, expressions=True)
    assert answer.complete
    assert answer.dimension < 6
    (expression,) = heat.law
    assert all(apply_prolonged(v, expression, heat.space).expand() == 0 for v in answer.generators)
    u = heat.space.fields[0].symbol
    assert apply_prolonged(VectorField({u: u}), expression, heat.space).expand() == expression  # kept by the equation only
