"""Laws without time derivatives: which scalars and vectors of the fields vanish on the data, as ∇·u does for a flow?

Out of the covariants of the declared rotations (else all monomials) first single ones: one vanishes when its weak moments are far smaller
than those of its summands, and no larger than noise makes them; u_x and v_y are large, u_x + v_y is not. Then sparse relations between
several, each candidate in turn being the left-hand side. What is found is divided out before the search goes on, so that
nothing is found that follows (p ∇·u, ∇(∇·u)), and a candidate that vanishes with all its summands proves nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import sympy as sp
from numpy.typing import NDArray

from invarieq.data import Dataset
from invarieq.data.records import Segment, segments
from invarieq.engines.weak.compare import narrowed
from invarieq.engines.weak.path import threshold_path
from invarieq.engines.weak.problem import build_problem
from invarieq.engines.weak.select import Fit, select
from invarieq.engines.weak.sparse import ACCEPTED_RESIDUAL, NOISE_FACTOR, Measurement, explains, measure
from invarieq.errors import DeclarationError, Undecided
from invarieq.expressions import read_expression, write_expression
from invarieq.law.rounding import simplest_number
from invarieq.space.ambient import Ambient
from invarieq.space.constraints import modulo
from invarieq.space.covariants import tensors
from invarieq.space.library import Library, candidates_of, library_from
from invarieq.space.restrict import Restriction
from invarieq.space.turning import turning
from invarieq.system import System
from invarieq.system.system import changed

Array = NDArray[np.float64]
DEGREE = 2
ORDER = 2
SHORT = 4  # terms of a relation
CLEAR = 0.5  # share of noise in the summands beyond which nothing can be said
HOPELESS = 0.1  # residual with all candidates beyond which no sparse relation is looked for


@dataclass(frozen=True)
class Constraint:
    """Expressions that vanish on the data (one, or the components of a vector), with what is left of them relative to their summands."""

    name: str
    expressions: tuple[sp.Expr, ...]
    residual: float
    noise_residual: float


def seek_constraints(system: System, dataset: Dataset, *, seed: int) -> tuple[Constraint, ...]:
    """The constraints that hold on the data, simple ones first; they are independent of those that `terms.constraints` knows."""
    pieces = segments(dataset, system.space)
    known = list(system.terms.constraints)
    found: list[Constraint] = []
    for rank in (0, 1):
        pool = _pool(system, rank)
        if pool is not None:
            found += _search(pool, pieces, known, seed=seed)
    return tuple(found)


def constraint_record(constraint: Constraint) -> dict[str, Any]:
    """A constraint as a document."""
    return {
        "name": constraint.name,
        "expressions": [write_expression(e) for e in constraint.expressions],
        "residual": constraint.residual,
        "noise_residual": constraint.noise_residual,
    }


def with_constraints(system: System, records: Sequence[Mapping[str, Any]]) -> System:
    """The system with the constraints of some documents as known ones."""
    names = system.space.names
    found = tuple(read_expression(text, names) for r in records for text in r["expressions"])
    return changed(system, terms=replace(system.terms, constraints=(*system.terms.constraints, *found))) if found else system


@dataclass(frozen=True)
class _Pool:
    """The scalars or vectors among which constraints are sought: `basis` as columns of `candidates`, named."""

    candidates: Ambient
    basis: Restriction


def _pool(system: System, rank: int) -> _Pool | None:
    """Covariants of the rotations without time derivatives; without rotations the monomials of degree one, as scalars."""
    space = system.space
    turned = turning(space, system.symmetry)
    order, degree = min(system.terms.order or ORDER, ORDER), DEGREE if turned else 1
    whole = candidates_of(space, system.symmetry, time_order=1, order=order, degree=degree)
    vectors: list[tuple[tuple[dict[int, sp.Rational], ...], str]] | None
    if turned is None:
        vectors = None if rank else [(({k: sp.S.One},), str(whole.expression(m))) for k, m in enumerate(whole.monomials)]
    else:
        vectors = tensors(whole, turned, rank=rank)
    if not vectors:
        return None
    count = len(whole.monomials)
    zeros = tuple(sp.Symbol(f"_zero{a}", real=True) for a in range(len(vectors[0][0])))
    basis = tuple({a * count + k: c for a, part in enumerate(parts) for k, c in part.items()} for parts, _ in vectors)
    return _Pool(replace(whole, leading=zeros), Restriction({}, basis, names=tuple(name for _, name in vectors)))


def _search(pool: _Pool, pieces: Sequence[Segment], known: list[sp.Expr], *, seed: int) -> list[Constraint]:
    """One pool: the units that its vectors need are measured once. `known` grows by what is found."""
    used = sorted({i for v in pool.basis.basis for i in v})
    units = Restriction({}, tuple({i: sp.S.One} for i in used))
    library = _library(pool.candidates, units)
    measurement = measure(library, pieces, seed=seed)
    place = {i: n for n, i in enumerate(used)}
    found: list[Constraint] = []
    left = _left(pool, known)
    for size in (1, SHORT):
        number = 0
        while number < len(left.basis):
            answer = (_single if size == 1 else _relation)(pool, left, number, measurement, place)
            if answer is None:
                number += 1
                continue
            found.append(answer)
            try:
                left = _left(pool, [*known, *answer.expressions])
                known += answer.expressions
            except (DeclarationError, Undecided):  # it gives no derivative in terms of others, so nothing can be divided out
                number += 1
    return found


def _left(pool: _Pool, known: Sequence[sp.Expr]) -> Restriction:
    """What the known constraints leave of a pool."""
    return modulo(pool.candidates, pool.basis, known) if known else pool.basis


def _library(candidates: Ambient, found: Restriction) -> Library:
    """A library whose left-hand side is the forced part alone."""
    return replace(library_from(candidates, found), weak_leading=tuple(() for _ in candidates.leading))


def _columns(vector: Mapping[int, sp.Rational], place: Mapping[int, int]) -> dict[int, sp.Rational]:
    return {place[i]: c for i, c in vector.items()}


def _negative(vector: Mapping[int, sp.Rational]) -> dict[int, Any]:
    return {i: -c for i, c in vector.items()}


def _single(pool: _Pool, left: Restriction, number: int, measurement: Measurement, place: Mapping[int, int]) -> Constraint | None:
    """Does vector `number` vanish by itself, and its summands do not?"""
    vector = _columns(left.basis[number], place)
    weights = np.zeros(len(place))
    for n, c in vector.items():
        weights[n] = float(c)
    columns = np.concatenate(
        [p.columns[:, 1:] - e.bias[:, 1:] for p, e in zip(measurement.parts, measurement.effects, strict=True)]
    )
    noise = np.sum([e.gram[1:, 1:] for e in measurement.effects], axis=0)
    scale = float(np.sqrt(np.sum((np.linalg.norm(columns, axis=0) * weights) ** 2)))
    loud = float(np.sqrt(np.sum(np.diag(noise) * weights**2)))
    if len(vector) < 2 or scale == 0 or loud > CLEAR * scale:
        return None
    rest = float(np.linalg.norm(columns @ weights)) / scale
    expected = float(np.sqrt(max(weights @ noise @ weights, 0.0))) / scale
    if rest > max(ACCEPTED_RESIDUAL, NOISE_FACTOR * expected):
        return None
    return Constraint(left.names[number], _expressions(pool, {number: sp.S.One}, left), rest, expected)


def _relation(
    pool: _Pool, left: Restriction, number: int, measurement: Measurement, place: Mapping[int, int]
) -> Constraint | None:
    """Is vector `number` a short combination of the others?"""
    others = [n for n in range(len(left.basis)) if n != number]
    vectors = [_columns(left.basis[n], place) for n in others]
    forced = _negative(_columns(left.basis[number], place))
    turned = narrowed(measurement, Restriction(forced, tuple(vectors)), free=False)
    library = _library(pool.candidates, Restriction(_negative(left.basis[number]), tuple(left.basis[n] for n in others)))
    problem = build_problem(library, turned.parts, turned.effects)
    size = float(np.linalg.norm(problem.left))
    noise = float(np.sqrt(max(problem.noise_gram[0, 0], 0.0)))
    if size == 0 or noise > CLEAR * size:
        return None
    best = problem.left - problem.directions @ (problem.directions.T @ problem.left)
    if np.linalg.norm(best) > max(HOPELESS, 2 * NOISE_FACTOR * noise / size) * size:
        return None
    fit = select(problem, threshold_path, rounds=2).chosen
    if not explains(fit) or not 0 < len(fit.support) < SHORT:
        return None
    return _rounded(pool, left, number, others, fit)


def _rounded(pool: _Pool, left: Restriction, number: int, others: Sequence[int], fit: Fit) -> Constraint:
    """A relation with the simplest coefficients within their errors."""
    weights: dict[int, Any] = {number: sp.S.One}
    for k, value, error in zip(fit.support, fit.coefficients, fit.errors, strict=True):
        weights[others[k]] = -sp.Rational(sp.nsimplify(simplest_number(float(value), float(error)), rational=True))
    text = " ".join(f"{'-' if c < 0 else '+'} {'' if abs(c) == 1 else f'{abs(c)} '}{left.names[n]}" for n, c in weights.items())
    return Constraint(text.removeprefix("+ "), _expressions(pool, weights, left), fit.residual, fit.noise_residual)


def _expressions(pool: _Pool, weights: Mapping[int, sp.Rational], left: Restriction) -> tuple[sp.Expr, ...]:
    count = len(pool.candidates.monomials)
    parts: list[list[sp.Expr]] = [[] for _ in pool.candidates.leading]
    for n, w in weights.items():
        for i, c in left.basis[n].items():
            parts[i // count].append(w * c * pool.candidates.expression(pool.candidates.monomials[i % count]))
    return tuple(sp.Add(*p) for p in parts)
