"""Families with arbitrary functions of few variables: f(t), f(x + c t), and pairs that obey Cauchy–Riemann equations.

Which variables is read off the counted Taylor series (derivatives of any order that stay free) and off the characteristics
of the equations. The ansatz is Σ c · monomial · ∂^j f ∂_z with the derivatives of f as independent values; a solution holds for
all f. Replacing f by f' gives solutions again, which are left out.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import sympy as sp

from invarieq.exact import echelon
from invarieq.exact.primes import PRIME, Residues
from invarieq.jets import VectorField, substitute, symbols_of
from invarieq.jets.multiindices import MultiIndex, up_to_order
from invarieq.limit import Deadline
from invarieq.symmetry.ansatz import Ansatz, AnsatzTerm, sorted_basis
from invarieq.symmetry.determining import Column, DeterminingForm
from invarieq.symmetry.equations import Equations
from invarieq.symmetry.families import Family
from invarieq.symmetry.functions_of import free_functions, function_space
from invarieq.symmetry.oracle import LocalSolutions
from invarieq.symmetry.parametric import read_coefficients

MAX_ORDER = 5
DEGREES = (2, 4)
MAX_COLUMNS = 1_600


@dataclass(frozen=True)
class Kind:
    """A kind of arbitrary function: its conditions, the variables along which derivatives are free, what it is a function of.

    `factors`: functions other than monomials that may multiply it.
    """

    functions: Equations
    free: tuple[sp.Symbol, ...]
    arguments: tuple[tuple[sp.Expr, ...], ...]
    factors: tuple[sp.Expr, ...] = (sp.S.One,)

    def steps(self, order: int) -> list[MultiIndex]:
        """Multi-indices of free derivatives up to an order, over the coordinates of the functions."""
        places = [self.functions.space.coordinates.index(v) for v in self.free]
        size = len(self.functions.space.coordinates)
        return [
            tuple(index[places.index(k)] if k in places else 0 for k in range(size)) for index in up_to_order(len(places), order)
        ]

    def jets(self, order: int) -> list[sp.Symbol]:
        """The free derivatives up to an order."""
        space = self.functions.space
        return [space.jet(a, index) for index in self.steps(order) for a in range(len(space.fields))]


def kinds(equations: Equations, found: LocalSolutions, reliable: int) -> Iterator[Kind]:
    """Kinds of functions worth trying, by the derivatives of order `reliable` that stay free, those of most variables first."""
    variables = equations.variables
    free = {c for c in found.parametric if sum(c[1]) == reliable}
    pure = [v for j, v in enumerate(variables) if any(_all_free((j,), z, found, free, reliable) for z in range(len(variables)))]
    for count in range(min(len(pure), len(variables) - 1), 0, -1):
        for chosen in itertools.combinations(pure, count):
            places = [variables.index(v) for v in chosen]
            if count == 1 or any(_all_free(places, z, found, free, reliable) for z in range(len(variables))):
                space, _ = function_space(equations, [chosen])
                yield Kind(free_functions(space), chosen, (chosen,))
    factors = _poles(equations)
    for v, w in itertools.combinations(equations.space.coordinates, 2):
        if v in pure or w in pure:
            for speed in _speeds(equations, v, w):
                yield _travelling(equations, (v, w), speed, factors)


def _all_free(places: Sequence[int], z: int, found: LocalSolutions, free: set[Column], order: int) -> bool:
    """Whether component z is no polynomial in any of the variables and all its derivatives by them alone stay free."""
    if any(sum(low) == low[j] for low in found.vanishing[z] for j in places):
        return False
    size = len(found.vanishing)
    wanted = (index for index in up_to_order(len(places), order) if sum(index) == order)
    return all((z, tuple(index[places.index(i)] if i in places else 0 for i in range(size))) in free for index in wanted)


def _poles(equations: Equations) -> tuple[sp.Expr, ...]:
    """1, and the reciprocals of coordinates that the equations have as factors of their coefficients."""
    found = [x for x in equations.space.coordinates if any(e.has(x) for e in equations.law)]
    return (sp.S.One, *(1 / x for x in found))


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
            for factor, _ in sp.factor_list(sp.numer(sp.together(sp.Add(*terms))))[1]:
                if factor.has(c) and not factor.free_symbols - {c, *space.parameters} and sp.Poly(factor, c).degree() <= 4:
                    result += [r for r in sp.roots(factor, c) if r not in result and sp.conjugate(r) not in result and r != 0]
    return result


def _travelling(equations: Equations, pair: tuple[sp.Symbol, sp.Symbol], speed: sp.Expr, factors: tuple[sp.Expr, ...]) -> Kind:
    """f(w + c v) for a real c, and the real and imaginary part of such a function for a complex one."""
    v, w = pair
    real, imaginary = speed.as_real_imag()
    if imaginary == 0 or not imaginary.is_number:
        space, (f,) = function_space(equations, [pair])
        law = f[v] - speed * f[w]
        return Kind(free_functions(space, (law,), {f[v]: speed * f[w]}), (w,), ((w + speed * v,),), factors)
    space, (f, g) = function_space(equations, [pair, pair])
    sides = {f[v]: real * f[w] - imaginary * g[w], g[v]: real * g[w] + imaginary * f[w]}
    law = tuple(symbol - side for symbol, side in sides.items())
    return Kind(free_functions(space, law, sides), (w,), ((v, w), (v, w)), factors)


def arbitrary_families(
    forms: Sequence[DeterminingForm],
    found: LocalSolutions,
    kind: Kind,
    allowed: Callable[[AnsatzTerm], bool],
    *,
    degree: int,
    deadline: Deadline,
) -> list[Family]:
    """All families of one kind, those that follow from others by differentiation left out."""
    accepted: list[dict[AnsatzTerm, sp.Expr]] = []
    families: list[Family] = []
    for order in range(MAX_ORDER):
        if deadline.over:
            break
        basis = tuple(b for b in _basis(forms[0].equations, found, kind, (order, degree)) if allowed(b))
        if len(basis) > MAX_COLUMNS:
            break
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


def _basis(equations: Equations, found: LocalSolutions, kind: Kind, size: tuple[int, int]) -> tuple[AnsatzTerm, ...]:
    variables, (order, degree) = equations.variables, size
    touched = {a for field in kind.functions.space.fields for a in field.arguments}
    free = [variables.index(v) for v in kind.free]
    result: dict[tuple[int, sp.Expr], AnsatzTerm] = {}
    for factor in kind.factors:
        moved = touched | factor.free_symbols
        for z in range(len(variables)):
            lows = [low for low in found.vanishing[z] if not any(n and v in moved for n, v in zip(low, variables, strict=True))]
            for p in up_to_order(len(variables), degree):
                if any(p[i] for i in free) or any(all(a <= b for a, b in zip(low, p, strict=True)) for low in lows):
                    continue
                for jet in kind.jets(order):
                    basis = AnsatzTerm(z, p, jet * factor)
                    result.setdefault((z, basis.expression(variables)), basis)
    return sorted_basis(list(result.values()))


def _moved(accepted: Sequence[dict[AnsatzTerm, sp.Expr]], ansatz: Ansatz, kind: Kind, order: int) -> Residues:
    """Every member with its functions replaced by derivatives of them (and by i times them), as vectors over the basis."""
    place = {b: j for j, b in enumerate(ansatz.basis)}
    values = ansatz.constants()
    rows = []
    for member in accepted:
        for steps, turned in itertools.product(kind.steps(order), range(len(kind.functions.space.fields))):
            row = np.zeros(len(place), dtype=np.int64)
            for b, c in member.items():
                kernel, sign = _move(b.kernel, kind, steps, turned=bool(turned))
                j = place.get(AnsatzTerm(b.component, b.powers, kernel))
                if j is None:
                    break
                row[j] = values(c)[0] * sign % PRIME
            else:
                rows.append(row)
    return np.array(rows, dtype=np.int64).reshape(len(rows), len(place))


def _move(kernel: sp.Expr, kind: Kind, steps: MultiIndex, *, turned: bool) -> tuple[sp.Expr, int]:
    """A kernel with its function replaced by a derivative of it, or of i times it."""
    space = kind.functions.space
    jet = next(s for s in symbols_of(kernel) if s not in space.coordinates and space.index(s) is not None)
    a, index = space.index(jet)  # type: ignore[misc]
    raised = tuple(n + m for n, m in zip(index, steps, strict=True))
    new, sign = (space.jet(1 - a, raised), 1 if a else -1) if turned else (space.jet(a, raised), 1)
    return substitute(kernel, {jet: new}), sign


def _family(member: dict[AnsatzTerm, sp.Expr], equations: Equations, kind: Kind) -> Family:
    lead = member[min(member, key=lambda b: (b.weight, b.powers))]
    components: dict[sp.Symbol, sp.Expr] = {}
    for b, c in member.items():
        z = equations.variables[b.component]
        components[z] = components.get(z, sp.S.Zero) + sp.cancel(c / lead) * b.expression(equations.variables)
    return Family(VectorField(components), kind.functions, kind.arguments)
