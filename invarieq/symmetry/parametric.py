"""Null vectors read back as exact coefficients, rational numbers or polynomials in the parameters.

A null vector found at one value of the parameters shows which basis functions it needs. Over these few, times power
products of the parameters, the ansatz is solved once more with parameters that differ between the samples: what vanishes
then vanishes for all their values.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

import numpy as np
import sympy as sp

from invarieq.exact import read_vector
from invarieq.exact.primes import Residues
from invarieq.jets.multiindices import up_to_order
from invarieq.limit import Deadline
from invarieq.symmetry.ansatz import Ansatz, AnsatzTerm

PLAIN = 1_000  # with parameters about, larger fractions are more likely chance than truth
MAX_DEGREE = 6
MAX_COLUMNS = 900

Coefficients = dict[int, sp.Expr]


def read_coefficients(ansatz: Ansatz, vector: Residues, deadline: Deadline) -> Coefficients | None:
    """{number of a basis function: coefficient} of a null vector, or None if no small polynomials fit in time."""
    parameters = ansatz.equations.space.parameters
    support = [int(j) for j in np.flatnonzero(vector)]
    plain = read_vector(vector[support].tolist(), bound=PLAIN) if parameters else read_vector(vector[support].tolist())
    if plain is not None:
        return {j: _rational(c) for j, c in zip(support, plain, strict=True)}
    for degree in range(1, MAX_DEGREE + 1) if parameters else ():
        powers = up_to_order(len(parameters), degree)
        if len(support) * len(powers) > MAX_COLUMNS or deadline.over:
            return None
        found = _over_parameters(ansatz, support, parameters, powers)
        if found is not None:
            return found
    return None


def _over_parameters(
    ansatz: Ansatz, support: Sequence[int], parameters: Sequence[sp.Symbol], powers: Sequence[tuple[int, ...]]
) -> Coefficients | None:
    columns = [(p, j) for p in sorted(powers, key=lambda p: (sum(p), p), reverse=True) for j in support]
    factors = [sp.Mul(*[s**n for s, n in zip(parameters, p, strict=True)]) for p, _ in columns]
    basis = tuple(_scaled(ansatz.basis[j], f) for (_, j), f in zip(columns, factors, strict=True))
    kernel = replace(ansatz, basis=basis, vary=True).solve(seed=2)
    if not len(kernel):
        return None
    entries = read_vector(kernel[-1].tolist())  # the last one is free in the simplest column
    if entries is None:
        return None
    result: Coefficients = {}
    for (_, j), factor, c in zip(columns, factors, entries, strict=True):
        result[j] = result.get(j, sp.S.Zero) + _rational(c) * factor
    return {j: c for j, c in _without_content(result).items() if c != 0}


def _scaled(basis: AnsatzTerm, factor: sp.Expr) -> AnsatzTerm:
    return AnsatzTerm(basis.component, basis.powers, basis.kernel * factor)


def _without_content(coefficients: Coefficients) -> Coefficients:
    common = sp.gcd_list(list(coefficients.values())) if coefficients else sp.S.One
    return {j: sp.expand(sp.cancel(c / common)) for j, c in coefficients.items()} if common not in (0, 1) else coefficients


def _rational(value: Fraction) -> sp.Expr:
    return sp.Rational(value.numerator, value.denominator)
