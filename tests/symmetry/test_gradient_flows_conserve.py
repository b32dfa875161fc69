"""Claim: what the gradient flow of every loss conserves is found, counted, and stays constant when the flow is integrated."""

from __future__ import annotations

import numpy as np
import pytest
import sympy as sp
from network_cases import network
from scipy.integrate import solve_ivp

from invarieq.expressions import compile_expressions
from invarieq.symmetry.functions import function_symmetries
from invarieq.symmetry.gradient import conserved_from_symmetries, conserved_quantities, gradient_flow_isometries

# (m, h, n): quadratic Q's of f = UVx, and how many independent conserved functions exist (arXiv 2307.00144 and closure by hand)
KNOWN = {
    (1, 1, 1): (1, 1),
    (1, 2, 1): (4, 3),
    (2, 2, 2): (3, 3),
    (2, 2, 1): (3, 3),
    (1, 3, 1): (9, 5),
    (2, 3, 1): (6, 6),
    (3, 3, 1): (6, 6),
    (2, 3, 2): (6, 6),
    (1, 4, 1): (16, 7),
    (2, 4, 1): (10, 9),
    (2, 5, 1): (15, 12),
    (2, 5, 2): (15, 14),
}


@pytest.mark.parametrize("shape", KNOWN)
def test_linear_networks_conserve_what_is_known_and_nothing_else(shape: tuple[int, int, int]) -> None:
    outputs, u, v = network(*shape)
    found = conserved_quantities(outputs, [*u, *v])
    quadratic, independent = KNOWN[shape]
    assert len(found.quantities) == quadratic
    assert found.independent == independent == found.possible
    assert found.complete is True
    assert set(found.certainty) == {"proved"}


@pytest.mark.parametrize("shape", [(2, 2, 2), (1, 2, 1), (2, 3, 1)])
def test_conserved_quantities_come_from_symmetric_symmetries(shape: tuple[int, int, int]) -> None:
    outputs, u, v = network(*shape)
    w = [*u, *v]
    from_symmetry = conserved_from_symmetries(function_symmetries(outputs, w))
    direct = conserved_quantities(outputs, w, count=False).quantities
    assert len(from_symmetry) == len(direct)
    unknown = sp.symbols(f"k:{len(direct)}")
    for q in from_symmetry:
        rest = sp.Poly(sp.Add(*[k * d for k, d in zip(unknown, direct, strict=True)]) - q, *w)
        assert len(sp.linsolve(rest.coeffs(), unknown)) == 1


def test_isometries_of_a_linear_network_are_the_rotations_of_its_hidden_layer() -> None:
    outputs, u, v = network(2, 3, 2)
    found = gradient_flow_isometries(outputs, [*u, *v])
    assert found.dimension == 3  # so(3)
    for field in found.fields:
        jacobian = sp.Matrix([[sp.diff(field.component(a), b) for b in (*u, *v)] for a in (*u, *v)])
        assert (jacobian + jacobian.T).is_zero_matrix


@pytest.mark.parametrize(
    ("activation", "degree"),
    [(lambda z: sp.Max(z, 0), 1), (lambda z: sp.Max(z, z / 5), 1), (lambda z: z**2, 2), (lambda z: z**3, 3)],
)
def test_homogeneous_units_conserve_one_number_each(activation: object, degree: int) -> None:
    outputs, u, v = network(2, 2, 2, activation)  # type: ignore[arg-type]
    found = conserved_quantities(outputs, [*u, *v])
    assert len(found.quantities) == found.independent == found.possible == 2
    unit = [degree * (u[i] ** 2 + u[2 + i] ** 2) - (v[2 * i] ** 2 + v[2 * i + 1] ** 2) for i in range(2)]
    for q in unit:
        assert any(sp.expand(q - k * p) == 0 for p in found.quantities for k in (1, -1))


def test_an_elementwise_activation_conserves_its_integral_on_unit_data() -> None:
    outputs, u, v = network(1, 2, 2, sp.tanh, identity_data=True)
    found = conserved_quantities(outputs, [*u, *v], kernels=[sp.sinh(w) ** 2 for w in v], count=False)
    unit = sp.expand(u[0] ** 2 - sp.sinh(v[0]) ** 2 - sp.sinh(v[1]) ** 2)  # ½U² − Σ ∫ σ/σ' with σ = tanh
    assert any(sp.expand(q - k * unit) == 0 for q in found.quantities for k in (1, -1))
    assert len(found.quantities) == 2


def test_a_trained_network_keeps_its_quantities() -> None:
    outputs, u, v = network(2, 2, 2, identity_data=True)
    w = [*u, *v]
    quantities = conserved_quantities(network(2, 2, 2)[0], w).quantities
    loss = sp.Add(*[(f - y) ** 2 for f, y in zip(outputs, (1, -2, sp.Rational(1, 3), 1), strict=True)])
    slope = compile_expressions([-sp.diff(loss, z) for z in w], w)
    values = compile_expressions(list(quantities), w)
    start = np.random.default_rng(4).normal(size=len(w))
    end = solve_ivp(lambda _, z: np.array(slope(list(z)), dtype=float), (0, 3), start, rtol=1e-11, atol=1e-12).y[:, -1]
    assert np.linalg.norm(end - start) > 0.5
    np.testing.assert_allclose(values(list(end)), values(list(start)), atol=1e-8)
