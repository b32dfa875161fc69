"""Fields that follow from others at each time by linear equations with constant coefficients: a flow from its vorticity.

In Fourier space the equations A(k) d + B(k) v = 0 give d = −A(k)⁺ B(k) v, one small matrix a wave; what they leave open (the
mean of a velocity) is 0.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import sympy as sp
from numpy.typing import NDArray

from invarieq.data.simulate.evolution import Evolution
from invarieq.errors import SimulationError
from invarieq.jets import symbols_of
from invarieq.jets.space import MultiIndex

Spectrum = NDArray[np.complex128]

SMALL = 1e-12


def diagnosis(problem: Evolution, derivative: Callable[[MultiIndex], Spectrum]) -> Spectrum:
    """Matrices (diagnostic fields × state × waves) that give the fields of order 0 from the state.

    Raises `SimulationError` for constraints that are not linear with constant coefficients or do not determine the fields.
    """
    space = problem.space
    fields = [a for a, order in enumerate(problem.orders) if order == 0]
    shape = derivative((0,) * len(space.coordinates)).shape
    left = np.zeros((len(problem.constraints), len(fields), *shape), dtype=complex)
    right = np.zeros((len(problem.constraints), len(problem.state), *shape), dtype=complex)
    for row, equation in enumerate(problem.constraints):
        for symbol in (s for s in symbols_of(equation) if space.index(s)):
            slope = sp.diff(equation, symbol)
            if not slope.is_number:
                raise _unfit(problem, f"{equation} is not linear with constant coefficients")
            a, index = space.index(symbol)  # type: ignore[misc]
            factor = float(slope) * derivative(index)
            if a in fields:
                left[row, fields.index(a)] += factor
            else:
                right[row, problem.state.index(space.fields[a].symbol)] += factor
        if sp.expand(equation.subs({s: 0 for s in symbols_of(equation) if space.index(s)})) != 0:
            raise _unfit(problem, f"{equation} holds a part without fields")
    matrix = np.moveaxis(left, (0, 1), (-2, -1))
    sizes = np.linalg.svd(matrix.reshape(-1, *matrix.shape[-2:]), compute_uv=False)
    determined = np.sum(sizes > SMALL * max(float(sizes.max()), SMALL), axis=-1) == len(fields)
    if np.mean(determined) < 0.5:
        raise _unfit(problem, f"the constraints do not determine {', '.join(space.fields[a].name for a in fields)}")
    found = -np.linalg.pinv(matrix, rcond=SMALL) @ np.moveaxis(right, (0, 1), (-2, -1))
    return np.ascontiguousarray(np.moveaxis(found, (-2, -1), (0, 1)), dtype=np.complex128)


def _unfit(problem: Evolution, what: str) -> SimulationError:
    return SimulationError(
        f"system {problem.name!r}: {what}; expected linear equations with constant coefficients, one a field without an evolution "
        "equation, such as u_x + v_y and v_x - u_y - w"
    )
