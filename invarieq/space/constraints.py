"""Candidates modulo constraints: with ∇·u = 0, terms such as u ∇·u and ∇(∇·u) vanish and tell nothing.

Every derivative that a constraint (or a derivative of one) can be solved for is replaced; of candidates that are then linearly
dependent the simpler ones are kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import sympy as sp
from sympy.polys.domains import QQ
from sympy.polys.rings import PolyElement, ring

from invarieq.errors import DeclarationError
from invarieq.exact.sparse import Span
from invarieq.space.ambient import Ambient
from invarieq.space.restrict import Restriction
from invarieq.symmetry.check import leading_of, on_shell, solved

Key = tuple[int, tuple[int, ...]]


def modulo(candidates: Ambient, found: Restriction, constraints: Sequence[sp.Expr]) -> Restriction:
    """The restriction without the directions that vanish, or follow from simpler ones, where the constraints hold.

    The directions that are left out are named in `vanishing`. Raises `DeclarationError` for constraints that do not give a
    derivative as a polynomial in others.
    """
    images = _images(candidates, constraints)
    count = len(candidates.monomials)
    reduced: dict[int, PolyElement] = {}
    span = Span(QQ)
    kept: list[int] = []
    for n, vector in enumerate(found.basis):
        row: dict[Key, Any] = {}
        for i, c in vector.items():
            equation, k = divmod(i, count)
            if k not in reduced:
                reduced[k] = _product(images, candidates.monomials[k])
            for exponents, value in reduced[k].terms():
                row[equation, exponents] = row.get((equation, exponents), QQ(0)) + value * QQ(int(c.p), int(c.q))
        if span.add({key: c for key, c in row.items() if c}):
            kept.append(n)
    names = found.names or tuple(_text(candidates, v) for v in found.basis)
    vanishing = tuple(names[n] for n in range(len(found.basis)) if n not in kept)
    if not vanishing:
        return found
    return replace(
        found,
        basis=tuple(found.basis[n] for n in kept),
        further=(),  # combinations of directions that are no longer all there
        names=tuple(found.names[n] for n in kept) if found.names else (),
        vanishing=vanishing,
    )


def _images(candidates: Ambient, constraints: Sequence[sp.Expr]) -> list[PolyElement]:
    """Each variable of the candidates where the constraints hold."""
    space = candidates.space
    sides = solved(space, constraints, leading_of(space, constraints))
    order = max(space.order(s) for s in candidates.variables) + max(space.order(e) for e in constraints)
    known = {s for s, _ in candidates.definitions}
    symbols = (*space.variables(order), *(s for s in candidates.variables if s in known))
    algebra = ring([s.name for s in symbols], QQ)[0]
    images: list[PolyElement] = []
    for variable in candidates.variables:
        image = variable if space.index(variable) is None else on_shell(variable, space, sides)
        try:
            images.append(algebra.from_dict(dict(sp.Poly(image, *symbols, domain=QQ).rep.to_dict())))
        except (sp.PolynomialError, sp.CoercionFailed):
            raise DeclarationError(
                f"terms.constraints give {variable} = {image}; expected a polynomial with rational coefficients"
            ) from None
    return images


def _product(images: Sequence[PolyElement], exponents: tuple[int, ...]) -> PolyElement:
    result = images[0].ring.one
    for image, n in zip(images, exponents, strict=True):
        for _ in range(n):
            result = result * image
    return result


def _text(candidates: Ambient, vector: dict[int, sp.Rational]) -> str:
    count = len(candidates.monomials)
    parts: list[list[sp.Expr]] = [[] for _ in candidates.leading]
    for i, c in vector.items():
        parts[i // count].append(c * candidates.expression(candidates.monomials[i % count]))
    return ", ".join(f"{sp.Add(*p)} in {s}" for p, s in zip(parts, candidates.leading, strict=True) if p)
