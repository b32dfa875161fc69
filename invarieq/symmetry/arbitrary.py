"""Families with arbitrary functions of few variables: f(t), f(x + c t), and pairs that obey Cauchy–Riemann equations.

Which variables is read off the counted Taylor series (derivatives of any order that stay free) and off the characteristics
of the equations. The ansatz is Σ c · monomial · ∂^j f ∂_z with the derivatives of f as independent values; a solution holds for
all f. Replacing f by f' gives solutions again, which are left out.
"""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import cast

import numpy as np
import sympy as sp

from invarieq.exact import echelon
from invarieq.exact.primes import PRIME, Residues
from invarieq.exact.taylor import Triangle
from invarieq.jets import VectorField
from invarieq.symmetry.ansatz import Ansatz, Basis, sorted_basis
from invarieq.symmetry.determining import DeterminingForm
from invarieq.symmetry.equations import Equations
from invarieq.symmetry.families import Family
from invarieq.symmetry.functions_of import free_functions, function_space
from invarieq.symmetry.oracle import LocalSolutions
from invarieq.symmetry.parametric import read_coefficients

MAX_ORDER = 4
DEGREE = 2


@dataclass(frozen=True)
class Kind:
    """A kind of arbitrary function: its conditions, the variable along which derivatives are free, what it is a function of."""

    functions: Equations
    free: sp.Symbol
    arguments: tuple[tuple[sp.Expr, ...], ...]

    def jets(self, order: int) -> list[sp.Symbol]:
        """The free derivatives up to an order."""
        space = self.functions.space
        i = space.coordinates.index(self.free)
        indices = [tuple(n * (k == i) for k in range(len(space.coordinates))) for n in range(order + 1)]
        return [space.jet(a, index) for index in indices for a in range(len(space.fields))]


def kinds(equations: Equations, found: LocalSolutions, reliable: int) -> Iterator[Kind]:
    """Kinds of functions worth trying, by the pure derivatives of order `reliable` that stay free."""
    variables = equations.variables
    free = {c for c in found.parametric if sum(c[1]) == reliable}
    pure = [v for j, v in enumerate(variables) if any(index[j] == reliable for _, index in free)]
    for v in pure:
        space, _ = function_space(equations, [[v]])
        yield Kind(free_functions(space), v, ((v,),))
    for v, w in itertools.combinations(equations.space.coordinates, 2):
        if v in pure or w in pure:
            for speed in _speeds(equations, v, w):
                yield _travelling(equations, (v, w), speed)


def _speeds(equations: Equations, v: sp.Symbol, w: sp.Symbol) -> list[sp.Expr]:
    """Constants c for which a function of w + c v is characteristic for one of the equations."""
    c, space, result = sp.Dummy("c"), equations.space, []
    i, j = space.coordinates.index(v), space.coordinates.index(w)
    for equation in equations.law:
        top = max(space.order(equation), 1)
        for a in range(len(space.fields)):
            terms = []
            for n in range(top + 1):
                index = tuple(n * (k == i) + (top - n) * (k == j) for k in range(len(space.coordinates)))
                terms.append(sp.diff(equation, space.jet(a, index)) * c**n)
            symbol = sp.expand(sp.Add(*terms))
            if symbol.has(c) and not symbol.free_symbols - {c, *space.parameters} and sp.Poly(symbol, c).degree() <= 4:
                result += [r for r in sp.roots(symbol, c) if r not in result and sp.conjugate(r) not in result and r != 0]
    return result


def _travelling(equations: Equations, pair: tuple[sp.Symbol, sp.Symbol], speed: sp.Expr) -> Kind:
    """f(w + c v) for a real c, and the real and imaginary part of such a function for a complex one."""
    v, w = pair
    real, imaginary = speed.as_real_imag()
    if imaginary == 0 or not imaginary.is_number:
        space, (f,) = function_space(equations, [pair])
        law = f[v] - speed * f[w]
        return Kind(free_functions(space, (law,), {f[v]: speed * f[w]}), w, ((w + speed * v,),))
    space, (f, g) = function_space(equations, [pair, pair])
    sides = {f[v]: real * f[w] - imaginary * g[w], g[v]: real * g[w] + imaginary * f[w]}
    law = tuple(symbol - side for symbol, side in sides.items())
    return Kind(free_functions(space, law, sides), w, ((v, w), (v, w)))


def arbitrary_families(
    forms: Sequence[DeterminingForm], found: LocalSolutions, kind: Kind, allowed: Callable[[Basis], bool], deadline: float
) -> list[Family]:
    """All families of one kind, those that follow from others by differentiation left out."""
    accepted: list[dict[Basis, sp.Expr]] = []
    families: list[Family] = []
    for order in range(MAX_ORDER):
        if time.monotonic() > deadline:
            break
        basis = tuple(b for b in _basis(forms[0].equations, found, kind, order) if allowed(b))
        ansatz = Ansatz(tuple(forms), basis, functions=kind.functions)
        kernel = ansatz.solve()
        known = _moved(accepted, ansatz, kind, order)
        for vector in kernel[::-1]:
            if len(known) and echelon(np.vstack([known, vector])).rank == echelon(known).rank:
                continue
            coefficients = read_coefficients(ansatz, _reduced(vector, known), deadline)
            if coefficients is None:
                continue
            member = {basis[j]: c for j, c in coefficients.items()}
            accepted.append(member)
            families.append(_family(member, forms[0].equations, kind))
            known = _moved(accepted, ansatz, kind, order)
    return families


def _reduced(vector: Residues, known: Residues) -> Residues:
    """The vector less multiples of known ones, with zeros where they lead."""
    if not len(known):
        return vector
    reduced = echelon(known[:, ::-1])
    result = vector[::-1].copy()
    for row, pivot in zip(reduced.rows, reduced.pivots, strict=True):
        result = (result - result[pivot] * row) % PRIME
    return result[::-1]


def _basis(equations: Equations, found: LocalSolutions, kind: Kind, order: int) -> tuple[Basis, ...]:
    variables = equations.variables
    touched = {a for field in kind.functions.space.fields for a in field.arguments}
    result = []
    for z in range(len(variables)):
        lows = [low for low in found.vanishing[z] if not any(n and v in touched for n, v in zip(low, variables, strict=True))]
        for p in Triangle(len(variables), DEGREE).indices:
            if p[variables.index(kind.free)] or any(all(a <= b for a, b in zip(low, p, strict=True)) for low in lows):
                continue
            result += [Basis(z, p, jet) for jet in kind.jets(order)]
    return sorted_basis(result)


def _moved(accepted: Sequence[dict[Basis, sp.Expr]], ansatz: Ansatz, kind: Kind, order: int) -> Residues:
    """Every member with its functions replaced by derivatives of them (and by i times them), as vectors over the basis."""
    place = {b: j for j, b in enumerate(ansatz.basis)}
    values = ansatz.constants()
    rows = []
    for member in accepted:
        for steps in range(order + 1):
            for turned in range(len(kind.functions.space.fields)):
                row = np.zeros(len(place), dtype=np.int64)
                for b, c in member.items():
                    jet, sign = _move(cast("sp.Symbol", b.kernel), kind, steps, turned=bool(turned))
                    j = place.get(Basis(b.component, b.powers, jet))
                    if j is None:
                        break
                    row[j] = values(c)[0] * sign % PRIME
                else:
                    rows.append(row)
    return np.array(rows, dtype=np.int64).reshape(len(rows), len(place))


def _move(jet: sp.Symbol, kind: Kind, steps: int, *, turned: bool) -> tuple[sp.Symbol, int]:
    space = kind.functions.space
    a, index = space.index(jet)  # type: ignore[misc]
    i = space.coordinates.index(kind.free)
    raised = tuple(n + steps * (k == i) for k, n in enumerate(index))
    return (space.jet(1 - a, raised), 1 if a else -1) if turned else (space.jet(a, raised), 1)


def _family(member: dict[Basis, sp.Expr], equations: Equations, kind: Kind) -> Family:
    lead = member[min(member, key=lambda b: (b.weight, b.powers))]
    components: dict[sp.Symbol, sp.Expr] = {}
    for b, c in member.items():
        z = equations.variables[b.component]
        components[z] = components.get(z, sp.S.Zero) + sp.cancel(c / lead) * b.expression(equations.variables)
    return Family(VectorField(components), kind.functions, kind.arguments)
