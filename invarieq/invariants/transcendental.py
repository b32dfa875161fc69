"""Functions that invariants may need although the generators are rational: exp(u), exp(atan(y/x)), cos(t), log(y).

A generator that moves u by a constant and scales x has the invariant x^a exp(−b u); a turn with a dilation has a spiral;
a turn that goes with time has x cos t + y sin t; a Jordan block has x/y − log y. Each is read off the generators' form.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Any

import sympy as sp
from sympy.polys.matrices import DomainMatrix
from sympy.polys.polyerrors import BasePolynomialError, CoercionFailed

from invarieq.invariants.action import Action
from invarieq.invariants.gradings import Split
from invarieq.invariants.relative_multipliers import RelativeMultipliers, in_span
from invarieq.jets import symbols_of

MAX_PAIRS = 15
MAX_DEGREE = 4


def companions(action: Action, split: Split, multipliers: RelativeMultipliers) -> list[sp.Expr]:
    """exp(z) of shifted variables, exp(θ) of turned pairs, and exp, cos, sin of the time of a linear flow."""
    base = action.base
    rows = [action.components(v) for v in action.generators]
    pure = _pure(rows, base)
    found: list[sp.Expr] = []
    for place, z in enumerate(base[: len(base) - len(action.kernels.entries)]):
        values = [row[place] for row in rows]
        if z not in pure and any(values) and _multiplier(values, action, split, multipliers):
            found.append(sp.exp(z))
    for (i, a), (j, b) in itertools.islice(itertools.combinations(enumerate(base), 2), MAX_PAIRS):
        values = [sp.cancel((a * row[j] - b * row[i]) / (a**2 + b**2)) for row in rows]
        if any(values) and _multiplier(values, action, split, multipliers):
            found.append(sp.exp(sp.atan(b / a)))
    for row in rows:
        found += _clock(row, base)
    return list(dict.fromkeys(found))


def logarithms(action: Action) -> list[sp.Expr]:
    """Functions for a second attempt.

    log(z) of the coordinates and fields that are relative invariants by themselves; exp(A) with v(A) = 1 for components
    f(z) ∂_z, A = ∫ dz / f(z), beside exp(y) of the variables y that move at a constant speed.
    """
    result: list[sp.Expr] = []
    rows = [action.components(v) for v in action.generators]
    straight: list[sp.Expr] = []
    pure = _pure(rows, action.base)
    for place, z in enumerate(action.base[: len(action.base) - len(action.kernels.entries)]):
        ratios = [sp.cancel(row[place] / z) for row in rows]
        if any(ratios) and all(not sp.denom(r).has(z) for r in ratios):
            result.append(sp.log(z))
        for row in rows if z not in pure else ():
            speed = action.kernels.restore(row[place])
            if symbols_of(speed) == [z] and speed.is_polynomial(z) and 2 <= sp.Poly(speed, z).degree() <= MAX_DEGREE:
                time = sp.integrate(1 / speed, z).replace(sp.Abs, lambda m: m)
                result += [] if time.has(sp.Integral, sp.RootSum) else [sp.exp(time)]
            elif speed != 0 and not any(s in action.base for s in symbols_of(speed)):
                straight.append(sp.exp(z / speed))
    return list(dict.fromkeys([*result, *(straight if any(isinstance(e, sp.exp) for e in result) else [])]))


def _pure(rows: Sequence[Sequence[sp.Expr]], base: Sequence[sp.Symbol]) -> set[sp.Symbol]:
    """Variables that some generator translates without moving anything else."""
    result: set[sp.Symbol] = set()
    for row in rows:
        moved = [i for i, c in enumerate(row) if c != 0]
        if len(moved) == 1 and not any(s in base for s in symbols_of(row[moved[0]])):
            result.add(base[moved[0]])
    return result


def _multiplier(values: Sequence[sp.Expr], action: Action, split: Split, multipliers: RelativeMultipliers) -> bool:
    """Whether v_k(A) are multipliers of relative invariants: constant on scalings, known multipliers on the rest."""
    for k, value in enumerate(values):
        if k not in split.rest and any(s in action.base for s in symbols_of(value)):
            return False
    try:
        polys = []
        for k in split.rest:
            value = sp.cancel(values[k] * action.scales[k].as_expr())
            polys.append(action.normal(action.ring.from_expr(sp.expand(value))))
    except (ValueError, CoercionFailed, BasePolynomialError):
        return False
    scaled = any(values[k] != 0 for k in split.scalings)
    return in_span(polys, multipliers.basis, action.ring.domain) and (scaled or any(polys))


def _clock(row: Sequence[sp.Expr], base: Sequence[sp.Symbol]) -> list[sp.Expr]:
    """exp, cos, sin of z for a generator c ∂_z + (linear with a complex eigenvalue)."""
    moved = [i for i, c in enumerate(row) if c != 0 and not any(s in base for s in symbols_of(c))]
    if len(moved) != 1:
        return []
    z, speed = base[moved[0]], row[moved[0]]
    others = [(i, y) for i, y in enumerate(base) if i != moved[0] and row[i] != 0]
    used = [y for y in base if any(row[i].has(y) for i, _ in others)]
    if not others or z in used or any(sp.diff(row[i], y, w) != 0 for i, _ in others for y in used for w in used):
        return []
    names = list(dict.fromkeys([y for _, y in others] + used))
    matrix: list[list[Any]] = [[sp.diff(row[base.index(y)], w) for w in names] for y in names]
    if sp.Matrix(matrix).is_diagonal():
        return []
    return _modes(matrix, z / speed)


def _modes(matrix: list[list[Any]], time: sp.Expr) -> list[sp.Expr]:
    size = len(matrix)
    variable = sp.Dummy("s")
    coefficients = DomainMatrix.from_list_sympy(size, size, matrix).to_field().charpoly()
    domain = DomainMatrix.from_list_sympy(size, size, matrix).to_field().domain
    poly = sum((domain.to_sympy(c) * variable ** (size - i) for i, c in enumerate(coefficients)), sp.S.Zero)
    result: list[sp.Expr] = []
    for factor, _ in sp.factor_list(poly, variable)[1]:
        parts = sp.Poly(factor, variable).all_coeffs()
        if len(parts) == 2 and parts[1] != 0:
            result.append(sp.exp(-parts[1] / parts[0] * time))
        elif len(parts) == 3:
            a, b, c = parts
            mean, gap = -b / (2 * a), sp.expand(4 * a * c - b**2)
            result += [sp.exp(mean * time)] if mean != 0 else []
            if gap.is_negative:
                root = sp.sqrt(-gap) / (2 * a)
                result += [sp.exp((mean + s * root) * time) for s in (1, -1)]
            else:
                half = sp.sqrt(sp.factor(gap)).replace(sp.Abs, lambda m: m) / (2 * a)
                result += [sp.cos(half * time), sp.sin(half * time)]
    return result
