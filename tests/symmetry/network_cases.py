"""Two-layer networks f = U σ(V x), with weights and inputs as symbols."""

from __future__ import annotations

from collections.abc import Callable

import sympy as sp


def network(
    m: int, h: int, n: int, activation: Callable[[sp.Expr], sp.Expr] = lambda z: z, *, identity_data: bool = False
) -> tuple[list[sp.Expr], list[sp.Symbol], list[sp.Symbol]]:
    """(outputs, U row by row, V row by row) for m outputs, h hidden units, n inputs; with `identity_data` one output for each unit input."""
    u = [[sp.Symbol(f"u{i}_{j}", real=True) for j in range(h)] for i in range(m)]
    v = [[sp.Symbol(f"v{i}_{j}", real=True) for j in range(n)] for i in range(h)]
    free = [sp.Symbol(f"x{j}", real=True) for j in range(n)]
    inputs = [[sp.Integer(int(j == k)) for j in range(n)] for k in range(n)] if identity_data else [free]
    outputs = []
    for x in inputs:
        hidden = [activation(sp.Add(*[a * b for a, b in zip(row, x, strict=True)])) for row in v]
        outputs += [sp.Add(*[a * b for a, b in zip(row, hidden, strict=True)]) for row in u]
    return outputs, [w for row in u for w in row], [w for row in v for w in row]
