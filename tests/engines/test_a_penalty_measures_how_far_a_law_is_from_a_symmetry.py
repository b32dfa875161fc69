"""Claim: the finite and the infinitesimal penalty agree as ε → 0, vanish on symmetric laws, and need functions on arrays only."""

from __future__ import annotations

import numpy as np
import pytest
import sympy as sp
from numpy.typing import NDArray

from invarieq import Field, JetSpace, VectorField, coordinates, rotation, translation
from invarieq.engines.points.equivariance import (
    SymmetryMotion,
    alignment,
    finite,
    infinitesimal,
    motion_of,
    penalty_root,
    terms_at,
)
from invarieq.errors import DeclarationError
from invarieq.space import build_library

Array = NDArray[np.float64]
(t,) = coordinates("t")
p, q = Field("p", t), Field("q", t)
space = JetSpace((t,), (p, q))
x, y = p.symbol, q.symbol
FIELDS = {
    "rotation": rotation(p, q),
    "q² ∂_p": VectorField({p: y**2}),
    "exp(p) ∂_q": VectorField({q: sp.exp(x)}),
    "p ∂_p + (2q + p²) ∂_q": VectorField({p: x, q: 2 * y + x**2}),
    "no closed form": VectorField({p: sp.sin(x * y), q: x - y**3}),
}
drawn = np.random.default_rng(5)
points = drawn.uniform(-1.0, 1.0, (40, 2))
library = build_library(space, [translation(t)], time_order=1, order=1, degree=3)
terms = terms_at(library)
coefficients = drawn.standard_normal(len(library.terms))


@pytest.mark.parametrize("name", FIELDS)
def test_the_finite_form_over_epsilon_tends_to_the_infinitesimal_one(name: str) -> None:
    """Squares of both over ε² likewise; the difference falls in proportion to ε."""
    motion = motion_of(FIELDS[name], space)
    exact = infinitesimal(motion, terms, points) @ coefficients
    off = [
        np.linalg.norm(finite(motion, terms, points, e) @ coefficients / e - exact) / np.linalg.norm(exact) for e in (1e-2, 1e-3)
    ]
    assert off[0] < 0.1
    assert off[1] == pytest.approx(off[0] / 10, rel=0.1)


@pytest.mark.parametrize("name", list(FIELDS)[:4])
def test_both_vanish_on_the_exact_null_space(name: str) -> None:
    exact = build_library(space, [translation(t), FIELDS[name]], time_order=1, order=1, degree=3, functions=(sp.exp(x),))
    motion = motion_of(FIELDS[name], space)
    symmetric = terms_at(exact)
    assert exact.restricted
    assert np.abs(infinitesimal(motion, symmetric, points)).max() < 1e-10
    assert np.abs(finite(motion, symmetric, points, 0.2)).max() < 1e-9


def test_the_nullity_of_the_penalty_is_the_dimension_of_the_null_space() -> None:
    values = np.linalg.svd(penalty_root([motion_of(rotation(p, q), space)], terms, points, 1.0), compute_uv=False)
    assert np.count_nonzero(values < 1e-10 * values[0]) == 4


def test_a_motion_may_be_any_functions_on_arrays() -> None:
    def velocity(z: Array) -> Array:
        return np.stack([-z[:, 1], z[:, 0]], axis=1)

    def jacobian(z: Array) -> Array:
        return np.broadcast_to(np.array([[0.0, -1.0], [1.0, 0.0]]), (len(z), 2, 2))

    learned, known = SymmetryMotion("learned", velocity, jacobian), motion_of(rotation(p, q), space)
    sign = np.sign(known.velocity(points)[0, 0] / velocity(points)[0, 0])
    assert np.allclose(infinitesimal(learned, terms, points), sign * infinitesimal(known, terms, points))
    assert np.allclose(finite(learned, terms, points, 0.3), finite(known, terms, points, sign * 0.3), atol=1e-8)


def test_points_whose_flow_ends_are_left_out() -> None:
    """x' = x² from 1 ends at ε = 1, from 1/2 it does not."""
    motion = SymmetryMotion("pole", lambda z: z**2, lambda z: 2 * z[:, :, None] * np.eye(z.shape[1]))
    assert len(finite(motion, terms, np.array([[1.0, 0.1], [0.5, 0.1]]), 1.5)) == 2


def test_the_flow_of_the_law_itself_is_recognized() -> None:
    motion = motion_of(VectorField({p: (1 + x**2) * y, q: -(1 + x**2) * x}), space)
    assert alignment(motion, lambda z: np.stack([z[:, 1], -z[:, 0]], axis=1), points) == pytest.approx(1.0)


def test_generators_of_coordinates_are_refused() -> None:
    with pytest.raises(DeclarationError, match="moves or holds t"):
        motion_of(VectorField({t: t, p: x}), space)
