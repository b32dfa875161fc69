"""Symmetries of plain functions: vector fields v with v(f) = 0, or v(f) = λ f, for all values of the symbols that do not move.

v = Σ φ^i(w) ∂_{w^i}, φ^i in the span of monomials up to a degree (and of kernels times monomials). With the weights of a network as w
and its inputs as spectators these are the directions in which the weights may be changed without changing the network.
Source of the method: linear determining equations (Olver 1993, Theorem 2.8 for functions), solved by sampling modulo a prime.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

import numpy as np
import sympy as sp

from invarieq.errors import DeclarationError
from invarieq.exact import PRIME
from invarieq.jets import Field, VectorField, symbols_of
from invarieq.jets.kernels import vanishes, without_decimals
from invarieq.symmetry.sampled import RandomPoints, null_vectors
from invarieq.symmetry.spectators import Patterns

LARGEST = 6_000  # unknown coefficients
Variable = sp.Symbol | Field
Certainty = Literal["proved", "sampled"]


@dataclass(frozen=True, slots=True)
class FunctionSymmetries:
    """All fields of a class that leave functions invariant, or scale them.

    `fields`: a basis, low degree first; `weights`: λ of each (0 for invariance); `certainty` of each: "proved" (v(f) − λf vanishes
    identically) or "sampled" (at random points modulo a prime, error below 10⁻⁶). `unknowns`: coefficients of the ansatz.
    """

    functions: tuple[sp.Expr, ...]
    variables: tuple[sp.Symbol, ...]
    fields: tuple[VectorField, ...]
    weights: tuple[sp.Expr, ...]
    certainty: tuple[Certainty, ...]
    unknowns: int

    @property
    def dimension(self) -> int:
        """How many independent fields there are."""
        return len(self.fields)


def function_symmetries(
    functions: sp.Expr | Sequence[sp.Expr],
    variables: Sequence[Variable],
    *,
    degree: int = 1,
    kernels: Sequence[sp.Expr] = (),
    weight_degree: int | None = None,
) -> FunctionSymmetries:
    """All v = Σ φ^i ∂_i with v(f) = 0 for every one of `functions`, or v(f) = λ f with one λ for all where `weight_degree` is given.

    `variables`: what v moves. All other symbols are spectators (data, inputs): the identity holds for all of their values.
    `degree`: of the φ^i in the variables; `kernels`: further functions of the variables, which multiply all monomials below that
    degree; `weight_degree`: of λ. ReLU and the like (Max, Abs, Heaviside) count as spectators: their kinks do not move.

    Raises `DeclarationError` for an ansatz of more than 6,000 unknowns or no variable; `Undecided` for functions without a rule.

    >>> a, b = sp.symbols("a b", real=True)
    >>> [str(v) for v in function_symmetries(a**2 + b**2, [a, b]).fields]
    ['-b∂_a + a∂_b']
    """
    moved = moved_symbols(variables)
    given = tuple(functions) if isinstance(functions, Sequence) else (functions,)
    patterns = Patterns()
    plain = [patterns.replace(without_decimals(sp.sympify(f, strict=True))) for f in given]
    basis = span(moved, degree, kernels)
    scales = () if weight_degree is None else span(moved, weight_degree, ())
    unknowns = [(i, b) for b in basis for i in range(len(moved))]
    count = len(unknowns) + len(scales)
    if count > LARGEST:
        raise DeclarationError(
            f"{count} unknown coefficients ({len(moved)} variables, degree {degree}) are more than {LARGEST}; lower the degree"
        )
    slopes = [[sp.diff(f, z) for z in moved] for f in plain]

    def build(samples: RandomPoints) -> np.ndarray:
        functions_of = np.stack([samples(b) for b in basis])
        blocks = []
        for f, row in zip(plain, slopes, strict=True):
            each = np.stack([samples(s) for s in row])
            block = (functions_of[:, None, :] * each[None, :, :] % PRIME).reshape(-1, each.shape[1])
            if scales:
                value = samples(f)
                block = np.concatenate([block, np.stack([(-samples(s) * value) % PRIME for s in scales])])
            blocks.append(block.T)
        return np.stack(blocks)

    vectors = null_vectors(build, count, len(plain), list(patterns.bits.values()))
    pairs = [_field(v, unknowns, scales, moved) for v in vectors]
    pairs = [(v, w) for v, w in pairs if v.components]  # λ alone: f = 0
    shown: tuple[Certainty, ...] = tuple(_certainty(v, w, plain, patterns) for v, w in pairs)
    return FunctionSymmetries(given, moved, tuple(v for v, _ in pairs), tuple(w for _, w in pairs), shown, count)


def moved_symbols(variables: Sequence[Variable]) -> tuple[sp.Symbol, ...]:
    """The symbols that may move; `DeclarationError` unless they are different symbols."""
    moved = tuple(v.symbol if isinstance(v, Field) else v for v in variables)
    if not moved or len(set(moved)) != len(moved) or not all(isinstance(v, sp.Symbol) for v in moved):
        raise DeclarationError(
            f"the variables are {', '.join(map(str, variables)) or 'missing'}; expected one or more different symbols that may move"
        )
    return moved


def span(variables: Sequence[sp.Symbol], degree: int, kernels: Sequence[sp.Expr]) -> tuple[sp.Expr, ...]:
    """Monomials up to `degree`, low degree first, then kernels times monomials of a degree less than `degree` (1 at least)."""
    plain = monomials(variables, degree)
    for kernel in kernels:
        stray = [s for s in symbols_of(kernel) if s not in variables]
        if stray:
            raise DeclarationError(f"the kernel {kernel} uses {stray[0]}, which is none of the variables")
    return (*plain, *(k * m for k in kernels for m in monomials(variables, max(degree - 1, 0))))


def monomials(variables: Sequence[sp.Symbol], degree: int) -> tuple[sp.Expr, ...]:
    """All monomials up to `degree`, by degree, then by the order of the variables."""
    return tuple(sp.Mul(*chosen) for d in range(degree + 1) for chosen in itertools.combinations_with_replacement(variables, d))


def _field(
    vector: Sequence[Fraction],
    unknowns: Sequence[tuple[int, sp.Expr]],
    scales: Sequence[sp.Expr],
    moved: Sequence[sp.Symbol],
) -> tuple[VectorField, sp.Expr]:
    numbers = primitive(vector)
    parts: dict[sp.Symbol, list[sp.Expr]] = {}
    for number, (i, b) in zip(numbers, unknowns, strict=False):
        if number:
            parts.setdefault(moved[i], []).append(number * b)
    weight = sp.Add(*[n * s for n, s in zip(numbers[len(unknowns) :], scales, strict=True)])
    return VectorField({z: sp.Add(*terms) for z, terms in parts.items()}), weight


def primitive(vector: Sequence[Fraction]) -> list[sp.Integer]:
    """The vector times the number that makes its entries whole, without common factor, the first one that is not 0 positive."""
    below = int(np.lcm.reduce([f.denominator for f in vector], initial=1))
    whole = [int(f * below) for f in vector]
    common = int(np.gcd.reduce(whole, initial=0)) or 1
    sign = next((1 if n > 0 else -1 for n in whole if n), 1)
    return [sp.Integer(sign * n // common) for n in whole]


def _certainty(field: VectorField, weight: sp.Expr, plain: Sequence[sp.Expr], patterns: Patterns) -> Certainty:
    return "proved" if all(shown_zero(field(f) - weight * f, patterns) for f in plain) else "sampled"


def shown_zero(expr: sp.Expr, patterns: Patterns) -> bool:
    """Whether an expression is shown to vanish identically, bits being 0 or 1."""
    left = patterns.reduced(expr)
    return left == 0 or vanishes(left)
