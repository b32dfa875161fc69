"""Superposition: families that add solutions of a linear system, as every linear or linearizable system of equations has them.

The usual family is u^a → u^a + m α^a(x); where a hodograph transformation makes the equations linear, coordinates move by
functions of the fields.

With α free, pr v(F) on the law is a linear form in the derivatives of α whose coefficients may hold fields and jets. Each
independent function of fields and jets in it gives one linear condition on α (Bluman, Cheviakov & Anco 2010, section 2.4).
"""

from __future__ import annotations

from collections.abc import Sequence

import sympy as sp
from sympy.polys.matrices import DomainMatrix

from invarieq.errors import DeclarationError
from invarieq.jets import JetSpace, VectorField, symbols_of
from invarieq.symmetry.equations import Equations, solved_equations
from invarieq.symmetry.families import Family
from invarieq.symmetry.functions_of import GREEK, free_functions, function_space
from invarieq.symmetry.verify import leftover


def superposition(
    equations: Equations,
    moved: Sequence[tuple[sp.Symbol, Sequence[sp.Symbol]]],
    multiplier: sp.Expr = sp.S.One,
    *,
    on_shell: bool = True,
) -> Family | None:
    """The family {z: multiplier · α^z(arguments)} for the `moved` (z, arguments), with its conditions.

    None if these leave no infinite family.
    """
    own = tuple(tuple(arguments) for _, arguments in moved)
    names = GREEK[:1] if len(own) == 1 else tuple(f"{z.name}0" for z, _ in moved)
    space, fields = function_space(equations, own, names)
    generator = VectorField({z: multiplier * a.symbol for (z, _), a in zip(moved, fields, strict=True)})
    left = leftover(generator, equations, on_shell=on_shell, functions=free_functions(space))
    found = _independent([c for e in left for c in _split(sp.expand(e / multiplier), equations.space, space)], space)
    if found is None:
        return None
    conditions, leading = found
    if not conditions:
        return Family(generator, free_functions(space), own)
    try:
        solved = solved_equations(space, conditions, leading)
    except DeclarationError:
        return None
    return Family(generator, solved, own) if _is_infinite(solved) and not _is_polynomial(solved) else None


def _split(expr: sp.Expr, space: JetSpace, functions: JetSpace) -> list[sp.Expr]:
    """Coefficients of the different functions of what the new functions do not depend on, in a form that is linear in them."""
    moving = [
        s for s in symbols_of(expr) if s not in functions.coordinates and (s in space.coordinates or space.index(s) is not None)
    ]
    parts: dict[sp.Expr, sp.Expr] = {}
    for term in sp.Add.make_args(sp.expand(sp.numer(sp.together(expr)))):
        constant, rest = term.as_independent(*moving, as_Add=False) if moving else (term, sp.S.One)
        parts[rest] = parts.get(rest, sp.S.Zero) + constant
    return [p for p in (sp.expand(p) for p in parts.values()) if p != 0]


def _independent(conditions: Sequence[sp.Expr], space: JetSpace) -> tuple[tuple[sp.Expr, ...], tuple[sp.Symbol, ...]] | None:
    """The conditions in echelon form, each with its leading derivative; None if they are not linear in the functions."""
    jets = sorted(
        {s for c in conditions for s in symbols_of(c) if space.index(s) is not None}, key=lambda s: (-space.order(s), s.name)
    )
    if not conditions or not jets:
        return (), ()
    rows = [[sp.diff(c, j) for j in jets] for c in conditions]
    if any(entry.has(*jets) for row in rows for entry in row):
        return None
    if all(entry.is_number for row in rows for entry in row) or all(
        entry.is_rational_function() for row in rows for entry in row
    ):
        matrix = DomainMatrix.from_list_sympy(len(rows), len(jets), rows).to_field()
        reduced, pivots = matrix.rref()  # pyright: ignore[reportGeneralTypeIssues]
        entries = reduced.to_Matrix().tolist()
    else:
        dense, pivots = sp.Matrix(rows).rref()
        entries = dense.tolist()
    cleared = [_cleared(sp.Add(*[e * j for e, j in zip(row, jets, strict=True)])) for row in entries[: len(pivots)]]
    return tuple(cleared), tuple(jets[i] for i in pivots)


def _cleared(condition: sp.Expr) -> sp.Expr:
    return sp.expand(sp.numer(sp.together(condition)))


def _is_polynomial(functions: Equations) -> bool:
    """Whether a pure derivative vanishes: then these are functions of fewer variables, which have a better description."""
    return any(side == 0 and sum(map(bool, functions.space.index(s)[1])) == 1 for s, side in functions.sides.items())  # type: ignore[index]


def _is_infinite(functions: Equations) -> bool:
    """Whether derivatives of some high order stay free."""
    order = functions.order + 2
    for a in range(len(functions.space.fields)):
        for index in functions.space.multiindices(a, order):
            symbol = functions.space.jet(a, index)
            if functions.on_shell(symbol) == symbol:
                return True
    return False
