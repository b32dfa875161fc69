"""The closed form of a flow: blocks of coordinates integrated one after the other, each by the first way that works.

Coordinates under a logarithm, a root or a power with symbolic exponent count as positive (the flow stays on that side near
ε = 0); the result is said in the user's own symbols again.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

import sympy as sp

from invarieq.flows.blocks import ancestors, blocks
from invarieq.flows.darboux import darboux_flow
from invarieq.flows.integrable import integrable_flow
from invarieq.flows.lift import lifted_flow
from invarieq.flows.linear import linear_flow
from invarieq.flows.lowest import lowest
from invarieq.flows.scalar import scalar_flow
from invarieq.jets import substitute
from invarieq.jets.kernels import without_decimals
from invarieq.limit import attempted

SECONDS = 1.0
Ends = dict[sp.Symbol, sp.Expr]


def closed_flow(rates: Mapping[sp.Symbol, sp.Expr], e: sp.Symbol, *, seconds: float) -> tuple[Ends, tuple[str, ...]] | None:
    """z ↦ z(ε) for the moved coordinates and how each block was found; None where one has no closed form. Not yet checked."""
    positive: dict[sp.Symbol, sp.Symbol] = {z: sp.Dummy(z.name, positive=True) for z in _positive(rates)}
    own = {positive.get(z, z): substitute(without_decimals(r), positive) for z, r in rates.items()}
    back = {p: z for z, p in positive.items()}
    known: Ends = {}
    ways: list[str] = []
    for block in blocks(own):
        found = _block(block, own, known, e, seconds)
        if found is None:
            return None
        ends, way = found
        known.update({z: _shortest(end) for z, end in ends.items()})
        ways.append(f"{', '.join(z.name for z in block)}: {way}")
    return {back.get(z, z): substitute(end, back) for z, end in known.items()}, tuple(ways)


def _shortest(end: sp.Expr) -> sp.Expr:
    """The shorter of an expression and its lowest terms; polynomials stay as they are."""
    if end.is_polynomial():
        return end
    other = attempted(SECONDS, lambda: lowest(end))
    return end if other is None or sp.count_ops(other) >= sp.count_ops(end) else other


def _positive(rates: Mapping[sp.Symbol, sp.Expr]) -> list[sp.Symbol]:
    inside: set[sp.Symbol] = set()
    for rate in rates.values():
        for node in sp.preorder_traversal(rate):
            if isinstance(node, sp.log) and node.args[0].is_Symbol:
                inside.add(cast("sp.Symbol", node.args[0]))
            if isinstance(node, sp.Pow) and not node.exp.is_Integer and node.base.is_Symbol:
                inside.add(cast("sp.Symbol", node.base))
    return sorted(inside, key=lambda s: s.name)


def _block(
    block: tuple[sp.Symbol, ...], rates: Mapping[sp.Symbol, sp.Expr], known: Ends, e: sp.Symbol, seconds: float
) -> tuple[Ends, str] | None:
    local = {z: _put_in(rates[z], known) for z in block}
    if len(block) == 1:
        (z,) = block
        found = scalar_flow(local[z], z, e, seconds=seconds)
        if found is not None:
            return {z: found[0]}, found[1]
    ends = _linear(block, local, e)
    if ends is not None:
        return ends, "linear"
    whole = ancestors(block, rates)
    own = [rates[z] for z in whole]
    for way, solve in (("linear in polynomials of the coordinates", lifted_flow), ("linear in rational functions", darboux_flow)):
        values = solve(own, whole, e)
        if values is not None:
            return {z: end for z, end in zip(whole, values, strict=True) if z in block}, way
    values = integrable_flow(own, whole, lambda rest: closed_flow(rest, e, seconds=seconds))
    return None if values is None else ({z: end for z, end in zip(whole, values, strict=True) if z in block}, "a first integral")


def _put_in(rate: sp.Expr, known: Ends) -> sp.Expr:
    result = substitute(rate, known)
    if result == rate or result.is_rational_function():
        return result
    return sp.expand_log(sp.powsimp(result)) if result.has(sp.log) else result


def _linear(block: tuple[sp.Symbol, ...], local: Mapping[sp.Symbol, sp.Expr], e: sp.Symbol) -> Ends | None:
    rows = [[sp.diff(local[z], w) for w in block] for z in block]
    matrix = sp.Matrix(rows).applyfunc(lambda v: sp.expand(v) if v.is_polynomial() else v)
    if matrix.has(*block):
        return None
    nothing = dict.fromkeys(block, sp.S.Zero)
    shift = sp.Matrix([substitute(local[z], nothing) for z in block])
    ends = linear_flow(matrix, shift, block, e)
    return None if ends is None else dict(zip(block, ends, strict=True))
