"""Arbitrary functions in generators: an auxiliary jet space whose fields are functions of coordinates and fields of a system."""

from __future__ import annotations

from collections.abc import Sequence

import sympy as sp

from invarieq.jets import Field, JetSpace, symbols_of
from invarieq.jets.space import MultiIndex, substitute
from invarieq.symmetry.equations import Equations

NAMES = ("f", "g", "h", "k", "l", "m", "n")
GREEK = ("alpha", "beta", "gamma", "delta", "epsilon", "zeta")


def function_space(
    equations: Equations, arguments: Sequence[Sequence[sp.Symbol]], names: Sequence[str] = ()
) -> tuple[JetSpace, tuple[Field, ...]]:
    """A jet space for new functions of the given variables, with names that the system does not use."""
    taken = {z.name for z in equations.variables} | {s.name for s in equations.space.parameters}
    free = [n for n in (*names, *NAMES, *GREEK) if n not in taken]
    fields = tuple(Field(free[i], *[z for z in equations.variables if z in a]) for i, a in enumerate(arguments))
    # As parameters, the fields of the system are constants to the functions that do not depend on them.
    used = tuple(z for z in equations.variables if any(z in a for a in arguments))
    return JetSpace(used, fields, equations.space.parameters), fields


def free_functions(space: JetSpace, law: Sequence[sp.Expr] = (), sides: dict[sp.Symbol, sp.Expr] | None = None) -> Equations:
    """Functions under conditions that are solved already (`sides`), or under none."""
    return Equations(space, tuple(law), tuple(sides or ()), dict(sides or {}))


def differentiate(expr: sp.Expr, index: MultiIndex, variables: Sequence[sp.Symbol], functions: Equations) -> sp.Expr:
    """∂^index by coordinates and fields of an expression that holds functions, in terms of their free derivatives."""
    space = functions.space
    for z, count in zip(variables, index, strict=True):
        for _ in range(count):
            raised = sp.diff(expr, z)
            if z in space.coordinates:
                i = space.coordinates.index(z)
                for symbol in symbols_of(expr):
                    found = space.index(symbol) if symbol not in variables else None
                    if found and z in space.fields[found[0]].arguments:
                        higher = tuple(n + (k == i) for k, n in enumerate(found[1]))
                        raised += sp.diff(expr, symbol) * space.jet(found[0], higher)
            expr = sp.expand(raised)
    return free_part(expr, functions, variables)


def free_part(expr: sp.Expr, functions: Equations, variables: Sequence[sp.Symbol]) -> sp.Expr:
    """The expression with every determined derivative of a function replaced."""
    known = {s: functions.on_shell(s) for s in symbols_of(expr) if s not in variables and functions.space.index(s)}
    return sp.expand(substitute(expr, known))
