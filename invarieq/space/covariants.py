"""The candidates that rotations of space allow, built directly: scalars and vectors out of fields, derivatives, δ_ij and ε_ijk.

With three fields in three dimensions the symmetry condition is a linear system in thousands of unknowns; the complete
contractions of each product of factors span the same space, and a few small exact eliminations make them independent.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import sympy as sp

from invarieq.exact.sparse import Fractions, Span
from invarieq.jets import VectorField
from invarieq.space.ambient import Ambient
from invarieq.space.contractions import Factor, Polynomial, components, contractions
from invarieq.space.notation import name_of
from invarieq.space.turning import Turning, turning

Row = dict[int, sp.Rational]
Block = tuple[int, ...]  # equations of a scalar (one) or of a vector


@dataclass(frozen=True)
class Covariants:
    """Independent covariants as vectors over (equation, monomial), their names, and the generators that are still to be imposed."""

    vectors: tuple[Row, ...]
    names: tuple[str, ...]
    others: tuple[VectorField, ...]


def covariants(candidates: Ambient, symmetry: Sequence[VectorField]) -> Covariants | None:
    """A basis of the candidates that the rotations in `symmetry` allow; None where rotations do not turn coordinates, or
    where something else than scalars and vectors turns with them.
    """
    turned = turning(candidates.space, symmetry) if candidates.radius is None else None
    blocks = None if turned is None else _blocks(candidates, turned)
    if turned is None or blocks is None:
        return None
    count = len(candidates.monomials)
    vectors: list[Row] = []
    names: list[str] = []
    for rank in sorted({int(len(b) > 1) for b in blocks}):
        found = tensors(candidates, turned, rank=rank)
        if found is None:
            return None
        for block in (b for b in blocks if int(len(b) > 1) == rank):
            for parts, name in found:
                vectors.append({a * count + k: c for a, part in zip(block, parts, strict=True) for k, c in part.items()})
                names.append(name)
    return Covariants(tuple(vectors), tuple(names), turned.others)


def tensors(candidates: Ambient, turned: Turning, *, rank: int) -> list[tuple[tuple[Row, ...], str]] | None:
    """Independent scalars (rank 0) or vectors (rank 1) out of the candidates: a combination of monomials for each component, and a
    name; None where the candidates hold something that is neither scalar nor vector.
    """
    factors = _factors(candidates, turned)
    if factors is None:
        return None
    numbers = {tuple(i for i, n in enumerate(m) for _ in range(n)): k for k, m in enumerate(candidates.monomials)}
    places = {variable: n for n, f in enumerate(factors) for variable in f.table.values()}
    products = {tuple(sorted(places[i] for i in monomial)) for monomial in numbers}
    found: list[tuple[tuple[Row, ...], str]] = []
    for product in sorted(products, key=lambda p: (len(p), p)):
        for parts, name in _independent([factors[n] for n in product], rank=rank, dimension=len(turned.places)):
            if any(m not in numbers for part in parts for m in part):
                return None  # a library named term by term may hold a part of an invariant only
            found.append((tuple({numbers[m]: sp.Integer(c) for m, c in part.items()} for part in parts), name))
    return found


def _blocks(candidates: Ambient, turned: Turning) -> list[Block] | None:
    """The equations of each scalar and each vector among the leading derivatives; None if a vector is sought in part."""
    space = candidates.space
    at = {space.index(s)[0]: a for a, s in enumerate(candidates.leading)}  # type: ignore[index]
    blocks = [(at[f],) for f in turned.scalars if f in at]
    for vector in turned.vectors:
        sought = tuple(at[f] for f in vector if f in at)
        if sought and len(sought) < len(vector):
            return None
        blocks += [sought] if sought else []
    return sorted(blocks)


def _factors(candidates: Ambient, turned: Turning) -> list[Factor] | None:
    """The scalars and vectors that the variables of the candidates are components of, simple ones first."""
    space = candidates.space
    tables: dict[tuple[str, bool, int], dict[tuple[int, ...], int]] = {}
    none = (0,) * len(turned.places)
    vectors = {f: v for v in turned.vectors for f in v}
    axes = {space.coordinates[i]: n for n, i in enumerate(turned.places)}
    for number, symbol in enumerate(candidates.variables):
        found = space.index(symbol)
        if found is not None:
            f, index = found
            counts = tuple(index[i] for i in turned.places)
            label = _label(candidates, vectors.get(f, (f,)), [n * (i not in turned.places) for i, n in enumerate(index)])
            slot = vectors[f].index(f) if f in vectors else 0
            tables.setdefault((label, f in vectors, sum(counts)), {})[slot, *counts] = number
        elif symbol in axes:
            tables.setdefault((_bold([a.name for a in axes]), True, 0), {})[axes[symbol], *none] = number
        elif _is_scalar(candidates, symbol, turned):
            tables[str(dict(candidates.definitions).get(symbol, symbol)), False, 0] = {(0, *none): number}
        else:
            return None
    result = [Factor(label, vector, order, table) for (label, vector, order), table in tables.items()]
    whole = all(
        len(f.table) == (len(turned.places) if f.vector else 1) * _derivatives(len(turned.places), f.order) for f in result
    )
    return sorted(result, key=lambda f: min(f.table.values())) if whole else None


def _derivatives(dimension: int, order: int) -> int:
    return sum(1 for _ in itertools.combinations_with_replacement(range(dimension), order))


def _is_scalar(candidates: Ambient, symbol: sp.Symbol, turned: Turning) -> bool:
    expr = dict(candidates.definitions).get(symbol, symbol)
    return all(sp.simplify(g(expr)) == 0 for g in turned.generators)


def _label(candidates: Ambient, fields: Sequence[int], other: Sequence[int]) -> str:
    """Name of a field or vector, with the derivatives by coordinates that are not turned."""
    space = candidates.space
    before = "".join(f"∂_{c.name}" * n for c, n in zip(space.coordinates, other, strict=True))
    return before + (_bold([space.fields[f].name for f in fields]) if len(fields) > 1 else space.fields[fields[0]].name)


def _bold(names: Sequence[str]) -> str:
    """A name for a vector: what its components' names begin with, else the first of them."""
    stem = names[0]
    while stem and not all(n.startswith(stem) for n in names):
        stem = stem[:-1]
    stem = stem.rstrip("_")
    return f"*{stem or names[0]}*"


def _independent(factors: Sequence[Factor], *, rank: int, dimension: int) -> list[tuple[tuple[Polynomial, ...], str]]:
    """Contractions of these factors whose components are linearly independent, each with its name."""
    kept: list[tuple[tuple[Polynomial, ...], str]] = []
    span = Span(Fractions)
    for contraction in contractions(factors, rank=rank, dimension=dimension):
        parts = components(factors, contraction, rank=rank, dimension=dimension)
        row = {(a, m): Fraction(c) for a, part in enumerate(parts) for m, c in part.items() if c}
        if span.add(row):
            kept.append((parts, name_of(factors, contraction, rank=rank)))
    return kept
