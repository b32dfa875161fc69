"""Bases for the ansatz: monomials that the counted Taylor series allow, and functions of one variable where they demand them."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import sympy as sp

from invarieq.exact.taylor import MultiIndex, Triangle
from invarieq.symmetry.ansatz import Basis, sorted_basis
from invarieq.symmetry.oracle import LocalSolutions, divides

MAX_BASIS = 6_000


def polynomial_basis(found: LocalSolutions, size: int, degree: int) -> tuple[Basis, ...]:
    """Every component times every allowed monomial up to a degree; `size` variables."""
    return sorted_basis([Basis(z, p) for z in range(size) for p in Triangle(size, degree).indices if found.allows(z, p)])


def function_basis(
    found: LocalSolutions, variables: Sequence[sp.Symbol], functions: Sequence[Sequence[tuple[sp.Expr, ...] | None]]
) -> tuple[Basis, ...] | None:
    """Products of the functions found for each component and variable; None if one is unknown or the products are too many.

    `functions[z][j]` as `component_functions` returns them: () stands for a polynomial in variable j.
    """
    result: list[Basis] = []
    for z, by_variable in enumerate(functions):
        if any(f is None for f in by_variable):
            return None
        bounded = [j for j, f in enumerate(by_variable) if f == ()]
        monomials = list(_allowed(found, z, bounded, len(variables)))
        kernels = [sp.Mul(*c) for c in itertools.product(*[f for f in by_variable if f])]  # type: ignore[arg-type]
        if len(result) + len(monomials) * len(kernels) > MAX_BASIS:
            return None
        result += [Basis(z, m, k) for m in monomials for k in kernels]
    return sorted_basis(result)


def _allowed(found: LocalSolutions, z: int, bounded: Sequence[int], size: int) -> list[MultiIndex]:
    """The allowed monomials in variables of bounded degree; there are finitely many."""
    start: MultiIndex = tuple(0 for _ in range(size))
    todo, seen = [start], {start}
    while todo:
        last = todo.pop()
        for j in bounded:
            new = tuple(n + (i == j) for i, n in enumerate(last))
            if new not in seen and found.allows(z, new):
                seen.add(new)
                todo.append(new)
    return sorted(seen) if found.allows(z, start) else []


def kernel_basis(
    found: LocalSolutions, variables: Sequence[sp.Symbol], degree: int, kernels: Sequence[sp.Expr]
) -> tuple[Basis, ...]:
    """Given kernels times allowed monomials up to a degree; each function once, however it is written."""
    result: dict[tuple[int, sp.Expr], Basis] = {}
    for kernel in kernels:
        moves = [z in kernel.free_symbols for z in variables]
        for z in range(len(variables)):
            relevant = [low for low in found.vanishing[z] if not any(n and m for n, m in zip(low, moves, strict=True))]
            for p in Triangle(len(variables), degree).indices:
                if not any(divides(low, p) for low in relevant):
                    basis = Basis(z, p, kernel)
                    result.setdefault((z, basis.expression(variables)), basis)
    return sorted_basis(list(result.values()))
