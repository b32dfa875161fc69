"""Linear laws: every solution of the adjoint equations is a multiplier (Olver 1993, section 4.3; Green's identity)."""

from __future__ import annotations

from collections.abc import Sequence

import sympy as sp

from invarieq.conservation.euler import adjoint, vanishes
from invarieq.conservation.laws import MultiplierFamily
from invarieq.jets import Field, JetSpace, substitute, symbols_of


def linear_family(space: JetSpace, law: Sequence[sp.Expr]) -> tuple[MultiplierFamily, ...]:
    """The family of multipliers Λ_k(coordinates) of a linear homogeneous law; nothing for other laws."""
    if not all(is_linear(e, space) for e in law):
        return ()
    taken = {s.name for s in (*space.coordinates, *space.parameters)} | {f.name for f in space.fields}
    stem = next(n for n in ("w", "phi", "psi", "multiplier", "Multiplier") if n not in taken)
    names = [stem] if len(law) == 1 else [f"{stem}{k + 1}" for k in range(len(law))]
    functions = tuple(Field(name, *space.coordinates) for name in names)
    both = JetSpace(space.coordinates, space.fields + functions, space.parameters)
    condition = [
        sp.expand(sp.Add(*[adjoint(e, f.symbol, both, a) for e, f in zip(law, functions, strict=True)]))
        for a in range(len(space.fields))
    ]
    own = JetSpace(space.coordinates, functions, space.parameters)
    return (MultiplierFamily(own, tuple(c for c in condition if c != 0)),)


def is_linear(equation: sp.Expr, space: JetSpace) -> bool:
    """Whether an equation is linear and homogeneous in the jets."""
    jets = [s for s in symbols_of(equation) if space.index(s)]
    slopes = [sp.diff(equation, s) for s in jets]
    if any(space.index(s) for slope in slopes for s in symbols_of(sp.expand(slope))):
        return False
    return vanishes(substitute(equation, {s: sp.S.Zero for s in jets}))
