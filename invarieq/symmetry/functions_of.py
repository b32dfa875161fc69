"""Arbitrary functions in generators: an auxiliary jet space whose fields are functions of coordinates and fields of a system."""

from __future__ import annotations

from collections.abc import Sequence

import sympy as sp

from invarieq.jets import Field, JetSpace, derive, symbols_of
from invarieq.jets.multiindices import MultiIndex
from invarieq.jets.space import substitute
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
    for z, count in zip(variables, index, strict=True):
        for _ in range(count):
            expr = sp.expand(derive(expr, lambda s, z=z: _moved(s, z, variables, functions.space)))
    return free_part(expr, functions, variables)


def _moved(symbol: sp.Symbol, z: sp.Symbol, variables: Sequence[sp.Symbol], space: JetSpace) -> sp.Expr:
    """∂/∂z of a variable or of a derivative of a function."""
    if symbol == z:
        return sp.S.One
    found = space.index(symbol) if z in space.coordinates and symbol not in variables else None
    if found is None or z not in space.fields[found[0]].arguments:
        return sp.S.Zero
    i = space.coordinates.index(z)
    return space.jet(found[0], tuple(n + (k == i) for k, n in enumerate(found[1])))


def free_part(expr: sp.Expr, functions: Equations, variables: Sequence[sp.Symbol]) -> sp.Expr:
    """The expression with every determined derivative of a function replaced."""
    known = {s: functions.on_shell(s) for s in symbols_of(expr) if s not in variables and functions.space.index(s)}
    return sp.expand(substitute(expr, known))
