"""Where test functions stand and how wide they are, chosen from the data."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.ndimage import minimum_filter1d

from invarieq.data.clean.denoise import choose_smoother
from invarieq.data.clean.gaps import Mask
from invarieq.data.records import Segment, steps_of
from invarieq.data.weak import TestFunctions, test_functions
from invarieq.engines.weak.moments import derivative_orders
from invarieq.space.library import Library

# Half-widths of test functions in units of the window that suits noise of NOMINAL: measured on KdV, Kuramoto–Sivashinsky,
# Burgers and heat at 0–10 % noise, coefficient errors are flat between 1.2 and 1.7 and grow on both sides.
# A trajectory has one direction only to learn from, and keeps more with narrower test functions.
WIDTH = 1.4
TRAJECTORY_WIDTH = 0.8
NOMINAL = 0.03
FEW_KEPT = 0.25  # share of test functions clear of gaps below which narrower ones are tried


def tests_for(pieces: Sequence[Segment], library: Library) -> tuple[TestFunctions, ...]:
    """Test functions a segment: half-widths follow the scale on which the fields vary; none touches a gap.

    Where gaps would leave fewer than `FEW_KEPT` of them, they are made narrower, as far as derivatives allow.
    """
    orders = derivative_orders(library)
    result = []
    for piece in pieces:
        windows = [
            choose_smoother(
                v, steps_of(piece.grids), piece.periodic, max(n, NOMINAL * float(np.std(v))), known=piece.known
            ).windows
            for v, n in zip(piece.values, piece.noise, strict=True)
        ]
        half = [
            _half_width(min(w[d] for w in windows), len(g), periodic=piece.periodic[d], order=orders[d], alone=len(orders) == 1)
            for d, g in enumerate(piece.grids)
        ]
        tests = test_functions(piece.grids, piece.periodic, half, orders)
        result.append(tests if piece.known is None else _clear_of_gaps(piece, library, tests, half))
    return tuple(result)


def _clear_of_gaps(piece: Segment, library: Library, tests: TestFunctions, half: list[int]) -> TestFunctions:
    """The test functions that see measured samples only, also through the filters of products with derivatives."""
    orders = derivative_orders(library)
    missing = ~known_through_filters(piece, library)
    found = tests.apart_from(missing)
    while found.count < FEW_KEPT * np.prod(found.shape):
        half = [max(n + 3, round(0.8 * m)) for m, n in zip(half, orders, strict=True)]
        narrower = test_functions(piece.grids, piece.periodic, half, orders).apart_from(missing)
        if narrower.shape == found.shape:
            break
        found = narrower
    return found


def known_through_filters(piece: Segment, library: Library) -> Mask:
    """Where every factor of the library's terms comes from measured samples only (all True without gaps)."""
    if piece.known is None:
        return np.ones(piece.values[0].shape, dtype=bool)
    known = piece.known
    if _filters(library):
        for d, wraps in enumerate(piece.periodic):
            window = max(max(s.windows[d], 9) for s in piece.smoothers)
            known = minimum_filter1d(known.astype(np.uint8), window, axis=d, mode="wrap" if wraps else "nearest").astype(bool)
    return known


def _filters(library: Library) -> bool:
    """Whether a factor of a term is a derivative or a function, which are taken of smoothed values."""
    forms = [*library.weak_leading, *library.weak_fixed, *(f for term in library.weak_terms for f in term)]
    plain = {*library.space.coordinates, *(f.symbol for f in library.space.fields)}
    return any(symbol not in plain for form in forms for atom, _ in form for symbol, _ in atom.monomial)


def _half_width(window: int, points: int, *, periodic: bool, order: int, alone: bool) -> int:
    """Width × window, at least what sums need to be as good as integrals, else a part of the grid.

    The part is a third where the grid is periodic, a fifth elsewhere, a sixth for trajectories, which have no other direction
    to learn from (with a fifth, 21 yearly counts of two species give no more than 13 overlapping weak equations).
    """
    needed = min(order + (2 if alone else 3), (points - 1) // 2)
    largest = max(needed, (points - 1) // (6 if alone else 3 if periodic else 5))
    return int(min(max(round((TRAJECTORY_WIDTH if alone else WIDTH) * window), needed), largest))
