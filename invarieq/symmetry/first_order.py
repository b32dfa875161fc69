"""First-order equations whose symmetries are the flow itself: infinitely many, whatever the equation.

For u_t = F(t, u), and for one equation Σ a^i(x, u) u_i = b(x, u), every multiple f(x, u) · (a^i ∂_{x^i} + b ∂_u) is a symmetry, and so is
every field built from first integrals (Olver 1993, section 2.5). Nothing but their affine part is worth a list.
"""

from __future__ import annotations

import sympy as sp

from invarieq.jets import VectorField
from invarieq.symmetry.ansatz import Ansatz, AnsatzTerm, sorted_basis
from invarieq.symmetry.determining import DeterminingForm
from invarieq.symmetry.equations import Equations
from invarieq.symmetry.families import Family
from invarieq.symmetry.functions_of import free_functions, function_space

NOTE = (
    "first-order equations have infinitely many symmetries, among them any function of all variables times the flow, and any "
    "made of first integrals; listed are those that leave the coordinates alone and are affine in the fields with constant "
    "coefficients"
)


def characteristic_flow(equations: Equations) -> VectorField | None:
    """The field along which the equations are ordinary ones: ∂_t + F^a ∂_{u^a} or a^i ∂_i + b ∂_u; None for other equations."""
    space = equations.space
    if equations.order > 1 or equations.conditions:
        return None
    if len(space.coordinates) == 1 and len(equations.sides) == len(space.fields):
        t = space.coordinates[0]
        return VectorField({t: 1, **{f.symbol: equations.sides[f[t]] for f in space.fields}})
    if len(space.fields) == 1 and len(equations.law) == 1:
        (u,), (law,) = space.fields, equations.law
        slopes = {x: sp.expand(sp.diff(law, u[x])) for x in u.arguments}
        if any(space.order(a) for a in slopes.values()):
            return None
        return VectorField({**slopes, u.symbol: -sp.expand(law - sp.Add(*[a * u[x] for x, a in slopes.items()]))})
    return None


def flow_family(equations: Equations, flow: VectorField) -> Family:
    """f(all variables) times the flow."""
    space, (f,) = function_space(equations, [equations.variables])
    generator = VectorField({z: f.symbol * c for z, c in flow.components})
    return Family(generator, free_functions(space), (equations.variables,))


def affine_ansatz(equations: Equations, *, on_shell: bool = True) -> Ansatz:
    """Generators that leave the coordinates alone and are affine in the fields, with constant coefficients."""
    p, size = len(equations.space.coordinates), len(equations.variables)
    one = (0,) * size
    units = [one, *(tuple(int(i == k) for i in range(size)) for k in range(p, size))]
    forms = tuple(DeterminingForm(equations, i, on_shell) for i in range(len(equations.law)))
    return Ansatz(forms, sorted_basis([AnsatzTerm(z, powers) for z in range(p, size) for powers in units]))
