"""Bases for the ansatz: monomials that the counted Taylor series allow, and functions of one variable where they demand them."""

from __future__ import annotations

from collections.abc import Sequence

import sympy as sp

from invarieq.jets.multiindices import MultiIndex, up_to_order
from invarieq.symmetry.ansatz import AnsatzTerm, sorted_basis
from invarieq.symmetry.oracle import LocalSolutions, divides

MAX_BASIS = 6_000


def polynomial_basis(found: LocalSolutions, size: int, degree: int) -> tuple[AnsatzTerm, ...]:
    """Every component times every allowed monomial up to a degree; `size` variables."""
    return sorted_basis([AnsatzTerm(z, p) for z in range(size) for p in up_to_order(size, degree) if found.allows(z, p)])


def function_basis(functions: Sequence[Sequence[tuple[MultiIndex, sp.Expr]] | None]) -> tuple[AnsatzTerm, ...] | None:
    """The monomials times kernels found for each component, as `component_functions` returns them; None if one is unknown."""
    result: list[AnsatzTerm] = []
    for z, found in enumerate(functions):
        if found is None or len(result) + len(found) > MAX_BASIS:
            return None
        result += [AnsatzTerm(z, monomial, kernel) for monomial, kernel in found]
    return sorted_basis(result)


def kernel_basis(
    found: LocalSolutions, variables: Sequence[sp.Symbol], degree: int, kernels: Sequence[sp.Expr]
) -> tuple[AnsatzTerm, ...]:
    """Given kernels times allowed monomials up to a degree; each function once, however it is written."""
    result: dict[tuple[int, sp.Expr], AnsatzTerm] = {}
    for kernel in kernels:
        moves = [z in kernel.free_symbols for z in variables]
        for z in range(len(variables)):
            relevant = [low for low in found.vanishing[z] if not any(n and m for n, m in zip(low, moves, strict=True))]
            for p in up_to_order(len(variables), degree):
                if not any(divides(low, p) for low in relevant):
                    basis = AnsatzTerm(z, p, kernel)
                    result.setdefault((z, basis.expression(variables)), basis)
    return sorted_basis(list(result.values()))
