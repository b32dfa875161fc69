"""Symmetries of sampled equations: measured data, fitted laws and learned models, in floating point.

Given the jets at some points and the slopes ∂F/∂u_J of an equation F there (from a fitted law, or by differentiating a learned
one), the determining form (`determining`) is the same as for exact work; only its numbers are measured. A vector field
Σ c_b b ∂_z is a symmetry as far as

    defect(c) = ‖Σ c_b R_b‖ / ‖Σ |c_b| S_b‖

is small, with R_b the rows of the determining equations and S_b the sizes of the terms in them. Candidates come in the order
of singular values: of all combinations of unit size at the samples, the first changes the equation least.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import sympy as sp

from invarieq.errors import DataError, DeclarationError
from invarieq.exact.arithmetic import Measured
from invarieq.exact.taylor import around
from invarieq.jets import JetSpace, VectorField
from invarieq.jets.multiindices import up_to_order
from invarieq.symmetry.ansatz import AnsatzTerm, sorted_basis
from invarieq.symmetry.calculus import Calculus
from invarieq.symmetry.determining import DeterminingForm
from invarieq.symmetry.equations import Equations

Array = npt.NDArray[np.float64]
SMALLEST = 1e-300
WHOLE = 12  # largest denominator of a coefficient that is read as a fraction


@dataclass(frozen=True)
class MeasuredSymmetries:
    """Vector fields by how little they change the equation.

    `singular_values` (ascending, relative to the largest) and `coefficients` (candidates × basis, the same order);
    `defects[k]` is the relative change of the equation under candidate k, between 0 and 1.
    """

    basis: tuple[AnsatzTerm, ...]
    variables: tuple[sp.Symbol, ...]
    singular_values: Array
    coefficients: Array
    defects: Array

    def dimension(self, tolerance: float) -> int:
        """Number of candidates with a defect below `tolerance`."""
        return int(np.argmax(self.defects >= tolerance)) if (self.defects >= tolerance).any() else len(self.defects)

    def fields(self, tolerance: float) -> tuple[VectorField, ...]:
        """A sparse basis of the candidates with a defect below `tolerance`, coefficients read as fractions where they fit."""
        count = self.dimension(tolerance)
        return tuple(self._field(row, tolerance) for row in _sparse(self.coefficients[:count]))

    def _field(self, row: Array, tolerance: float) -> VectorField:
        components: dict[sp.Symbol, sp.Expr] = {}
        for b, c in zip(self.basis, row, strict=True):
            if abs(c) > 3 * tolerance:
                z = self.variables[b.component]
                components[z] = components.get(z, sp.S.Zero) + _read(float(c), tolerance) * b.expression(self.variables)
        return VectorField(components)


def measured_symmetries(
    space: JetSpace,
    columns: Mapping[sp.Symbol, Array],
    slopes: Sequence[Mapping[sp.Symbol, Array]],
    *,
    degree: int = 1,
) -> MeasuredSymmetries:
    """Polynomial vector fields up to `degree`, by how little they change the equations at the samples.

    `columns`: a value for each sample (arrays of equal length) of each coordinate, field, and derivative that prolongation meets
    (a missing one is named); `slopes`: for each equation, ∂F/∂z at the samples for each jet z in it, and for coordinates that it holds.
    Raises `DataError` for columns that are missing or of unequal length.
    """
    basis = sorted_basis([AnsatzTerm(z, p) for z in range(_size(space)) for p in up_to_order(_size(space), degree)])
    blocks = [_rows(space, columns, by_jet, basis) for by_jet in slopes]
    if not blocks:
        raise DeclarationError("measured_symmetries: no equation is given; expected the slopes of at least one")
    rows, sizes = (np.concatenate([b[i] for b in blocks]) for i in (0, 1))
    scale = np.linalg.norm(sizes, axis=0)
    if np.count_nonzero(scale) > len(rows):
        raise DataError(f"{len(rows)} rows for {np.count_nonzero(scale)} candidate terms: give more samples or a lower degree")
    moved = scale > SMALLEST  # a term that no equation sees is left to itself: it changes nothing
    whitened = rows / np.where(moved, scale, 1.0)
    _, values, vectors = np.linalg.svd(whitened, full_matrices=False)
    order = np.argsort(values)
    coefficients = vectors[order] / np.where(moved, scale, 1.0)
    coefficients /= np.abs(coefficients).max(axis=1, keepdims=True)
    changed = np.linalg.norm(coefficients @ rows.T, axis=1)
    possible = np.linalg.norm(np.abs(coefficients) @ sizes.T, axis=1)
    defects = changed / np.maximum(possible, SMALLEST)
    return MeasuredSymmetries(basis, _variables(space), values[order] / values.max(), coefficients, defects)


def _size(space: JetSpace) -> int:
    return len(space.coordinates) + len(space.fields)


def _variables(space: JetSpace) -> tuple[sp.Symbol, ...]:
    return (*space.coordinates, *(f.symbol for f in space.fields))


def _rows(
    space: JetSpace, columns: Mapping[sp.Symbol, Array], slopes: Mapping[sp.Symbol, Array], basis: Sequence[AnsatzTerm]
) -> tuple[Array, Array]:
    """Determining rows and the sizes of their terms, samples × basis."""
    # A linear stand-in for the equation, whose coefficients are symbols for the given slopes.
    stand_ins = {z: sp.Symbol(f"slope{i}", real=True) for i, z in enumerate(sorted(slopes, key=lambda s: s.name))}
    law = sp.Add(*[s * z for z, s in stand_ins.items()])
    known = {**columns, **{stand_ins[z]: np.asarray(values, dtype=float) for z, values in slopes.items()}}
    lengths = {len(c) for c in known.values()}
    if len(lengths) != 1:
        raise DataError(f"columns and slopes have lengths {sorted(lengths)}; expected one value of each at every sample")
    wider = JetSpace(space.coordinates, space.fields, (*space.parameters, *stand_ins.values()))
    equations = Equations(wider, (law,), (), {})
    samples = Measured(known)
    form = DeterminingForm(equations, 0, on_shell=False)
    _check_columns(form, columns)
    coefficients = {c: a[0] for c, a in form.coefficients(around(samples, (), 0)).items()}
    calculus = Calculus(equations.variables, samples)
    rows = np.zeros((samples.count, len(basis)))
    sizes = np.zeros_like(rows)
    for j, b in enumerate(basis):
        for (z, beta), a in coefficients.items():
            if z == b.component:
                term = calculus.on_monomials({beta: a}, [b.powers])[:, 0]
                rows[:, j] += term
                sizes[:, j] += np.abs(term)
    return rows, sizes


def _check_columns(form: DeterminingForm, columns: Mapping[sp.Symbol, Array]) -> None:
    missing = [s.name for s in (*_variables(form.equations.space), *form.jets) if s not in columns]
    if missing:
        needed = ", ".join(s.name for s in form.jets)
        raise DataError(f"no column for {', '.join(missing[:8])}; expected the coordinates, the fields and {needed}")


def _sparse(vectors: Array) -> Array:
    """The same span by rows with a leading 1: elimination with the largest pivots."""
    work, used = vectors.copy(), []
    for i in range(len(work)):
        free = np.abs(work[i:]).copy()
        free[:, used] = 0
        row, column = (int(n) for n in np.unravel_index(int(np.argmax(free)), free.shape))
        work[[i, i + row]] = work[[i + row, i]]
        work[i] /= work[i, column]
        for k in range(len(work)):
            if k != i:
                work[k] -= work[k, column] * work[i]
        used.append(column)
    return work


def _read(value: float, tolerance: float) -> sp.Expr:
    for below in range(1, WHOLE + 1):
        above = round(value * below)
        if abs(value - above / below) <= tolerance * max(1.0, abs(value)):
            return sp.Integer(above) / below
    return sp.Float(value, 6)
