"""Which declared bounds a chosen law stands at, in sentences."""

from __future__ import annotations

from math import isfinite

from invarieq.engines.weak.select import Selection
from invarieq.engines.weak.sparse import right_sides
from invarieq.space.known import Range
from invarieq.space.library import Library

SAME = 1e-9


def at_their_bounds(library: Library, selection: Selection) -> tuple[str, ...]:
    """A sentence for each bound that holds the chosen law back: "c2 stands at its bound 0.5"."""
    fit, found = selection.chosen, []
    _, symbols = right_sides(library, fit)
    place = {k: n for n, k in enumerate(fit.support)}
    for number, entry in enumerate(library.ranges):
        present = [(place[k], w) for k, w in entry.weights if k in place]
        value = entry.offset + sum(w * float(fit.coefficients[n]) for n, w in present)
        end = _end(entry, value)
        if number in selection.pressed:
            found.append(f"{entry.term} is left out of {entry.leading}: its coefficient stands at its bound {entry.offset:g}")
        elif present and end is not None:
            alone = len(present) == 1 and entry.offset == 0 and present[0][1] == 1
            what = str(symbols[present[0][0]]) if alone else f"the coefficient of {entry}"
            found.append(f"{what} stands at its bound {end:g}")
    return tuple(found)


def _end(entry: Range, value: float) -> float | None:
    """The end of a range at which a value stands."""
    near = (end for end in (entry.low, entry.high) if isfinite(end) and abs(value - end) <= SAME * abs(end))
    return next(near, None)
