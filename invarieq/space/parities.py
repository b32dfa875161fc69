"""Discrete symmetries as linear conditions on the candidates: even and odd terms, terms that an exchange joins."""

from __future__ import annotations

from collections.abc import Sequence

import sympy as sp

from invarieq.errors import DeclarationError
from invarieq.jets import symbols_of
from invarieq.space.ambient import Ambient
from invarieq.symmetry.discrete import Discrete


def discrete_conditions(candidates: Ambient, moves: Sequence[Discrete]) -> list[dict[int, object]]:
    """Conditions f(g z) = P f(z), with ℓ ↦ P ℓ the image of the leading derivatives, on the unknowns of `restrict`.

    A candidate whose image is none of the candidates is ruled out. Raises `DeclarationError` where the leading derivatives are
    not sent to each other.
    """
    rows: list[dict[int, object]] = []
    for move in moves:
        rows += _conditions(candidates, move)
    return rows


def _conditions(candidates: Ambient, move: Discrete) -> list[dict[int, object]]:
    space, count = candidates.space, len(candidates.monomials)
    images = [move.image(space, s) for s in candidates.leading]
    if strange := [s for s, (_, other) in zip(candidates.leading, images, strict=True) if other not in candidates.leading]:
        raise DeclarationError(
            f"discrete symmetry {move.label!r}: it sends {strange[0]} to {move.image(space, strange[0])[1]}, which is not sought; seek "
            "both (terms.sought), or drop it"
        )
    turned = _turned_variables(candidates, move)
    numbers = {m: k for k, m in enumerate(candidates.monomials)}
    rows: dict[tuple[int, object], dict[int, object]] = {}

    def add(equation: int, key: object, unknown: int, c: int) -> None:
        row = rows.setdefault((equation, key), {})
        row[unknown] = row.get(unknown, 0) + sp.QQ(c)  # type: ignore[operator]

    for k, exponents in enumerate(candidates.monomials):
        sign, image = 1, [0] * len(exponents)
        outside = False
        for n, (turn, place) in zip(exponents, turned, strict=True):
            sign *= turn**n
            outside |= bool(n) and place is None
            if n and place is not None:
                image[place] += n
        other = numbers.get(tuple(image))
        for a, (turn, leading) in enumerate(images):
            b = candidates.leading.index(leading)
            if outside or other is None:
                add(a, ("ruled out", k), a * count + k, 1)
            else:  # f_a(g z) − turn · f_b(z) = 0, coefficient by coefficient
                add(a, other, a * count + k, sign)
                add(a, k, b * count + k, -turn)
    return [{i: c for i, c in row.items() if c} for row in rows.values()]


def _turned_variables(candidates: Ambient, move: Discrete) -> list[tuple[int, int | None]]:
    """(sign, number of the image among the variables, None outside) of every variable, user functions included."""
    known = dict(candidates.definitions)
    result: list[tuple[int, int | None]] = []
    for symbol in candidates.variables:
        if symbol not in known:
            sign, other = move.image(candidates.space, symbol)
            result.append((sign, candidates.variables.index(other) if other in candidates.variables else None))
            continue
        image = move.apply(known[symbol], candidates.space)
        found = [
            (sign, n)
            for n, s in enumerate(candidates.variables)
            if s in known and symbols_of(known[s]) == symbols_of(image)
            for sign in (1, -1)
            if sp.simplify(image - sign * known[s]) == 0
        ]
        result.append(found[0] if found else (1, None))
    return result
