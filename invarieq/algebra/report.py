"""Everything that follows from the structure constants, in one object."""

from __future__ import annotations

from dataclasses import dataclass

import sympy as sp

from invarieq.algebra.algebra import LieAlgebra
from invarieq.algebra.constants import first_jacobi_failure
from invarieq.algebra.identify import algebra_type
from invarieq.algebra.killing import killing_rank, killing_signature
from invarieq.algebra.levi import levi_decomposition
from invarieq.algebra.naming import AlgebraType
from invarieq.algebra.optimal import OptimalSystem, optimal_system
from invarieq.algebra.radical import nilradical
from invarieq.algebra.series import derived_series, lower_central_series
from invarieq.algebra.subspaces import Subspace, centre
from invarieq.errors import AlgebraError

Coordinates = tuple[tuple[sp.Expr, ...], ...]


@dataclass(frozen=True)
class AlgebraReport:
    """The structure of a Lie algebra. Subspaces are tuples of coordinate vectors in its generators.

    `derived` and `lower_central` hold dimensions, until they repeat; `signature` counts positive, negative and zero
    squares of the Killing form (None where that depends on parameters).
    """

    algebra: LieAlgebra
    type: AlgebraType
    derived: tuple[int, ...]
    lower_central: tuple[int, ...]
    centre: Coordinates
    radical: Coordinates
    nilradical: Coordinates
    levi: Coordinates
    killing_rank: int
    signature: tuple[int, int, int] | None
    optimal: OptimalSystem


def analyse(algebra: LieAlgebra, *, budget: float = 20.0) -> AlgebraReport:
    """The structure of an algebra of vector fields; `budget`: seconds for the optimal system.

    Raises `AlgebraError` for generators that do not close (naming the bracket that leaves) or are linearly dependent.
    """
    constants = algebra.constants
    if (failing := first_jacobi_failure(constants)) is not None:
        raise AlgebraError(f"the Jacobi identity fails for the generators {failing}: the brackets are wrong; report this")
    levi = levi_decomposition(constants)

    def texts(vectors: Subspace) -> Coordinates:
        return tuple(constants.expressions(v) for v in vectors)

    return AlgebraReport(
        algebra,
        algebra_type(constants),
        tuple(len(term) for term in derived_series(constants)),
        tuple(len(term) for term in lower_central_series(constants)),
        texts(centre(constants)),
        texts(levi.radical),
        texts(nilradical(constants, levi.radical)),
        texts(levi.factor),
        killing_rank(constants),
        killing_signature(constants),
        optimal_system(constants, budget=budget),
    )
