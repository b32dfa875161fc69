"""Which functions of one variable a component can be made of, read off the counted Taylor series.

In a finite algebra every component obeys a linear ordinary differential equation in each variable z. At the generic point
its coefficients are residues; if they are constants, the solutions are z^i exp(λ z), sines and cosines; if they are constants
over powers of z, the solutions are z^ρ log(z)^i (Euler's equation). The components lie in the span of products of these.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import sympy as sp

from invarieq.exact import PRIME, echelon
from invarieq.exact.interpolate import SPARE, rational_function, unknowns
from invarieq.exact.primes import Residues
from invarieq.jets.multiindices import MultiIndex
from invarieq.symmetry.oracle import LocalSolutions, Oracle, divides
from invarieq.symmetry.roots import solutions

DENOMINATOR = 16
BOUNDS = ((200_000, 0), (20_000, 8), (2_000, 6), (500, 3), (100, 2))  # (numerator, exponent) by the number of parameters
MAX_DEGREE = 6
MAX_SAMPLES = 60
MAX_KERNELS = 12
MAX_CROSSED = 40
MAX_PARTS = 16


@dataclass(frozen=True)
class Ordinary:
    """Σ c_i ∂^i ζ = 0 in one variable at the generic point, c of the highest derivative 1; None where none was found."""

    coefficients: tuple[int, ...]


@dataclass(frozen=True)
class Part:
    """A linear form in the derivatives of component z at the generic point: Σ c_k ∂^k ζ, given as ((k, c_k), …)."""

    component: int
    terms: tuple[tuple[MultiIndex, int], ...]


def parts(oracle: Oracle, found: LocalSolutions, z: int) -> list[tuple[MultiIndex, Part]]:
    """The coefficients of a component as a polynomial in those variables in which its degree is bounded, by monomial.

    The coefficient of u^m is Σ_k (−u)^(k−m)/(k−m)! ∂^k ζ / m!, over the monomials u^k that may occur.
    """
    size = len(oracle.equations.variables)
    monomials = allowed_monomials(found, z, bounded(found, z), size)
    result = []
    for m in monomials:
        above = [k for k in monomials if divides(m, k)]
        result.append(
            (m, Part(z, tuple((k, _taylor(oracle.point, tuple(a - b for a, b in zip(k, m, strict=True)))) for k in above)))
        )
    return result


def bounded(found: LocalSolutions, z: int) -> list[int]:
    """The variables in which component z is a polynomial."""
    return sorted({j for low in found.vanishing[z] for j, n in enumerate(low) if n == sum(low)})


def allowed_monomials(found: LocalSolutions, z: int, places: Sequence[int], size: int) -> list[MultiIndex]:
    """The allowed monomials in variables of bounded degree; there are finitely many."""
    start: MultiIndex = tuple(0 for _ in range(size))
    todo, seen = [start], {start}
    while todo:
        last = todo.pop()
        for j in places:
            new = tuple(n + (i == j) for i, n in enumerate(last))
            if new not in seen and found.allows(z, new):
                seen.add(new)
                todo.append(new)
    return sorted(seen) if found.allows(z, start) else []


def _taylor(point: Residues, index: MultiIndex) -> int:
    result = 1
    for at, n in zip(point, index, strict=True):
        result = result * pow(-int(at), n, PRIME) * pow(math.factorial(n), -1, PRIME) % PRIME
    return result


def ordinary_equation(found: LocalSolutions, part: Part, variable: int, reliable: int) -> Ordinary | None:
    """The equation of least order in one variable that a part of a component obeys.

    Only derivatives up to order `reliable` are looked at: of the highest ones too little is known yet.
    """
    place = {c: i for i, c in enumerate(found.columns)}
    kernel = found.null_space
    columns = []
    for n in range(reliable - max(sum(k) for k, _ in part.terms) + 1):
        column = np.zeros(len(kernel), dtype=np.int64)
        for k, c in part.terms:
            at = place.get((part.component, tuple(m + n * (i == variable) for i, m in enumerate(k))))
            if at is not None:
                column = (column + c * kernel[:, at]) % PRIME
        columns.append(column)
    if not columns:
        return None
    reduced = echelon(np.stack(columns, axis=1))
    free = next((n for n in range(len(columns)) if n not in reduced.pivots), None)
    if free is None:
        return None
    known = dict(zip(reduced.pivots, range(reduced.rank), strict=True))
    lower = [(-int(reduced.rows[known[n], free])) % PRIME if n in known else 0 for n in range(free)]
    return Ordinary((*lower, 1))


def functions(
    equation: Ordinary, variable: sp.Symbol, at: int, parameters: Sequence[tuple[sp.Symbol, int]] = ()
) -> tuple[sp.Expr, ...] | None:
    """A basis of solutions; None if the coefficients are neither constant nor of Euler's kind, or the roots are not to be had."""
    for euler in (False, True):
        read = [_read(c, parameters) for c in _coefficients(equation, at, euler=euler)]
        known = [c for c in read if c is not None]
        if len(known) == len(read):
            return _solved(known, variable, euler=euler)
    return None


def _coefficients(equation: Ordinary, at: int, *, euler: bool) -> list[int]:
    order = len(equation.coefficients) - 1
    return [c * pow(at, order - i, PRIME) % PRIME if euler else c for i, c in enumerate(equation.coefficients)]


def _solved(coefficients: Sequence[sp.Expr], variable: sp.Symbol, *, euler: bool) -> tuple[sp.Expr, ...] | None:
    root = sp.Dummy("root")
    parts = [c * (sp.expand_func(sp.ff(root, i)) if euler else root**i) for i, c in enumerate(coefficients)]
    return solutions(sp.Add(*parts), root, variable, euler=euler)


def _read(value: int, parameters: Sequence[tuple[sp.Symbol, int]]) -> sp.Expr | None:
    """A residue as a small rational number times a small power product of parameters."""
    largest, reach = BOUNDS[min(len(parameters), len(BOUNDS) - 1)]
    for powers in sorted(itertools.product(range(-reach, reach + 1), repeat=len(parameters)), key=lambda p: sum(map(abs, p))):
        scale = 1
        for (_, at), n in zip(parameters, powers, strict=True):
            scale = scale * pow(at, -n, PRIME) % PRIME
        found = _small(value * scale % PRIME, largest)
        if found is not None:
            return found * sp.Mul(*[s**n for (s, _), n in zip(parameters, powers, strict=True)])
    return None


def _small(value: int, largest: int) -> sp.Rational | None:
    for below in range(1, DENOMINATOR + 1):
        above = value * below % PRIME
        above -= PRIME if above > PRIME // 2 else 0
        if abs(above) <= largest:
            ratio = sp.Rational(above, below)
            return ratio if isinstance(ratio, sp.Rational) else None  # a type for the checker: below is never 0
    return None


def _interpolated(oracle: Oracle, found: LocalSolutions, part: Part, variable: int, reliable: int) -> tuple[sp.Expr, ...] | None:
    """The functions where the coefficients are quotients of polynomials in the parameters, read at several of their values."""
    parameters = oracle.equations.space.parameters
    at, size = int(oracle.point[variable]), None
    points: list[list[int]] = []
    sampled: list[Ordinary] = []
    salts = itertools.count(1)
    for degree in range(1, MAX_DEGREE + 1):
        wanted = unknowns(len(parameters), degree) + SPARE
        if wanted > MAX_SAMPLES:
            return None
        while len(points) < wanted:
            other, local = oracle.elsewhere(next(salts), found.order)
            if oracle.late:
                return None
            equation = ordinary_equation(local, part, variable, reliable)
            size = size or (len(equation.coefficients) if equation else None)
            if equation is None or len(equation.coefficients) != size:
                return None
            points.append([value for _, value in other.parameters])
            sampled.append(equation)
        grid = np.array(points, dtype=np.int64)
        for euler in (False, True):
            rows = [_coefficients(e, at, euler=euler) for e in sampled]
            read = [rational_function(grid, column, parameters, degree) for column in zip(*rows, strict=True)]
            known = [c for c in read if c is not None]
            if len(known) == len(read):
                return _solved(known, oracle.equations.variables[variable], euler=euler)
    return None


def component_functions(oracle: Oracle, found: LocalSolutions, z: int, reliable: int) -> list[tuple[MultiIndex, sp.Expr]] | None:
    """Monomials and kernels that component z is made of; None if a kernel is unknown."""
    polynomial, result = bounded(found, z), []
    for monomial, part in parts(oracle, found, z):
        sides: list[tuple[sp.Expr, ...]] = []
        for j in range(len(oracle.equations.variables)):
            if j not in polynomial:
                known = pure_functions(oracle, found, part, j, reliable)
                if known is None:
                    return None
                sides.append(known)
        result += [(monomial, sp.Mul(*chosen)) for chosen in itertools.product(*sides)]
    return result


def pure_functions(oracle: Oracle, found: LocalSolutions, part: Part, variable: int, reliable: int) -> tuple[sp.Expr, ...] | None:
    """Functions of one variable that solve the ordinary equation of a part of a component; None if unknown."""
    equation = ordinary_equation(found, part, variable, reliable)
    if equation is None:
        return None
    known = functions(equation, oracle.equations.variables[variable], int(oracle.point[variable]), oracle.parameters)
    if known is None and oracle.equations.space.parameters:
        known = _interpolated(oracle, found, part, variable, reliable)
    return known


def suggested_kernels(oracle: Oracle, found: LocalSolutions, reliable: int) -> list[sp.Expr]:
    """Functions other than polynomials that components may hold: from their ordinary equations, then from the system itself."""
    variables = oracle.equations.variables
    size, result = len(variables), []
    for z in range(size):
        free = [j for j in range(size) if j not in bounded(found, z)]
        own = [part for _, part in parts(oracle, found, z)][:MAX_PARTS]
        units = [tuple(int(i == k) for i in range(size)) for k in free if k >= len(oracle.equations.space.coordinates)]
        for j, part in itertools.product(free, [*own, *(Part(z, ((unit, 1),)) for unit in units)]):
            result += pure_functions(oracle, found, part, j, reliable) or ()
    for equation in oracle.equations.law:
        for part in sorted(equation.atoms(sp.Function, sp.Pow), key=sp.default_sort_key):
            if part.free_symbols and part.free_symbols <= {*variables, *oracle.equations.space.parameters}:
                result += [part, 1 / part]
    unique = dict.fromkeys(k for k in result if not k.is_polynomial(*variables))
    return list(unique)[:MAX_KERNELS]


def crossed_kernels(oracle: Oracle, kernels: Sequence[sp.Expr]) -> list[sp.Expr]:
    """Products of functions of one variable each: of those given, and of what stands beside each other in a term of the equations."""
    variables = oracle.equations.variables
    sides: dict[sp.Basic, dict[sp.Expr, None]] = {z: {} for z in variables}
    terms = [t for e in oracle.equations.law for t in sp.Add.make_args(sp.expand(e))]
    beside = [sp.Mul(*[f for f in sp.Mul.make_args(t) if f.free_symbols == {z}]) for z in variables for t in terms]
    for kernel in (*kernels, *beside):
        if len(kernel.free_symbols) == 1 and not kernel.is_polynomial(*variables):
            (z,) = kernel.free_symbols
            if z in sides:
                sides[z][kernel] = None
    pairs = [(f, g) for one, other in itertools.combinations(sides.values(), 2) for f, g in itertools.product(one, other)]
    alone = [k for side in sides.values() for k in side if k not in kernels]
    return [*alone, *(f * g for f, g in pairs)][:MAX_CROSSED] if pairs else []
