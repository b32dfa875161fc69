"""Compare a relation between terms, solved for nothing, with a law known: for benchmarks only, never for a search.

The true law is put into every term (leading derivatives and their derivatives replaced), so that the terms become functions of
free jets. Right are the terms if exactly one combination of them vanishes then, and none is superfluous in it; its coefficients
are the true ones. For terms "derivative = monomials" this is the comparison of right sides.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import sympy as sp

from invarieq.jets import JetSpace, substitute
from invarieq.jets.kernels import terms
from invarieq.law.judge import INFINITE, SAME, Truth
from invarieq.symmetry.check import leading_of, on_shell, solved

RANK = 1e-9


def judge_relations(
    space: JetSpace,
    relations: Sequence[tuple[Sequence[sp.Expr], Sequence[float]]],
    true_law: Sequence[sp.Expr],
    values: Mapping[sp.Symbol, sp.Expr | float],
    *,
    leading: Sequence[sp.Symbol] = (),
) -> Truth:
    """How relations Σ c_k T_k = 0, each (terms, coefficients) with the first coefficient 1, compare with the true law.

    Recovered: as many relations as true equations, each with right terms, no two of the same terms. Errors are inf where the
    terms are wrong.
    """
    numbers = {s: sp.sympify(v, strict=True) for s, v in values.items()}
    equations = [substitute(sp.sympify(e, strict=True), numbers) for e in true_law]
    sides = solved(space, equations, leading_of(space, equations, leading))
    found, wanted = [], []
    right = len(relations) == len(equations) and len({frozenset(map(str, t)) for t, _ in relations}) == len(relations)
    for candidates, coefficients in relations:
        true = _vanishing([on_shell(sp.expand(t), space, sides) for t in candidates])
        if true is None:
            right = False
            continue
        found += [float(c) / float(coefficients[0]) for c in coefficients]
        wanted += [c / true[0] for c in true]
    if not right:
        return Truth(False, INFINITE, INFINITE)
    f, w = np.array(found), np.array(wanted)
    return Truth(True, float(np.linalg.norm(f - w) / np.linalg.norm(w)), float(np.max(np.abs(f - w) / np.abs(w))))


def _vanishing(on_law: Sequence[sp.Expr]) -> list[float] | None:
    """The only combination that vanishes, if there is exactly one and it holds every term."""
    listed = terms(list(on_law))
    keys = sorted({k for row in listed for k in row}, key=str)
    matrix = np.array([[row.get(k, 0.0) for row in listed] for k in keys], dtype=float).reshape(len(keys), len(listed))
    scales = np.linalg.norm(matrix, axis=0)
    if not len(keys) or np.any(scales == 0):
        return None
    _, sizes, vt = np.linalg.svd(matrix / scales)
    sizes = np.append(sizes, np.zeros(len(listed) - len(sizes)))
    if np.count_nonzero(sizes <= RANK * sizes[0]) != 1:
        return None
    vector = vt[-1] / scales
    if np.any(np.abs(vector) <= max(SAME, RANK) * np.max(np.abs(vector))):
        return None
    return [float(c) for c in vector]
