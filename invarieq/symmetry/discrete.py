"""Discrete symmetries: reflections, time reversal, changes of sign, exchanges of coordinates and fields.

Each sends every coordinate and field to ± a coordinate or field, hence every derivative to ± a derivative: u_J ↦ ± v_K. A law
admits it when its image vanishes where the law holds (Olver 1993, sec. 2.1; the group version of Theorem 2.31).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

import sympy as sp

from invarieq.errors import DeclarationError, NotASymmetry
from invarieq.expressions.read import shortened
from invarieq.jets import Field, JetSpace, substitute, symbols_of, variable_of
from invarieq.symmetry.check import SHOWN, canonical, leading_of, on_shell, solved


@dataclass(frozen=True, init=False)
class Discrete:
    """A signed permutation of coordinates and fields: `Discrete({x: -x, u: -u})` is u(t, x) ↦ −u(t, −x).

    Keys are coordinates or fields, values ± a coordinate or ± a field; what is not named stays as it is.
    """

    images: tuple[tuple[sp.Symbol, sp.Expr], ...]
    name: str

    def __init__(self, images: Mapping[Any, Any], name: str = "") -> None:
        found: dict[sp.Symbol, sp.Expr] = {}
        for key, value in images.items():
            symbol, image = variable_of(key), variable_of(value)
            if not isinstance(symbol, sp.Symbol) or not isinstance(image, sp.Expr) or not _is_signed(image):
                raise DeclarationError(
                    f"Discrete: {key!r} ↦ {value!r}; expected ± a coordinate or a field, e.g. {{x: -x, u: -u}}"
                )
            if image != symbol:
                found[symbol] = image
        targets = [_split(image)[1] for image in found.values()]
        if not found or {*targets} != {*found} or len({*targets}) != len(targets):
            raise DeclarationError(
                f"Discrete: {', '.join(f'{s} ↦ {e}' for s, e in found.items()) or 'nothing'} is not an exchange of coordinates and fields up "
                "to signs; expected every variable as an image once"
            )
        object.__setattr__(self, "images", tuple(sorted(found.items(), key=lambda pair: pair[0].name)))
        object.__setattr__(self, "name", name)

    @property
    def label(self) -> str:
        """The given name, or the images as text."""
        return self.name or ", ".join(f"{s} ↦ {e}" for s, e in self.images)

    def image(self, space: JetSpace, symbol: sp.Symbol) -> tuple[int, sp.Symbol]:
        """(sign, symbol) that a coordinate, field or derivative becomes."""
        known = dict(self.images)
        found = space.index(symbol)
        if found is None:
            return _split(known.get(symbol, symbol))
        field, index = found
        sign, own = _split(known.get(space.fields[field].symbol, space.fields[field].symbol))
        raised = [0] * len(index)
        for coordinate, n in zip(space.coordinates, index, strict=True):
            turn, other = _split(known.get(coordinate, coordinate))
            raised[space.coordinates.index(other)] += n
            sign *= turn**n
        return sign, space.jet([f.symbol for f in space.fields].index(own), tuple(raised))

    def apply(self, expr: sp.Expr, space: JetSpace) -> sp.Expr:
        """A differential function with every variable replaced by its image."""
        images = {s: self.image(space, s) for s in symbols_of(expr) if s not in space.parameters}
        return substitute(expr, {s: sign * other for s, (sign, other) in images.items()})


def reflection(*variables: sp.Symbol | Field) -> Discrete:
    """All these coordinates and fields change sign at once: parity `reflection(x, u)`, time reversal `reflection(t)`."""
    symbols = [variable_of(v) for v in variables]
    return Discrete({s: -s for s in symbols}, name=f"reflection of {', '.join(map(str, symbols))}")


def exchange(*pairs: tuple[sp.Symbol | Field, sp.Symbol | Field]) -> Discrete:
    """The two of each pair change places: `exchange((x, y), (u, v))`."""
    both = [tuple(v.symbol if isinstance(v, Field) else v for v in pair) for pair in pairs]
    images = {a: b for pair in both for a, b in (pair, pair[::-1])}
    return Discrete(images, name="exchange of " + ", ".join(f"{a} and {b}" for a, b in both))


def check_mapping(move: Discrete, space: JetSpace) -> None:
    """Raise `DeclarationError` unless coordinates of `space` become coordinates, and fields fields of the same coordinates."""
    fields = {f.symbol: f for f in space.fields}
    for symbol, image in move.images:
        other = _split(image)[1]
        if not all(s in space.coordinates for s in (symbol, other)) and not all(s in fields for s in (symbol, other)):
            raise DeclarationError(
                f"discrete symmetry {move.label!r}: {symbol} ↦ {image}; expected a coordinate for a coordinate and a field for a field of "
                "this system"
            )
    turned = {s: _split(e)[1] for s, e in move.images}
    for symbol, field in fields.items():
        wanted = {turned.get(c, c) for c in field.arguments}
        if wanted != {*fields[turned.get(symbol, symbol)].arguments}:
            raise DeclarationError(
                f"discrete symmetry {move.label!r}: {symbol} and its image {turned.get(symbol, symbol)} depend on different coordinates"
            )


def discrete_residuals(
    move: Discrete, space: JetSpace, law: Sequence[sp.Expr], leading: Sequence[sp.Symbol] = ()
) -> tuple[sp.Expr, ...]:
    """The image of each equation where the equations hold; all zero exactly when the move is a symmetry."""
    leading = leading_of(space, law, leading)
    sides = solved(space, law, leading)
    return tuple(canonical(on_shell(sp.expand(move.apply(equation, space)), space, sides)) for equation in law)


def check_discrete(
    moves: Sequence[Discrete],
    space: JetSpace,
    law: Sequence[sp.Expr],
    leading: Sequence[sp.Symbol] = (),
    *,
    name: str = "the law",
) -> None:
    """Raise `NotASymmetry` for the first move that does not leave the law invariant, with what is left over."""
    for move in moves:
        for equation, left in zip(law, discrete_residuals(move, space, law, leading), strict=True):
            if left != 0:
                raise NotASymmetry(
                    f"{name} does not admit the discrete symmetry {move.label!r}: the image of {shortened(str(equation), SHOWN)} leaves "
                    f"{shortened(str(left), SHOWN)} instead of 0 where the equation holds; correct its signs or the equation"
                )


def _is_signed(expr: sp.Expr) -> bool:
    return isinstance(expr, sp.Symbol) or isinstance(-expr, sp.Symbol)


def _split(expr: sp.Expr) -> tuple[int, sp.Symbol]:
    return (1, expr) if isinstance(expr, sp.Symbol) else (-1, cast("sp.Symbol", -expr))
