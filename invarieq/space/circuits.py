"""Further vectors of a restricted library that are as short as those of its basis.

A null space has many bases of equally short vectors: with SI(∂_S − ∂_R) and SI(∂_E − ∂_R) also SI(∂_S − ∂_E). A law that is
short in one of them is long in the others, so a sparse search is offered all that two basis vectors make by the
elimination of a shared entry (circuits of the matroid of columns).

Source: Oxley, Matroid Theory, 2nd ed. 2011, sec. 1.1.
"""

from __future__ import annotations

import itertools
from dataclasses import replace
from fractions import Fraction

import sympy as sp

from invarieq.space.library import Library, WeakForm
from invarieq.space.parts import Atom

MOST = 120  # basis vectors beyond which no pairs are formed
Entries = dict[tuple[int, Atom], Fraction]


def with_circuits(library: Library) -> Library:
    """The library of an ODE's system with the short combinations of pairs of its terms appended, counted in `dependent`."""
    if len(library.space.coordinates) > 1 or len(library.leading) < 2 or len(library.terms) > MOST:
        return library
    entries = [_entries(term) for term in library.weak_terms]
    known = {_shape(e) for e in entries}
    terms, weak = list(library.terms), list(library.weak_terms)
    for (i, first), (j, second) in itertools.combinations(enumerate(entries), 2):
        for shared in sorted(first.keys() & second.keys(), key=str):
            a, b = second[shared], -first[shared]
            mixed = {k: a * first.get(k, Fraction(0)) + b * second.get(k, Fraction(0)) for k in {**first, **second}}
            mixed = {k: c for k, c in mixed.items() if c}
            if not mixed or len(mixed) > max(len(first), len(second)) or _shape(mixed) in known:
                continue
            known.add(_shape(mixed))
            ra, rb = sp.Rational(a.numerator, a.denominator), sp.Rational(b.numerator, b.denominator)
            scale = next(iter(mixed.values()))
            unit = sp.Rational(scale.denominator, scale.numerator)
            sides = zip(library.terms[i], library.terms[j], strict=True)
            terms.append(tuple(sp.expand(unit * (ra * x + rb * y)) for x, y in sides))
            weak.append(_forms({k: c / scale for k, c in mixed.items()}, len(library.leading)))
    return replace(library, terms=tuple(terms), weak_terms=tuple(weak), dependent=len(terms) - len(library.terms))


def _entries(term: tuple[WeakForm, ...]) -> Entries:
    return {(a, atom): c for a, form in enumerate(term) for atom, c in form}


def _shape(entries: Entries) -> frozenset[tuple[tuple[int, Atom], Fraction]]:
    """The vector up to a factor."""
    scale = entries[min(entries, key=str)]
    return frozenset((k, c / scale) for k, c in entries.items())


def _forms(entries: Entries, equations: int) -> tuple[WeakForm, ...]:
    return tuple(tuple((atom, c) for (b, atom), c in entries.items() if a == b) for a in range(equations))
