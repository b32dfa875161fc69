"""Functions beyond monomials that a law suggests for its multipliers and first integrals.

exp(g) brings 1/exp(g); sin and cos come together; b^k brings itself and 1/b; a factor b^e of a highest derivative brings
b^-1 … b^-e, because a law may be divided by it; a damping c u_t brings exp(c t).
"""

from __future__ import annotations

from collections.abc import Sequence

import sympy as sp

from invarieq.conservation.euler import factored
from invarieq.conservation.monomials import Factor
from invarieq.jets import JetSpace, symbols_of

MAX_POWER = 4


def suggested_factors(law: Sequence[sp.Expr], space: JetSpace) -> tuple[Factor, ...]:
    """Factors for the ansatz, in a fixed order."""
    found: dict[sp.Expr, Factor] = {}
    for expr in law:
        for node in sorted(expr.atoms(sp.Function, sp.Pow), key=sp.default_sort_key):
            if _variable(node, space):
                for factor in _of_node(node, space):
                    found.setdefault(factor.expr, factor)
    for expr in (e for e in law if space.order(e) > 1):
        highest = [s for s in symbols_of(expr) if space.index(s) and space.order(s) == space.order(expr)]
        for factor in (f for s in highest for f in _of_slope(sp.expand(sp.diff(expr, s)), space)):
            found.setdefault(factor.expr, factor)
    return tuple(f for f in found.values() if not f.expr.is_Symbol)


def damping(law: Sequence[sp.Expr], space: JetSpace) -> tuple[Factor, ...]:
    """exp(c t) for each coordinate t and each constant c that stands before a lower derivative by t of the linear part."""
    rates: dict[sp.Expr, None] = {}
    for expr in law:
        for a, i in ((a, i) for a in range(len(space.fields)) for i in range(len(space.coordinates))):
            slopes = [sp.expand(sp.diff(expr, space.jet(a, _along(i, n, space)))) for n in range(3)]
            for low, high in ((0, 1), (1, 2)):
                if slopes[low] != 0 and slopes[high] != 0:
                    rate = sp.cancel(slopes[low] / slopes[high])
                    if not _variable(rate, space):
                        rates[rate * space.coordinates[i]] = None
    result: list[Factor] = []
    for argument in rates:
        up, down = sp.exp(argument), sp.exp(-argument)
        result += [Factor(up, 2), Factor(down, 2, frozenset({up}))]
    return tuple(result)


def _along(i: int, n: int, space: JetSpace) -> tuple[int, ...]:
    return tuple(n * (k == i) for k in range(len(space.coordinates)))


def _variable(expr: sp.Basic, space: JetSpace) -> bool:
    return any(s in space.coordinates or space.index(s) for s in symbols_of(expr))


def _of_node(node: sp.Basic, space: JetSpace) -> list[Factor]:
    if isinstance(node, sp.exp):
        up, down = sp.exp(node.args[0]), 1 / sp.exp(node.args[0])
        return [Factor(up, 2), Factor(down, 2, frozenset({up}))]
    if isinstance(node, (sp.sin, sp.cos)):
        return [Factor(sp.sin(node.args[0])), Factor(sp.cos(node.args[0]), 1)]
    if isinstance(node, sp.Function):
        return [Factor(node)]
    if isinstance(node, sp.Pow):
        return _of_power(node.base, node.exp, space)
    return []


def _of_power(base: sp.Expr, exponent: sp.Expr, space: JetSpace) -> list[Factor]:
    if isinstance(exponent, sp.Integer):
        return ladder(base, -int(exponent)) if exponent < 0 else []
    if isinstance(exponent, sp.Rational):
        q = int(exponent.q)
        root = sp.Pow(base, sp.Rational(-1, q))
        return [Factor(root, q - 1), *(Factor(base ** sp.Rational(1, q), 1, frozenset({root})) for _ in range(base.is_Symbol))]
    number = sum((t for t in sp.Add.make_args(sp.expand(exponent)) if t.is_number), start=sp.S.Zero)
    power = sp.Pow(base, exponent - number)
    if _variable(exponent, space):
        return []
    return [Factor(power, 1), Factor(1 / power, 1, frozenset({power})), *ladder(base, 1)]


def ladder(base: sp.Expr, steps: int) -> list[Factor]:
    """1/b, 1/b², … each a factor of its own, none together with b or another one."""
    met = frozenset({base})
    result: list[Factor] = []
    for n in range(1, min(steps, MAX_POWER) + 1):
        result.append(Factor(base**-n, 1, met))
        met |= {base**-n}
    return result


def _of_slope(slope: sp.Expr, space: JetSpace) -> list[Factor]:
    result: list[Factor] = []
    for factor in sp.Mul.make_args(factored(slope)):
        base, exponent = factor.as_base_exp()
        if not _variable(base, space):
            continue
        if isinstance(exponent, sp.Integer):
            result += ladder(base, int(exponent))
        else:
            result += _of_power(base, exponent, space)
    return result
