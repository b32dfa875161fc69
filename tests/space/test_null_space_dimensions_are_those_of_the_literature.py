"""Claim: null spaces of the symmetry condition have the dimensions that are known, and their vectors commute with the symmetry.

Dimensions of degree-2 and -3 libraries: Yang et al., NeurIPS 2024 (measured with exact arithmetic); of group representations: Molien's
formula dim = ∫ χ_V(g) χ_{Sym^d V}(g) dg (Sturmfels, Algorithms in Invariant Theory, 2nd ed. 2008, sec. 2.2), integrated numerically.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence

import numpy as np
import pytest
import sympy as sp
from numpy.typing import NDArray

from invarieq import Field, JetSpace, Terms, VectorField, coordinates, lorentz_boost, rotation, scaling, translation
from invarieq.expressions import evaluate
from invarieq.space import Library, build_library

Array = NDArray[np.float64]
t, X, Y = coordinates("t x y")
p, q = Field("p", t), Field("q", t)
x1, x2, x3, p1, p2, p3 = (Field(name, t) for name in ("a", "b", "c", "f", "g", "h"))
S, E, I, R = (Field(name, t) for name in "SEIR")  # noqa: E741 (the letters of the model)


def both(one: VectorField, other: VectorField) -> VectorField:
    return VectorField({**dict(one.components), **dict(other.components)})


turns = [both(rotation(u, v), rotation(w, z)) for u, v, w, z in ((x1, x2, p1, p2), (x2, x3, p2, p3))]
CASES: dict[str, tuple[tuple[Field, ...], list[VectorField], int, int, int]] = {
    "SO(2), degree 2": ((p, q), [rotation(p, q)], 2, 12, 2),
    "SO(2), degree 3": ((p, q), [rotation(p, q)], 3, 20, 4),
    "diag(2, 1)": ((p, q), [scaling({p: 2, q: 1})], 2, 12, 3),
    "sim2": ((p, q), [VectorField({p: -p / 5 + q, q: -p})], 2, 12, 2),
    "shear": ((p, q), [VectorField({p: q})], 2, 12, 5),
    "SEIR": ((S, E, I, R), [VectorField({R: S + E + I + R})], 2, 60, 34),
    "SO(2) and boost": ((p, q), [rotation(p, q), lorentz_boost(p, q)], 2, 12, 1),
    "SO(2) and scaling": ((p, q), [rotation(p, q), scaling({p: 1, q: 1})], 3, 20, 2),
    "SO(3), one vector": ((x1, x2, x3), [rotation(x1, x2), rotation(x2, x3)], 3, 60, 2),
    "SO(3), position and momentum": ((x1, x2, x3, p1, p2, p3), turns, 3, 504, 18),
    "SO(2) x SO(2)": ((x1, x2, p1, p2), [rotation(x1, x2), rotation(p1, p2)], 3, 140, 12),
    # By hand: (2 p b/q + k(q), b(q)) with q | b; (a(p), (p² + q) f(p) − 2 p a(p)); p ∂_p + 2 q ∂_q and p² ∂_q, a resonance.
    "nonlinear: q² ∂_p": ((p, q), [VectorField({p: q.symbol**2})], 3, 20, 7),
    "nonlinear: (p² + q) ∂_q": ((p, q), [VectorField({q: p.symbol**2 + q})], 3, 20, 6),
    "nonlinear: p ∂_p + (2q + p²) ∂_q": ((p, q), [VectorField({p: p.symbol, q: 2 * q + p.symbol**2})], 3, 20, 2),
}


def library_of(name: str) -> Library:
    fields, symmetry, degree, *_ = CASES[name]
    return build_library(JetSpace((t,), fields), [translation(t), *symmetry], time_order=1, order=1, degree=degree)


def commutator(fields: Sequence[Field], v: VectorField, h: Sequence[sp.Expr], points: dict[sp.Symbol, Array]) -> Array:
    """J_h v − J_v h at points (fields × points), by derivatives and numbers."""
    symbols = [f.symbol for f in fields]
    vs, hs = [evaluate(v.component(s), points) for s in symbols], [evaluate(e, points) for e in h]

    def along(e: sp.Expr, direction: list[Array]) -> Array:
        return sum((evaluate(sp.diff(e, s), points) * d for s, d in zip(symbols, direction, strict=True)), np.zeros(1))

    return np.stack([along(e, vs) - along(v.component(s), hs) for s, e in zip(symbols, h, strict=True)])


def drawn(fields: Sequence[Field], count: int) -> dict[sp.Symbol, Array]:
    generator = np.random.default_rng(7)
    return {f.symbol: generator.uniform(-1.5, 1.5, count) for f in fields}


@pytest.mark.parametrize("name", CASES)
def test_the_dimension_is_known(name: str) -> None:
    *_, before, after = CASES[name]
    library = library_of(name)
    assert (library.unrestricted, library.restricted) == (before, after)


@pytest.mark.parametrize("name", CASES)
def test_every_vector_commutes_with_the_symmetry(name: str) -> None:
    fields, symmetry, *_ = CASES[name]
    points = drawn(fields, 5)
    for v, term in itertools.product(symmetry, library_of(name).terms):
        assert np.abs(commutator(fields, v, term, points)).max() < 1e-10


@pytest.mark.parametrize("name", [n for n, c in CASES.items() if c[3] <= 140])
def test_a_matrix_of_numbers_has_the_same_nullity(name: str) -> None:
    """The condition at random points, one column a monomial and equation; its rank by singular values."""
    fields, symmetry, degree, before, after = CASES[name]
    symbols = [f.symbol for f in fields]
    powers = [n for n in itertools.product(range(degree + 1), repeat=len(fields)) if sum(n) <= degree]
    points = drawn(fields, before + 10)
    columns: list[Array] = []
    for place in range(len(fields)):
        for n in powers:
            monomial = sp.Mul(*[s**k for s, k in zip(symbols, n, strict=True)])
            h = [monomial if k == place else sp.S.Zero for k in range(len(fields))]
            columns.append(np.concatenate([commutator(fields, v, h, points).ravel() for v in symmetry]))
    values = np.linalg.svd(np.stack(columns, axis=1), compute_uv=False)
    assert before - int(np.count_nonzero(values > 1e-9 * values[0])) == after


def symmetric_power(eigenvalues: Array, degree: int) -> Array:
    """χ of Sym^d at group elements (elements × eigenvalues): the complete homogeneous polynomial."""
    count = eigenvalues.shape[1]
    chosen = itertools.combinations_with_replacement(range(count), degree)
    return np.sum([np.prod(eigenvalues[:, list(c)], axis=1) for c in chosen], axis=0)


def molien(eigenvalues: Array, weights: Array, degree: int) -> int:
    """Number of equivariant polynomial maps V → V up to a degree."""
    total = sum(np.sum(weights * eigenvalues.sum(axis=1).conj() * symmetric_power(eigenvalues, d)) for d in range(degree + 1))
    assert math.isclose(total.real, round(total.real), abs_tol=1e-8)
    return round(total.real)


def test_dimensions_agree_with_moliens_formula() -> None:
    angle = 2 * np.pi * np.arange(64) / 64
    turn = np.exp(1j * angle)
    haar = (1 - np.cos(angle)) / 64  # Weyl's measure on the classes of SO(3)
    vector = np.stack([turn, np.ones_like(turn), turn.conj()], axis=1)
    assert molien(vector, haar, 3) == CASES["SO(3), one vector"][4]
    assert molien(np.concatenate([vector, vector], axis=1), haar, 3) == CASES["SO(3), position and momentum"][4]
    plane = np.stack([turn, turn.conj()], axis=1)
    for degree, name in ((2, "SO(2), degree 2"), (3, "SO(2), degree 3")):
        assert molien(plane, np.full(64, 1 / 64), degree) == CASES[name][4]
    few = np.exp(2j * np.pi * np.arange(16) / 16)
    one, other = (g.ravel() for g in np.meshgrid(few, few))
    torus = np.stack([one, one.conj(), other, other.conj()], axis=1)
    assert molien(torus, np.full(256, 1 / 256), 3) == CASES["SO(2) x SO(2)"][4]


def reaction_diffusion() -> Library:
    """19 features in two equations: monomials of u, v of degree 1 to 3, and the ten derivatives in space up to order two."""
    u, v = Field("u", t, X, Y), Field("v", t, X, Y)
    powers = [u.symbol**i * v.symbol**j for i in range(4) for j in range(4) if 1 <= i + j <= 3]
    derivatives = [f[d] for f in (u, v) for d in ((X,), (Y,), (X, X), (X, Y), (Y, Y))]
    space = JetSpace((t, X, Y), (u, v))
    symmetry = [translation(t), translation(X), translation(Y), rotation(u, v)]
    return build_library(space, symmetry, time_order=1, order=2, degree=3, terms=Terms(library=(*powers, *derivatives)))


def test_reaction_and_diffusion_have_fourteen_terms_of_thirty_eight() -> None:
    """u, u^⊥, A u, A u^⊥ with A = u² + v², and five derivatives each with its turn."""
    library = reaction_diffusion()
    assert (library.unrestricted, library.restricted, library.notes) == (38, 14, ())
    turned = {tuple(sp.expand(e) for e in term) for term in library.terms}
    u, v = (f.symbol for f in library.space.fields)
    square = u**2 + v**2
    for first, second in [
        (u, v),
        (sp.expand(square * u), sp.expand(square * v)),
        *[(library.space.name(f"u_{d}"), library.space.name(f"v_{d}")) for d in ("x", "y", "xx", "xy", "yy")],
    ]:
        assert (first, second) in turned
        assert {(second, -first), (-second, first)} & turned
