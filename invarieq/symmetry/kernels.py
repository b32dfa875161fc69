"""Which functions of one variable a component can be made of, read off the counted Taylor series.

In a finite algebra every component obeys a linear ordinary differential equation in each variable z. At the generic point
its coefficients are residues; if they are constants, the solutions are z^i exp(λ z), sines and cosines; if they are constants
over powers of z, the solutions are z^ρ log(z)^i (Euler's equation). The components lie in the span of products of these.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import sympy as sp

from invarieq.exact import PRIME, echelon
from invarieq.exact.taylor import MultiIndex
from invarieq.symmetry.interpolate import SPARE, rational_function, unknowns
from invarieq.symmetry.oracle import LocalSolutions, Oracle
from invarieq.symmetry.roots import solutions

DENOMINATOR = 16
BOUNDS = ((200_000, 0), (20_000, 8), (2_000, 6), (500, 3), (100, 2))  # (numerator, exponent) by the number of parameters
MAX_DEGREE = 6
MAX_SAMPLES = 60
MAX_KERNELS = 12


@dataclass(frozen=True)
class Ordinary:
    """Σ c_i ∂^i ζ = 0 in one variable at the generic point, c of the highest derivative 1; None where none was found."""

    coefficients: tuple[int, ...]


def ordinary_equation(found: LocalSolutions, z: int, variable: int, offset: MultiIndex, reliable: int) -> Ordinary | None:
    """The equation of least order among derivatives by one variable of component z, or of its derivative `offset`.

    Only derivatives up to order `reliable` are looked at: of the highest ones too little is known yet.
    """
    steps = range(reliable - sum(offset) + 1)
    wanted = [tuple(m + n * (i == variable) for i, m in enumerate(offset)) for n in steps]
    place = {c: i for i, c in enumerate(found.columns)}
    kernel = found.null_space
    columns = [kernel[:, place[z, w]] if (z, w) in place else np.zeros(len(kernel), dtype=np.int64) for w in wanted]
    reduced = echelon(np.stack(columns, axis=1))
    free = next((n for n in range(len(wanted)) if n not in reduced.pivots), None)
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
            return sp.Rational(above, below)
    return None


def _interpolated(
    oracle: Oracle, found: LocalSolutions, place: tuple[int, int, MultiIndex], reliable: int
) -> tuple[sp.Expr, ...] | None:
    """The functions where the coefficients are quotients of polynomials in the parameters, read at several of their values."""
    (z, variable, offset), parameters = place, oracle.equations.space.parameters
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
            equation = ordinary_equation(local, z, variable, offset, reliable)
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


def component_functions(oracle: Oracle, found: LocalSolutions, z: int, reliable: int) -> list[tuple[sp.Expr, ...] | None]:
    """For each variable: () if component z is a polynomial in it of bounded degree, the functions otherwise, None if unknown."""
    result: list[tuple[sp.Expr, ...] | None] = []
    for j in range(len(oracle.equations.variables)):
        if any(sum(low) == low[j] for low in found.vanishing[z]):
            result.append(())
        else:
            result.append(pure_functions(oracle, found, z, j, reliable) or None)
    return result


def pure_functions(
    oracle: Oracle, found: LocalSolutions, z: int, variable: int, reliable: int, offset: MultiIndex = ()
) -> tuple[sp.Expr, ...]:
    """Functions of one variable that solve the ordinary equation of a component (of its derivative `offset`); () if unknown."""
    offset = offset or (0,) * len(oracle.equations.variables)
    equation = ordinary_equation(found, z, variable, offset, reliable)
    if equation is None:
        return ()
    known = functions(equation, oracle.equations.variables[variable], int(oracle.point[variable]), oracle.parameters)
    if known is None and oracle.equations.space.parameters:
        known = _interpolated(oracle, found, (z, variable, offset), reliable)
    return known or ()


def suggested_kernels(oracle: Oracle, found: LocalSolutions, reliable: int) -> list[sp.Expr]:
    """Functions other than polynomials that components may hold: from their ordinary equations, then from the system itself."""
    variables = oracle.equations.variables
    size, result = len(variables), []
    for z in range(size):
        offsets = [
            (0,) * size,
            *(tuple(int(i == k) for i in range(size)) for k in range(len(oracle.equations.space.coordinates), size)),
        ]
        for j, offset in itertools.product(range(size), offsets):
            if not any(sum(low) == low[j] for low in found.vanishing[z]):
                result += pure_functions(oracle, found, z, j, reliable, offset)
    for equation in oracle.equations.law:
        for part in sorted(equation.atoms(sp.Function, sp.Pow), key=sp.default_sort_key):
            if part.free_symbols and part.free_symbols <= {*variables, *oracle.equations.space.parameters}:
                result += [part, 1 / part]
    unique = dict.fromkeys(k for k in result if not k.is_polynomial(*variables))
    return list(unique)[:MAX_KERNELS]
