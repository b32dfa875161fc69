"""Numbers that decide whether two lines of a Lie algebra are conjugate, without the reduction that is under test."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import numpy as np
import sympy as sp
from numpy.typing import NDArray
from scipy.linalg import expm
from scipy.optimize import least_squares

from invarieq.algebra import Representative, StructureConstants, adjoint_matrix, is_soluble

Floats = NDArray[np.float64]
REACH = 3.3
SHOTS = 5


def generators_of_group(algebra: StructureConstants) -> list[Floats]:
    """ad e_i as arrays; twice for an algebra that is not soluble, where one product of exponentials does not give the group."""
    once = [np.array(adjoint_matrix(algebra, i).tolist(), dtype=np.float64) for i in range(algebra.dimension)]
    moving = [m for m in once if m.any()]
    return moving if is_soluble(algebra) else moving * 2


def lines(n: int, reach: int = 1) -> Iterator[Floats]:
    """All lines through vectors of small whole numbers."""
    for entries in itertools.product(range(-reach, reach + 1), repeat=n):
        if any(entries) and next(x for x in entries if x) > 0:
            yield np.array(entries, dtype=np.float64)


def is_reached(group: list[Floats], start: Floats, target: Representative, source: np.random.Generator) -> bool:
    """Whether a product of exponentials (parameters within ±3.3) carries the line of `start` to a member of a family."""
    evaluate = sp.lambdify(target.parameters, list(target.coefficients), "math")
    n, k = len(group), len(target.parameters)

    def residual(x: Floats) -> Floats:
        moved = start
        for epsilon, matrix in zip(x[:n], group, strict=True):
            moved = expm(epsilon * matrix) @ moved
        wanted = np.array(evaluate(*x[n:]), dtype=np.float64)
        a, b = moved / np.linalg.norm(moved), wanted / np.linalg.norm(wanted)
        return a - (a @ b) * b

    low, high = np.array([-REACH] * n + [-50.0] * k), np.array([REACH] * n + [50.0] * k)
    for place, condition in ((p, c) for p, s in enumerate(target.parameters) for c in target.conditions if c.startswith(f"{s} ")):
        if ">" in condition:
            low[n + place] = -1e-12
        if "in [1, " in condition:
            low[n + place] = 0.9
    for _ in range(SHOTS):
        first = np.clip(source.normal(size=n + k), low + 1e-6, high - 1e-6)
        found = least_squares(residual, first, bounds=(low, high), xtol=1e-15, ftol=1e-15, gtol=1e-15, max_nfev=80)
        if np.abs(found.fun).max() < 1e-11 and _allowed(target, found.x[n:]):
            return True
    return False


def _allowed(target: Representative, values: Floats) -> bool:
    for symbol, value in zip(target.parameters, values, strict=True):
        own = next(c for c in target.conditions if c.startswith(f"{symbol} "))
        if "> 0" in own and value < 1e-6:
            return False
        excluded = [float(sp.Rational(part.split("!= ")[1])) for part in own.split(", ") if "!=" in part]
        if any(abs(value - e) < 1e-6 for e in excluded):
            return False
    return True
