"""How far a law x' = h(x) is from a symmetry, at points: linear in the law's coefficients, so a quadratic form of them.

Infinitesimal: J_h v − J_v h = [v, h]. Finite, with g = exp(εv): J_g h(x) − h(gx) = −ε [v, h] + O(ε²). Neither needs a library that is closed
under v, nor a v that is polynomial or given by formulas: a `SymmetryMotion` may be any functions on arrays, such as those of a network.

Source: Yang et al., Symmetry-informed governing equation discovery, NeurIPS 2024, eqs. 35–38 (EquivSINDy-r).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import sympy as sp
from numpy.typing import NDArray

from invarieq.data.records import Segment
from invarieq.engines.weak.moments import Columns
from invarieq.errors import DeclarationError
from invarieq.expressions import compile_expressions
from invarieq.flows import flow
from invarieq.jets import JetSpace, VectorField, symbols_of
from invarieq.space.library import Library

Array = NDArray[np.float64]
POINTS = 1000  # of the data's states that a penalty looks at
TOLERANCE = 1e-10
LARGEST = 1e8  # beyond which a flow counts as ended
Move = Callable[[Array, float], tuple[Array, Array]]


@dataclass(frozen=True)
class SymmetryMotion:
    """A vector field at points (points × fields), the seam for learned symmetries.

    `velocity(x)` is points × fields, `jacobian(x)[k, b, a]` = ∂v_b/∂x_a at point k. `move(x, ε)`, if known, is the flow with its Jacobian;
    without it the flow is followed numerically.
    """

    name: str
    velocity: Callable[[Array], Array]
    jacobian: Callable[[Array], Array]
    move: Move | None = None


def motion_of(field: VectorField, space: JetSpace) -> SymmetryMotion:
    """A generator that moves the fields of an ODE, by fields alone, as functions on arrays.

    Raises `DeclarationError` for a generator that moves or holds a coordinate.
    """
    symbols = [f.symbol for f in space.fields]
    stray = [s for s, c in field.components for s in (s, *symbols_of(c)) if s not in symbols]
    if stray:
        raise DeclarationError(
            f"generator {field.label!r} moves or holds {stray[0]}; a regularized search takes generators of fields in fields alone, "
            "such as y ∂_x − x ∂_y: declare the others with --symmetry declared"
        )
    components = [field.component(s) for s in symbols]
    velocity = _vectors(components, symbols)
    jacobian = _matrices(components, symbols)
    found = flow(field, space)
    if found.closed is None or found.guards:
        return SymmetryMotion(field.label, velocity, jacobian)
    ends = [found.at()[s] for s in symbols]
    place, turn = (make(ends, [*symbols, found.parameter]) for make in (_vectors, _matrices))

    def move(points: Array, epsilon: float) -> tuple[Array, Array]:
        with_parameter = np.column_stack([points, np.full(len(points), epsilon)])
        return place(with_parameter), turn(with_parameter)[:, :, : len(symbols)]

    return SymmetryMotion(field.label, velocity, jacobian, move)


def _vectors(exprs: Sequence[sp.Expr], symbols: Sequence[sp.Symbol]) -> Callable[[Array], Array]:
    run = compile_expressions(list(exprs), symbols)

    def at(points: Array) -> Array:
        with np.errstate(all="ignore"):
            values = run([points[:, i] for i in range(len(symbols))])
        return np.stack([np.broadcast_to(np.asarray(v, dtype=float), len(points)) for v in values], axis=1)

    return at


def _matrices(exprs: Sequence[sp.Expr], symbols: Sequence[sp.Symbol]) -> Callable[[Array], Array]:
    """x → ∂expr_b/∂symbol_a (points × exprs × symbols)."""
    flat = _vectors([sp.diff(e, s) for e in exprs for s in symbols], symbols)
    return lambda points: flat(points).reshape(len(points), len(exprs), len(symbols))


@dataclass(frozen=True)
class TermsAt:
    """The library's terms on points: `values(x)` is points × equations × terms, `slopes(x)` has one axis more, over the fields."""

    values: Callable[[Array], Array]
    slopes: Callable[[Array], Array]


def terms_at(library: Library) -> TermsAt:
    """The terms of an ODE's library as functions on states. Raises `DeclarationError` for terms in anything but fields."""
    symbols = [f.symbol for f in library.space.fields]
    exprs = [term[a] for a in range(len(library.leading)) for term in library.terms]
    stray = sorted({s.name for e in exprs for s in symbols_of(e) if s not in symbols})
    if stray or len(library.leading) != len(symbols):
        raise DeclarationError(
            f"a regularized search is for autonomous ODEs of first order in all fields; the library holds {', '.join(stray) or 'fewer laws'}"
        )
    values, slopes, shape = _vectors(exprs, symbols), _matrices(exprs, symbols), (len(library.leading), len(library.terms))
    return TermsAt(lambda x: values(x).reshape(len(x), *shape), lambda x: slopes(x).reshape(len(x), *shape, len(symbols)))


def infinitesimal(motion: SymmetryMotion, terms: TermsAt, points: Array) -> Array:
    """Rows (points · fields × terms) whose product with coefficients is J_h v − J_v h."""
    along = np.einsum("kbja,ka->kbj", terms.slopes(points), motion.velocity(points))
    turned = np.einsum("kba,kaj->kbj", motion.jacobian(points), terms.values(points))
    return (along - turned).reshape(-1, along.shape[2])


def finite(motion: SymmetryMotion, terms: TermsAt, points: Array, epsilon: float) -> Array:
    """Rows (points · fields × terms) whose product with coefficients is h(gx) − J_g h(x), g = exp(εv).

    Points whose flow ends before ε are left out.
    """
    moved, turn = (motion.move or _followed(motion))(points, epsilon)
    kept = np.isfinite(moved).all(axis=1) & np.isfinite(turn).all(axis=(1, 2))
    turned = np.einsum("kba,kaj->kbj", turn[kept], terms.values(points[kept]))
    return (terms.values(moved[kept]) - turned).reshape(-1, turned.shape[2])


def _followed(motion: SymmetryMotion) -> Move:
    """The flow by the equations z' = v(z), J' = J_v(z) J: all points together, or one by one where some do not get to the end."""

    def move(points: Array, epsilon: float) -> tuple[Array, Array]:
        together = _integrated(motion, points, epsilon)
        if together is None and len(points) > 1:
            single = [move(points[k : k + 1], epsilon) for k in range(len(points))]
            return np.concatenate([z for z, _ in single]), np.concatenate([turn for _, turn in single])
        nowhere = np.full_like(points, np.nan), np.full((*points.shape, points.shape[1]), np.nan)
        return nowhere if together is None else together

    return move


def _integrated(motion: SymmetryMotion, points: Array, epsilon: float) -> tuple[Array, Array] | None:
    from scipy.integrate import solve_ivp  # here, because it is slow to import

    count, size = points.shape

    def rate(_: float, y: Array) -> Array:
        z, turn = y[: count * size].reshape(count, size), y[count * size :].reshape(count, size, size)
        with np.errstate(all="ignore"):
            return np.concatenate([motion.velocity(z).ravel(), (motion.jacobian(z) @ turn).ravel()])

    start = np.concatenate([points.ravel(), np.broadcast_to(np.eye(size), (count, size, size)).ravel()])
    with np.errstate(all="ignore"):
        found = solve_ivp(rate, (0.0, epsilon), start, method="DOP853", rtol=TOLERANCE, atol=TOLERANCE)
    end = found.y[:, -1]
    if not found.success or not np.isfinite(end).all() or np.abs(end).max() > LARGEST:
        return None
    return end[: count * size].reshape(count, size), end[count * size :].reshape(count, size, size)


def states(pieces: Sequence[Segment], library: Library, *, most: int = POINTS) -> Array:
    """Smoothed states of trajectories (points × fields), evenly thinned to about `most`."""
    fields = [f.symbol for f in library.space.fields]
    stacked = [Columns(piece, library.definitions) for piece in pieces]
    whole = np.concatenate([np.stack([c.variable(s).ravel() for s in fields], axis=1) for c in stacked])
    return whole[:: max(1, len(whole) // most)]


def penalty_root(
    motions: Sequence[SymmetryMotion], terms: TermsAt, points: Array, speed: float, *, epsilon: float | None = None
) -> Array:
    """A matrix P (rows × terms) with ‖P c‖² = Σ_v mean |J_h v − J_v h|² / (r_v · speed)², r_v = rms(v)/rms(x − mean).

    ‖P c‖ is the relative violation: 0 for a symmetric law, about 1 for one that knows nothing of the symmetry. `speed` is the root mean
    square of x'; with `epsilon` the finite form divided by ε takes the place of the infinitesimal one.
    """
    spread = float(np.sqrt(np.mean(np.sum((points - points.mean(axis=0)) ** 2, axis=1)))) or 1.0
    blocks = []
    for motion in motions:
        size = float(np.sqrt(np.mean(np.sum(motion.velocity(points) ** 2, axis=1))))
        if not (np.isfinite(size) and size > 0):
            raise DeclarationError(
                f"generator {motion.name!r} is {'zero' if size == 0 else 'not defined'} at the data's states; drop it"
            )
        rows = infinitesimal(motion, terms, points) if epsilon is None else finite(motion, terms, points, epsilon) / epsilon
        blocks.append(np.linalg.qr(rows, mode="r") * (spread / (size * speed * np.sqrt(len(rows) / points.shape[1]))))
    return np.concatenate(blocks)


def alignment(motion: SymmetryMotion, law: Callable[[Array], Array], points: Array) -> float:
    """Mean |cos| of the angle between v and h: 1 where the symmetry is the law's own flow, which says nothing about it."""
    v, h = motion.velocity(points), law(points)
    sizes = np.linalg.norm(v, axis=1) * np.linalg.norm(h, axis=1)
    kept = sizes > 0
    return float(np.mean(np.abs(np.sum(v[kept] * h[kept], axis=1)) / sizes[kept])) if kept.any() else 0.0
