"""Fields that keep a constraint: the pressure of a flow without divergence.

v' = N(v) + G p with C v = 0: the constraint stays true exactly when C (N + G p) = 0, so p = −(C G)⁺ C N in Fourier space, one
small matrix a wave (the projection of Leray; Chorin, Math. Comp. 22 (1968) 745). What this leaves open (the mean of p) is 0.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import sympy as sp
from numpy.typing import NDArray

from invarieq.data.simulate.evolution import Evolution
from invarieq.errors import SimulationError
from invarieq.jets import symbols_of
from invarieq.jets.space import MultiIndex

Spectrum = NDArray[np.complex128]
SMALL = 1e-12
KEPT = 1e-8  # of the sizes of the summands of a constraint: a start that leaves more breaks it


@dataclass(frozen=True)
class FourierMultipliers:
    """`force` (state × multipliers × waves) is G, `values` (multipliers × state × waves) gives p from the rates without it."""

    force: Spectrum
    values: Spectrum


def free_fields(problem: Evolution) -> list[int]:
    """Numbers of the fields without a law of their own that no constraint holds: those that keep the constraints."""
    space = problem.space
    held = {space.index(s)[0] for e in problem.constraints for s in symbols_of(e) if space.index(s)}  # type: ignore[index]
    return [a for a, order in enumerate(problem.orders) if order == 0 and a not in held]


def constraint_matrix(problem: Evolution, derivative: Callable[[MultiIndex], Spectrum]) -> Spectrum:
    """C (constraints × state × waves) of constraints on the evolving fields; `SimulationError` unless they are linear and constant."""
    space = problem.space
    shape = derivative((0,) * len(space.coordinates)).shape
    result = np.zeros((len(problem.constraints), len(problem.state), *shape), dtype=complex)
    for row, equation in enumerate(problem.constraints):
        for symbol in (s for s in symbols_of(equation) if space.index(s)):
            slope = sp.diff(equation, symbol)
            a, index = space.index(symbol)  # type: ignore[misc]
            if not slope.is_number:
                raise SimulationError(
                    f"system {problem.name!r}: the constraint {equation} is not linear with constant coefficients; expected such as u_x + v_y"
                )
            result[row, problem.state.index(space.fields[a].symbol)] += float(slope) * derivative(index)
    return result


def multipliers(
    problem: Evolution, fields: list[int], forces: list[sp.Expr], derivative: Callable[[MultiIndex], Spectrum]
) -> FourierMultipliers:
    """The fields that keep the constraints; `forces[k]` is the part of rate k that holds them.

    Raises `SimulationError` where they do not enter linearly, or cannot keep the constraints.
    """
    space = problem.space
    if any(order > 1 for order in problem.orders):
        raise _unfit(problem, fields, "the law is of second order in time")
    constraint = constraint_matrix(problem, derivative)
    force = np.zeros((len(problem.state), len(fields), *constraint.shape[2:]), dtype=complex)
    for k, part in enumerate(forces):
        for symbol in (s for s in symbols_of(part) if space.index(s)):
            a, index = space.index(symbol)  # type: ignore[misc]
            slope = sp.diff(part, symbol)
            if a not in fields or not slope.is_number:
                raise _unfit(problem, fields, f"{part} is not linear with constant coefficients")
            force[k, fields.index(a)] += float(slope) * derivative(index)
    c, g = (np.moveaxis(m, (0, 1), (-2, -1)) for m in (constraint, force))
    product = c @ g
    sizes = np.linalg.svd(product, compute_uv=False)
    determined = np.sum(sizes > SMALL * max(float(sizes.max()), SMALL), axis=-1) == len(fields)
    if np.mean(determined) < 0.5:
        raise _unfit(problem, fields, "they cannot keep the constraints")
    values = -np.linalg.pinv(product, rcond=SMALL) @ c
    return FourierMultipliers(force, np.ascontiguousarray(np.moveaxis(values, (-2, -1), (0, 1)), dtype=np.complex128))


def check_start(problem: Evolution, constraint: Spectrum, start: Spectrum) -> None:
    """Raise `SimulationError` for a start that breaks a constraint."""
    for row, equation in enumerate(problem.constraints):
        parts = constraint[row] * start
        if np.linalg.norm(parts.sum(0)) > KEPT * max(float(np.linalg.norm(parts)), KEPT):
            raise SimulationError(
                f"system {problem.name!r}: the start breaks the constraint {equation} = 0, which the law keeps; correct it in `start`"
            )


def _unfit(problem: Evolution, fields: list[int], what: str) -> SimulationError:
    names = ", ".join(problem.space.fields[a].name for a in fields)
    return SimulationError(
        f"system {problem.name!r}: no law determines {names}, and {what}; expected a field that enters laws of first order linearly and keeps "
        "a constraint, as the pressure keeps u_x + v_y = 0"
    )
