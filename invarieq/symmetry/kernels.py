"""Which functions of one variable a component can be made of, read off the counted Taylor series.

In a finite algebra every component obeys a linear ordinary differential equation in each variable z. At the generic point
its coefficients are residues; if they are constants, the solutions are z^i exp(λ z), sines and cosines; if they are constants
over powers of z, the solutions are z^ρ log(z)^i (Euler's equation). The components lie in the span of products of these.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import sympy as sp

from invarieq.exact import PRIME, echelon, read_fraction
from invarieq.exact.taylor import MultiIndex
from invarieq.symmetry.oracle import LocalSolutions, Oracle

SMALL = 2_000
PARAMETER_POWERS = 2
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
    order = len(equation.coefficients) - 1
    root = sp.Dummy("root")
    constants = [_read(c, parameters) for c in equation.coefficients]
    if all(c is not None for c in constants):
        polynomial = sp.Add(*[c * root**i for i, c in enumerate(constants)])  # type: ignore[operator]
        return _from_roots(polynomial, root, lambda r, i: _oscillation(r, variable, i))
    euler = [_read(c * pow(at, order - i, PRIME) % PRIME, parameters) for i, c in enumerate(equation.coefficients)]
    if all(c is not None for c in euler):
        polynomial = sp.expand(sp.Add(*[c * sp.ff(root, i) for i, c in enumerate(euler)]), func=True)  # type: ignore[operator]
        return _from_roots(sp.expand(polynomial), root, lambda r, i: _power(r, variable, i))
    return None


def _read(value: int, parameters: Sequence[tuple[sp.Symbol, int]]) -> sp.Expr | None:
    """A residue as a small rational number times a small power product of parameters."""
    reach = range(-PARAMETER_POWERS, PARAMETER_POWERS + 1)
    for powers in sorted(itertools.product(reach, repeat=len(parameters)), key=lambda p: sum(map(abs, p))):
        scale = 1
        for (_, at), n in zip(parameters, powers, strict=True):
            scale = scale * pow(at, -n, PRIME) % PRIME
        found = read_fraction(value * scale % PRIME, bound=SMALL if not any(powers) else 60)
        if found is not None and abs(found) <= SMALL:
            return _rational(found) * sp.Mul(*[s**n for (s, _), n in zip(parameters, powers, strict=True)])
    return None


def _rational(value: Fraction) -> sp.Expr:
    return sp.Rational(value.numerator, value.denominator)


def _from_roots(polynomial: sp.Expr, root: sp.Symbol, make: object) -> tuple[sp.Expr, ...] | None:
    factors = sp.Poly(polynomial, root).factor_list()[1]
    found: list[sp.Expr] = []
    for factor, multiplicity in factors:
        if factor.degree() > 2:
            return None
        for r in sp.roots(factor, multiple=True):
            for i in range(multiplicity):
                new = make(r, i)  # type: ignore[operator]
                found += [f for f in new if f not in found]
    return tuple(found)


def _oscillation(root: sp.Expr, z: sp.Symbol, i: int) -> list[sp.Expr]:
    real, imaginary = root.as_real_imag()
    if imaginary == 0 or not _surely_imaginary(imaginary):
        return [z**i * sp.exp(sp.expand(root * z))]
    frequency = sp.Abs(imaginary) if imaginary.is_number else imaginary
    grown = z**i * sp.exp(real * z)
    return [grown * sp.cos(frequency * z), grown * sp.sin(frequency * z)]


def _power(root: sp.Expr, z: sp.Symbol, i: int) -> list[sp.Expr]:
    real, imaginary = root.as_real_imag()
    grown = z**real * sp.log(z) ** i
    if imaginary == 0 or not _surely_imaginary(imaginary):
        return [z**root * sp.log(z) ** i]
    frequency = sp.Abs(imaginary) if imaginary.is_number else imaginary
    return [grown * sp.cos(frequency * sp.log(z)), grown * sp.sin(frequency * sp.log(z))]


def _surely_imaginary(value: sp.Expr) -> bool:
    return value.is_number and value.is_zero is False


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
    equation = ordinary_equation(found, z, variable, offset or (0,) * len(oracle.equations.variables), reliable)
    if equation is None:
        return ()
    return functions(equation, oracle.equations.variables[variable], int(oracle.point[variable]), oracle.parameters) or ()


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
