"""What an expression is where a law holds.

A law with one solution for its derivatives is put in. Another one, such as u_x**2 + u_y**2 = 1, is divided by: the pseudo-remainder by its
square-free part vanishes exactly if the expression vanishes on all branches of the law (complex ones too). Cox, Little & O'Shea 2015, §6.5.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import sympy as sp

from invarieq.errors import DeclarationError, Undecided
from invarieq.jets import JetSpace, substitute, symbols_of
from invarieq.jets.kernels import kernels_of, normal
from invarieq.law.law import Law
from invarieq.law.solve import highest_derivatives, solution
from invarieq.symmetry.check import leading_of, on_shell, solved

Reduction = Callable[[sp.Expr], sp.Expr]


def on_law(law: Law, equations: Sequence[sp.Expr]) -> Reduction:
    """A function from an expression to one that vanishes exactly if the first vanishes where these equations of the law hold.

    Raises `Undecided` where the equations can be neither solved nor divided by.
    """
    space = law.full_space
    sides = solved(space, equations, law.leading) if law.leading else _solved(space, equations)
    if sides is not None:
        return lambda expr: on_shell(sp.expand(expr), space, sides)
    if len(equations) == 1:
        return lambda expr: _remainder(expr, equations[0], space)
    raise Undecided("the equations of the law have no solution in closed form for derivatives in them, or more than one")


def _solved(space: JetSpace, equations: Sequence[sp.Expr]) -> dict[sp.Symbol, sp.Expr] | None:
    """The equations solved for derivatives none of which, and no derivative of which, is left on a right side."""
    for leading in _choices(space, equations):
        sides = solution(equations, leading)
        if sides is not None and not any(_follows(s, space, leading) for side in sides.values() for s in symbols_of(side)):
            return sides
    return None


def _choices(space: JetSpace, equations: Sequence[sp.Expr]) -> Iterator[tuple[sp.Symbol, ...]]:
    try:
        yield leading_of(space, equations)
    except DeclarationError:
        pass  # no equation of its own for each derivative: those by one coordinate may do together
    for coordinate in space.coordinates:
        yield highest_derivatives(space, equations, coordinate)


def _follows(symbol: sp.Symbol, space: JetSpace, leading: Sequence[sp.Symbol]) -> bool:
    """Whether a symbol is one of these derivatives, or a derivative of one."""
    found = space.index(symbol)
    known = [space.index(s) for s in leading]
    return found is not None and any(
        k is not None and k[0] == found[0] and all(n >= m for n, m in zip(found[1], k[1], strict=True)) for k in known
    )


def _remainder(expr: sp.Expr, equation: sp.Expr, space: JetSpace) -> sp.Expr:
    plain, divisor = normal(expr), normal(equation)
    kernels = kernels_of([plain, divisor])
    above, below = (sp.expand(sp.numer(sp.together(kernels.replace(e)))) for e in (plain, divisor))
    opaque = {s for k in kernels.found.values() for s in symbols_of(k.meaning)}
    free = [s for s in symbols_of(below) if space.index(s) and s not in opaque]
    if not free:
        raise Undecided(f"{equation} = 0 is no polynomial in any of its derivatives")
    symbol = max(free, key=lambda s: (space.order(s), -sp.Poly(below, s).degree(), s.name))
    left = sp.prem(above, sp.sqf_part(below), symbol)
    return substitute(sp.expand(left), {k.symbol: sp.Pow(k.meaning, sp.Rational(1, k.root)) for k in kernels.found.values()})
