"""Noether's theorem: conservation laws of the variational symmetries of a law.

A generator with characteristic Q_a = φ^a − Σ_i ξ^i u^a_i is a variational symmetry of L (up to a divergence) exactly when
Σ_a Q_a E_a(L) is a total divergence; that divergence is its conservation law (Olver 1993, Theorem 5.58).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import sympy as sp

from invarieq.conservation.euler import euler, is_divergence
from invarieq.conservation.fluxes import known_fluxes
from invarieq.conservation.lagrangian import VariationalForm
from invarieq.conservation.laws import ConservationLaw
from invarieq.errors import Undecided
from invarieq.exact.jetseries import JetSeries, parameter_value
from invarieq.exact.null_vectors import cleared, exact_vector, null_basis
from invarieq.exact.primes import Residues
from invarieq.jets import JetSpace, VectorField

SPARE = 10
TRIES = 5


@dataclass(frozen=True, slots=True)
class NoetherLaw:
    """A variational symmetry (a combination of the generators given) and the conservation law that it brings."""

    generator: VectorField
    law: ConservationLaw


def characteristic(generator: VectorField, space: JetSpace) -> tuple[sp.Expr, ...]:
    """Q_a = φ^a − Σ_i ξ^i u^a_i of a point generator."""
    result: list[sp.Expr] = []
    for f in space.fields:
        drift = [generator.component(x) * f[x] for x in f.arguments]
        result.append(sp.expand(generator.component(f) - sp.Add(*drift)))
    return tuple(result)


def noether_laws(form: VariationalForm, symmetry: Sequence[VectorField]) -> tuple[NoetherLaw, ...]:
    """The conservation laws of all combinations of some generators that are variational symmetries, each proved.

    Combinations matter: of the scalings of a law often only one changes its Lagrangian by a divergence.
    """
    space = form.space
    euler_lagrange = [sign * form.law[k] for k, sign in form.arrangement]
    qs = [characteristic(v, space) for v in symmetry]
    columns = [euler(sp.Add(*[q * e for q, e in zip(qa, euler_lagrange, strict=True)]), space) for qa in qs]
    problem = _Problem(space, tuple(columns))
    result: list[NoetherLaw] = []
    for vector in null_basis(problem.rows, len(columns)) if columns else []:
        exact = exact_vector(vector, problem.rows, space.parameters, parameter_value(space))
        if exact is None:
            continue
        scale = cleared(list(exact.values()))
        weights = {j: sp.cancel(c * scale) for j, c in exact.items()}
        multiplier: list[sp.Expr] = [sp.S.Zero] * len(form.law)
        for a, (k, sign) in enumerate(form.arrangement):
            multiplier[k] = sp.expand(sign * sp.Add(*[c * qs[j][a] for j, c in weights.items()]))
        law = _law(tuple(multiplier), form)
        if law is not None:
            result.append(NoetherLaw(_combined(weights, symmetry), law))
    return tuple(result)


def _law(multiplier: tuple[sp.Expr, ...], form: VariationalForm) -> ConservationLaw | None:
    whole = sp.Add(*[m * e for m, e in zip(multiplier, form.law, strict=True)])
    try:
        if not is_divergence(whole, form.space):
            return None
    except Undecided:
        return None
    fluxes = known_fluxes(whole, form.space)
    return ConservationLaw(multiplier, fluxes, "" if fluxes else "its fluxes were not found among sums of monomials")


def _combined(weights: dict[int, sp.Expr], symmetry: Sequence[VectorField]) -> VectorField:
    if len(weights) == 1:
        return symmetry[next(iter(weights))]
    keys = sorted({s for j in weights for s, _ in symmetry[j].components}, key=lambda s: s.name)
    return VectorField({s: sp.expand(sp.Add(*[c * symmetry[j].component(s) for j, c in weights.items()])) for s in keys})


@dataclass(frozen=True, slots=True)
class _Problem:
    """Columns: E_a(Q_i · E(L)) of the generators, at random jets."""

    space: JetSpace
    columns: tuple[tuple[sp.Expr, ...], ...]

    def rows(self, chosen: Sequence[int], parameter_seed: int) -> Residues:
        """Values (points and fields × chosen generators)."""
        parts: list[Residues] = []
        for seed in range(1, TRIES):
            sample = JetSeries(self.space, 0, len(chosen) + SPARE, seed, parameter_seed)
            table = np.array([[sample.at(e) for e in self.columns[c]] for c in chosen])
            parts.append(table[:, :, sample.good].reshape(len(chosen), -1).T)
            if sum(map(len, parts)) > len(chosen) + SPARE // 2:
                break
        return np.concatenate(parts)
