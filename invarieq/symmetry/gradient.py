"""Gradient flows ẇ = −∇L(w), L = ℓ(f(w; data)): what they conserve for every loss ℓ, and the symmetries that are isometries.

Q is conserved for every loss of the outputs f exactly when ∇Q·∇f_a = 0 identically in w and the data, for every output a. A
symmetry v(f) = 0 that is a gradient, v = ∇Q, gives such a Q; for a linear one, v = Mw with M symmetric, Q = ½ wᵀMw. An isometry
(M antisymmetric) that leaves f invariant takes trajectories of the gradient flow to trajectories.

How many independent Q there are: dim w − dimension at a generic point of the Lie algebra that the fields ∇f_a(·; data) generate
(Marcotte, Gribonval & Peyré, arXiv 2307.00144).
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import sympy as sp

from invarieq.errors import DeclarationError
from invarieq.exact import PRIME, echelon
from invarieq.jets import VectorField
from invarieq.jets.kernels import without_decimals
from invarieq.symmetry.closure import generated_dimension
from invarieq.symmetry.functions import (
    LARGEST,
    Certainty,
    FunctionSymmetries,
    Variable,
    function_symmetries,
    monomials,
    moved_symbols,
    primitive,
    shown_zero,
)
from invarieq.symmetry.sampled import RandomPoints, null_vectors
from invarieq.symmetry.spectators import Patterns


@dataclass(frozen=True, slots=True)
class ConservedQuantities:
    """Functions Q(w) that every gradient flow of the outputs conserves.

    `quantities`: a basis over the constants; `certainty` of each; `independent`: rank of their differentials at a random point;
    `possible`: how many independent ones there are of any form (None: not decided within the bounds, or outputs not polynomial).
    """

    quantities: tuple[sp.Expr, ...]
    certainty: tuple[Certainty, ...]
    independent: int
    possible: int | None

    @property
    def complete(self) -> bool | None:
        """Whether every conserved function is a function of these; None if that was not decided."""
        return None if self.possible is None else self.independent == self.possible


def conserved_quantities(
    outputs: sp.Expr | Sequence[sp.Expr],
    variables: Sequence[Variable],
    *,
    degree: int = 2,
    kernels: Sequence[sp.Expr] = (),
    count: bool = True,
) -> ConservedQuantities:
    """All Q in the span of monomials up to `degree` (without 1) and `kernels` that the gradient flow of every loss ℓ(outputs) conserves.

    `variables`: the parameters w; all other symbols are data, and Q serves for all of them. `count`: also find how many
    independent ones exist. Raises `DeclarationError` for an ansatz of more than 6,000 unknowns.

    >>> u, v, x = sp.symbols("u v x", real=True)
    >>> conserved_quantities(u * v * x, [u, v]).quantities
    (u**2 - v**2,)
    """
    moved = moved_symbols(variables)
    given = tuple(outputs) if isinstance(outputs, Sequence) else (outputs,)
    patterns = Patterns()
    plain = [patterns.replace(without_decimals(sp.sympify(f, strict=True))) for f in given]
    basis = [*monomials(moved, degree)[1:], *kernels]
    if len(basis) > LARGEST:
        raise DeclarationError(
            f"{len(basis)} unknown coefficients ({len(moved)} variables, degree {degree}) are more than {LARGEST}; lower the degree"
        )
    slopes = [[sp.diff(f, z) for z in moved] for f in plain]
    gradients = [[sp.diff(b, z) for z in moved] for b in basis]

    def build(samples: RandomPoints) -> np.ndarray:
        each = [[samples(g) if g != 0 else None for g in row] for row in gradients]
        blocks = []
        for row in slopes:
            s = [samples(d) for d in row]
            columns = []
            for entries in each:
                total = np.zeros_like(s[0])
                for a, b in zip(entries, s, strict=True):
                    if a is not None:
                        total = (total + a * b) % PRIME
                columns.append(total)
            blocks.append(np.stack(columns, axis=1))
        return np.stack(blocks)

    vectors = null_vectors(build, len(basis), len(plain), list(patterns.bits.values()))
    found = tuple(sp.Add(*[n * b for n, b in zip(primitive(v), basis, strict=True)]) for v in vectors)
    shown: tuple[Certainty, ...] = tuple("proved" if _orthogonal(q, slopes, moved, patterns) else "sampled" for q in found)
    possible = None
    if count:
        dimension = generated_dimension(plain, moved, list(patterns.bits.values()))
        possible = None if dimension is None else len(moved) - dimension
    return ConservedQuantities(found, shown, independent_count(found, moved), possible)


def _orthogonal(q: sp.Expr, slopes: Sequence[Sequence[sp.Expr]], moved: Sequence[sp.Symbol], patterns: Patterns) -> bool:
    gradient = [sp.diff(q, z) for z in moved]
    return all(shown_zero(sp.Add(*[a * b for a, b in zip(gradient, row, strict=True)]), patterns) for row in slopes)


def independent_count(functions: Sequence[sp.Expr], variables: Sequence[sp.Symbol]) -> int:
    """Rank of the differentials at a random point: how many of the functions are independent."""
    if not functions:
        return 0
    samples = RandomPoints(4)
    rows = np.stack([np.stack([samples(sp.diff(q, z)) for z in variables]) for q in functions])
    usable = np.flatnonzero(samples.valid)
    return max((echelon(rows[:, :, k]).rank for k in usable), default=0)


def gradient_flow_isometries(outputs: sp.Expr | Sequence[sp.Expr], variables: Sequence[Variable]) -> FunctionSymmetries:
    """The symmetries v = (Mw + b)·∇ of the outputs that are isometries (M antisymmetric): they take gradient trajectories to others.

    Gradient flows are said in the Euclidean metric of the variables; rotations and translations are its isometries.
    """
    whole = function_symmetries(outputs, variables, degree=1)
    fields = _combinations(whole.fields, lambda v, i, j: sp.diff(v.component(i), j) + sp.diff(v.component(j), i), whole.variables)
    zero = tuple(sp.S.Zero for _ in fields)
    certainty: Certainty = "proved" if all(c == "proved" for c in whole.certainty) else "sampled"
    return FunctionSymmetries(whole.functions, whole.variables, fields, zero, tuple(certainty for _ in fields), whole.unknowns)


def conserved_from_symmetries(symmetries: FunctionSymmetries) -> tuple[sp.Expr, ...]:
    """Q with ∇Q = v for every combination v of the symmetries that is a gradient (∂_j v^i = ∂_i v^j), a basis.

    Every such Q is conserved by the gradient flow of every loss of the functions. Fields that scale the functions (λ ≠ 0) are left out.
    """
    invariant = [v for v, w in zip(symmetries.fields, symmetries.weights, strict=True) if w == 0]
    fields = _combinations(
        invariant, lambda v, i, j: sp.diff(v.component(i), j) - sp.diff(v.component(j), i), symmetries.variables
    )
    return tuple(_potential(v, symmetries.variables) for v in fields)


def _combinations(fields: Sequence[VectorField], condition: object, variables: Sequence[sp.Symbol]) -> tuple[VectorField, ...]:
    """The combinations Σ c_k v_k with condition(v, i, j) = 0 for all pairs of variables."""
    if not fields:
        return ()
    pairs = list(itertools.combinations_with_replacement(variables, 2))
    entries = [[condition(v, i, j) for v in fields] for i, j in pairs]  # type: ignore[operator]
    rows = [row for row in entries if any(e != 0 for e in row)]
    if not rows:
        return tuple(fields)

    def build(samples: RandomPoints) -> np.ndarray:
        return np.stack([np.stack([samples(e) for e in row], axis=1) for row in rows])

    result = []
    for vector in null_vectors(build, len(fields), len(rows)):
        numbers = primitive(vector)
        parts = {z: sp.expand(sp.Add(*[n * v.component(z) for n, v in zip(numbers, fields, strict=True)])) for z in variables}
        result.append(VectorField(parts))
    return tuple(result)


def _potential(field: VectorField, variables: Sequence[sp.Symbol]) -> sp.Expr:
    """Q with ∇Q = field, variable by variable."""
    total = sp.S.Zero
    for z in variables:
        total += sp.integrate(sp.expand(field.component(z) - sp.diff(total, z)), z)
    return sp.expand(total)
