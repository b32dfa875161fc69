"""Is a law with free constants an algebraic rewriting of a known one? For benchmarks only, never for a search.

The known law is put in at random points; constants for which the equations found vanish there are sought from the fitted ones on
(Gauss–Newton). Found they are if nothing is left but rounding, no part of the law vanishes with them (a term too many has the constant 0),
no constants become exchangeable that were not (x/(c + x) with c → ∞ is x/c), and no other solutions come in (see `branches`).
That is equality to twelve digits at many more points than there are constants, whatever identities stand between the two forms.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import sympy as sp
from numpy.typing import NDArray

from invarieq.errors import DeclarationError
from invarieq.expressions.arrays import compile_expressions
from invarieq.jets import JetSpace, symbols_of
from invarieq.law.branches import same_branches
from invarieq.law.solve import highest_derivatives, solution
from invarieq.symmetry.check import leading_of, solve_for

Array = NDArray[np.float64]
Run = Callable[[Sequence[Array]], list[Array]]

LARGEST = 5_000  # operations: longer laws are compared by their terms only
STEPS = 60
SAME = 1e-11  # of the sum of the sizes of the terms
VANISHED = 1e-6  # of the size with the fitted constants
RANK = 1e-7
TRIED = 400  # points


@dataclass(frozen=True)
class Points:
    """Values of the variables (variables × points): `on` the true law, and `off` it."""

    variables: tuple[sp.Symbol, ...]
    on: Array
    off: Array


def rewriting(
    found: Sequence[sp.Expr], true: Sequence[sp.Expr], start: Mapping[sp.Symbol, float], space: JetSpace
) -> dict[sp.Symbol, float] | None:
    """The constants with which the equations found say what the true ones do; None where there are none near the fitted `start`.

    Expressions that vanish, the true ones with numbers only; no decimals among them, so that nothing is rounded twice.
    """
    if len(found) != len(true) or sum(int(sp.count_ops(e)) for e in (*found, *true)) > LARGEST:
        return None
    sides = manifold(true, space)
    if sides is None:
        return None
    constants = tuple(start)
    fitted = np.array([float(start[c]) for c in constants])
    try:
        problem = _Residual.of(found, sides, constants, fitted)
    except DeclarationError:  # the slope of sign(c*u) by c is no function
        return None
    values = None if problem is None else problem.solved(fitted)
    if problem is None or values is None or problem.degenerate(fitted, values):
        return None
    chosen = {c: sp.Float(v) for c, v in zip(constants, values, strict=True)}
    if not same_branches(found, true, tuple(sides), chosen):
        return None
    return {c: float(v) for c, v in zip(constants, values, strict=True)}


def manifold(true: Sequence[sp.Expr], space: JetSpace) -> dict[sp.Symbol, sp.Expr] | None:
    """The equations solved for something: derivatives with one value each, or one branch of a single equation."""
    choices: list[tuple[sp.Symbol, ...]] = [highest_derivatives(space, true, c) for c in space.coordinates]
    try:
        choices.insert(0, leading_of(space, true))
    except DeclarationError:
        pass  # nothing that enters linearly or squared; what has one value may still be found
    jets = {s for e in true for s in symbols_of(e) if space.index(s)}
    alone = [(s,) for s in sorted(jets, key=lambda s: (-space.order(s), s.name))] if len(true) == 1 else []
    for chosen in (*choices, *alone):
        sides = solution(true, chosen)
        if sides is not None:
            return sides
    for (symbol,) in alone:
        try:
            return {symbol: solve_for(true[0], symbol)}
        except DeclarationError:
            continue
    return None


@dataclass(frozen=True)
class _Residual:
    """The equations found, at points of the true law, as functions of their constants."""

    points: Points
    constants: tuple[sp.Symbol, ...]
    equations: tuple[sp.Expr, ...]
    run: Run  # equations, then the slope of each by each constant
    parts: tuple[Run, ...]  # the terms of each equation

    @staticmethod
    def of(
        found: Sequence[sp.Expr], sides: Mapping[sp.Symbol, sp.Expr], constants: tuple[sp.Symbol, ...], fitted: Array
    ) -> _Residual | None:
        free = sorted({s for e in (*found, *sides.values()) for s in symbols_of(e)} - {*constants, *sides}, key=lambda s: s.name)
        variables = (*free, *sides)
        names = (*variables, *constants)
        run = compile_expressions([*found, *(sp.diff(e, c) for e in found for c in constants)], names)
        parts = tuple(compile_expressions(sp.Add.make_args(sp.expand(e)), names) for e in found)
        solved = compile_expressions(list(sides.values()), free)
        random = np.random.default_rng(0)
        columns = random.uniform(0.2, 2.0, (len(free), TRIED))
        columns[:, TRIED // 2 :] *= random.choice([-1.0, 1.0], (len(free), TRIED - TRIED // 2))
        with np.errstate(all="ignore"):
            on = np.concatenate([columns, _rows(solved(list(columns)), TRIED)])
            values = _rows(run([*on, *fitted]), TRIED)
        kept = np.all(np.isfinite(on), axis=0) & np.all(np.isfinite(values), axis=0)
        on = on[:, kept]
        if on.shape[1] < 4 * (len(constants) + 3):
            return None
        off = on.copy()
        off[len(free) :] = random.uniform(0.2, 2.0, (len(sides), on.shape[1]))
        return _Residual(Points(variables, on, off), constants, tuple(found), run, parts)

    def _values(self, constants: Array) -> tuple[Array, Array]:
        """Residuals (equations · points) and slopes (… × constants), each point relative to the sizes of its terms."""
        count = self.points.on.shape[1]
        with np.errstate(all="ignore"):
            values = _rows(self.run([*self.points.on, *constants]), count)
            sizes = [np.sum(np.abs(_rows(p([*self.points.on, *constants]), count)), axis=0) for p in self.parts]
            scale = np.stack([np.where(s > 0, s, 1.0) for s in sizes])
            number = len(self.equations)
            slopes = values[number:].reshape(number, len(self.constants), count) / scale[:, None, :]
            left = values[:number] / scale
        return left.ravel(), np.moveaxis(slopes, 1, 2).reshape(-1, len(self.constants))

    def solved(self, start: Array) -> Array | None:
        """The constants nearest to the fitted ones for which nothing but rounding is left."""
        values = start.copy()
        left, slopes = self._values(values)
        for _ in range(STEPS if len(start) else 0):
            size = float(np.linalg.norm(left))
            units = np.where(values != 0, np.abs(values), 1.0)
            if not np.all(np.isfinite(slopes)):
                return None
            step = units * np.linalg.lstsq(slopes * units, -left, rcond=1e-12)[0]
            share = 1.0
            while share > 1e-4:
                tried = values + share * step
                new_left, new_slopes = self._values(tried)
                if np.all(np.isfinite(new_left)) and np.linalg.norm(new_left) < size:
                    break
                share /= 2
            else:
                break
            values, left, slopes = tried, new_left, new_slopes
        return values if np.max(np.abs(left), initial=0.0) < SAME else None

    def degenerate(self, start: Array, values: Array) -> bool:
        """Whether a part of the equations vanishes with these constants, or fewer of them tell from one another than with the fitted ones."""
        nodes = (
            list(
                dict.fromkeys(
                    node
                    for e in self.equations
                    for node in sp.preorder_traversal(e)
                    if isinstance(node, sp.Expr) and node.has(*self.constants)
                )
            )
            if self.constants
            else []
        )
        run = compile_expressions(nodes, (*self.points.variables, *self.constants))
        count = self.points.off.shape[1]
        with np.errstate(all="ignore"):
            before, after = (_rows(run([*self.points.off, *c]), count) for c in (start, values))
        if nodes and np.any(_largest(after) <= VANISHED * _largest(before)):
            return True
        return any(self._idle(values, k) for k in range(len(values))) or self._rank(values) < self._rank(start)

    def _idle(self, values: Array, k: int) -> bool:
        """Whether the equations hold as well without a constant."""
        left = self._values(np.where(np.arange(len(values)) == k, 0.0, values))[0]
        return bool(np.max(np.abs(left), initial=0.0) < 10 * SAME)

    def _rank(self, values: Array) -> int:
        slopes = self._values(values)[1] * values
        lengths = np.linalg.norm(slopes, axis=0)
        if not slopes.size or not np.all(lengths > 0):
            return int(np.count_nonzero(lengths))
        sizes = np.linalg.svd(slopes / lengths, compute_uv=False)
        return int(np.count_nonzero(sizes > RANK * sizes[0]))


def _rows(values: Sequence[Array], count: int) -> Array:
    return np.array([np.broadcast_to(v, count) for v in values], dtype=float).reshape(len(values), count)


def _largest(rows: Array) -> Array:
    return np.nanmax(np.where(np.isfinite(rows), np.abs(rows), np.nan), axis=1, initial=0.0)
