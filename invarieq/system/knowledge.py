"""What a user knows of the law that is sought: terms with their numbers, and ranges of coefficients."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, cast

import sympy as sp

from invarieq.errors import DeclarationError
from invarieq.jets import Field, JetSpace, symbols_of

Known = tuple[tuple[sp.Expr, sp.Expr], ...]


@dataclass(frozen=True, slots=True)
class Bound:
    """low ≤ c ≤ high for the coefficient c of the monomial `term` in the equation of `field`; None: unbounded."""

    field: sp.Expr
    term: sp.Expr
    low: sp.Expr | None = None
    high: sp.Expr | None = None

    def allows(self, value: sp.Expr) -> bool:
        """Whether a coefficient may have this value."""
        return bool((self.low is None or self.low <= value) and (self.high is None or value <= self.high))

    def __str__(self) -> str:
        return f"({self.field}, {self.term}): ({self.low}, {self.high})"


def known_terms(given: Any) -> Known:
    """Known terms by field, or by the field's derivative in time, as sorted pairs. Raises `DeclarationError`."""
    pairs = given.items() if isinstance(given, Mapping) else given
    if not isinstance(pairs, Iterable) or not all(isinstance(p, Sequence) and len(p) == 2 for p in pairs):
        raise DeclarationError(f"terms.known is {given!r}; expected terms by field, e.g. known={{u: -6*u*u[x]}}")
    found = [(_expression(key, "terms.known"), _expression(value, "terms.known")) for key, value in pairs]
    return tuple(sorted(found, key=lambda p: str(p[0])))


def bounds_of(given: Any) -> tuple[Bound, ...]:
    """Ranges of coefficients by (field, monomial) as sorted bounds. Raises `DeclarationError`."""
    entries = [((b.field, b.term), (b.low, b.high)) if isinstance(b, Bound) else b for b in _pairs(given)]
    found = []
    for entry in entries:
        try:
            (field, term), (low, high) = entry
        except (TypeError, ValueError):
            raise DeclarationError(
                f"terms.bounds holds {entry!r}; expected (low, high) by field and term, e.g. bounds={{(u, u[x, x]): (0, None)}}"
            ) from None
        where = f"terms.bounds of {term} in {field}"
        bound = Bound(
            _expression(field, "terms.bounds"), _expression(term, "terms.bounds"), _end(low, where, -1), _end(high, where, 1)
        )
        if bound.low is None and bound.high is None:
            raise DeclarationError(f"{where} bounds nothing; give a low or a high end")
        if bound.low is not None and bound.high is not None and bound.low > bound.high:
            raise DeclarationError(f"{where} is from {bound.low} to {bound.high}, which is empty; expected low <= high")
        found.append(bound)
    return tuple(sorted(found, key=lambda b: (str(b.field), str(b.term))))


def check_knowledge(known: Known, bounds: Sequence[Bound], space: JetSpace, sought: Sequence[str]) -> None:
    """Raise `DeclarationError` for what does not belong to the jet space, is no sum of known multiples or no monomial, or contradicts."""
    fields = []
    for key, expr in known:
        fields.append(_field(key, space, "terms.known", sought))
        _check_symbols(expr, space, "terms.known")
        for term in sp.Add.make_args(sp.expand(expr)):
            number, rest = term.as_coeff_Mul()
            if not number.is_finite or not isinstance(number, sp.Rational | sp.Float) or number == 0 or _numbers(rest):
                raise DeclarationError(
                    f"terms.known holds {term}; expected products with a rational number or a decimal in front, e.g. -6*u*u_x"
                )
    if repeated := [f for n, f in enumerate(fields) if f in fields[:n]]:
        raise DeclarationError(f"terms.known names {repeated[0]} twice; write its terms as one sum")
    for number, bound in enumerate(bounds):
        _check_bound(bound, space, sought)
        if (bound.field, bound.term) in [(b.field, b.term) for b in bounds[:number]]:
            raise DeclarationError(f"terms.bounds holds {bound.term} in {bound.field} twice; drop one")
        for expr in (e for (_, e), f in zip(known, fields, strict=True) if f == str(bound.field)):
            told = sp.expand(expr).as_coefficients_dict()
            value = cast("sp.Expr", told[bound.term])
            if bound.term in told and not bound.allows(value):
                raise DeclarationError(
                    f"terms.known has {value}*{bound.term} in {bound.field}, which terms.bounds {bound} forbids"
                )


def spoken(known: Known, bounds: Sequence[Bound], speak: Any) -> dict[str, Any]:
    """Both with their expressions put into the symbols of a system by `speak`."""
    return {
        "known": tuple((speak(key), speak(expr)) for key, expr in known),
        "bounds": tuple(replace(b, field=speak(b.field), term=speak(b.term)) for b in bounds),
    }


def _check_bound(bound: Bound, space: JetSpace, sought: Sequence[str]) -> None:
    found = _field(bound.field, space, "terms.bounds", sought)
    if str(bound.field) != found:
        raise DeclarationError(f"terms.bounds names {bound.field}; expected the field itself, {found}")
    _check_symbols(bound.term, space, "terms.bounds")
    whole = sp.expand(bound.term)
    if whole == 0 or whole.is_Add or whole.as_coeff_Mul()[0] != 1 or _numbers(whole):
        raise DeclarationError(
            f"terms.bounds names the term {bound.term}, which is no monomial; expected a product without a number, e.g. u*u_x or 1"
        )


def _field(key: sp.Expr, space: JetSpace, where: str, sought: Sequence[str]) -> str:
    """The name of the field whose law, or derivative in time, is meant."""
    place = space.index(key) if isinstance(key, sp.Symbol) else None
    if place is None or any(place[1][1:]):
        names = ", ".join(f.name for f in space.fields)
        raise DeclarationError(f"{where} names {key}; expected a field or its derivative in {space.coordinates[0]}: {names}")
    name = space.fields[place[0]].name
    if sought and name not in sought:
        raise DeclarationError(f"{where} names {name}, whose law is not sought; add it to terms.sought")
    return name


def _check_symbols(expr: sp.Expr, space: JetSpace, where: str) -> None:
    for symbol in symbols_of(expr):
        if symbol not in space.coordinates and space.index(symbol) is None:
            raise DeclarationError(
                f"{where} holds {expr} with {symbol}; expected numbers, coordinates, fields and their derivatives"
            )


def _numbers(product: sp.Expr) -> bool:
    """Whether a number stands beside other factors."""
    return product != 1 and any(f.is_number for f in sp.Mul.make_args(product))


def _pairs(given: Any) -> list[Any]:
    if isinstance(given, Mapping):
        return list(given.items())
    if isinstance(given, str) or not isinstance(given, Iterable):
        raise DeclarationError(f"terms.bounds is {given!r}; expected bounds such as {{(u, u[x, x]): (0, None)}}")
    return list(given)


def _expression(value: Any, where: str) -> sp.Expr:
    if isinstance(value, Field):
        return value.symbol
    try:
        found = sp.sympify(value, strict=True)
    except sp.SympifyError:
        found = None
    if not isinstance(found, sp.Expr):
        raise DeclarationError(f"{where} holds {value!r}; expected fields and expressions, e.g. u or -6*u*u[x]")
    return found


def _end(value: Any, where: str, side: int) -> sp.Expr | None:
    """One end of a range; infinity on its own side is none."""
    if value is None:
        return None
    found = _expression(value, where)
    if found == side * sp.oo:
        return None
    if not (found.is_number and found.is_real and found.is_finite):
        raise DeclarationError(f"{where} ends at {value!r}; expected a real number, or None for unbounded")
    return found
