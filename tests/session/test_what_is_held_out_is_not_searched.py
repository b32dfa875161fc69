"""Claim: held-out data are the last records or the last part of the time, the search does not see them, and it is said which."""

from __future__ import annotations

import numpy as np
import pytest
import sympy as sp
import xarray as xr

from invarieq import Field, coordinates
from invarieq.data import Dataset
from invarieq.data.records import prepare
from invarieq.errors import DataError, DeclarationError
from invarieq.forecast.comparison import compare_with
from invarieq.forecast.hold_out import HELD, MOST, USED, how_held, searched_part, trials
from invarieq.jets import JetSpace
from invarieq.law import Coefficient, Law
from invarieq.session import Settings

(t,) = coordinates("t")
q, p = Field("q", t), Field("p", t)
SPACE = JetSpace((t,), (q, p))
w = sp.Symbol("w", real=True)
ROTATION = Law(SPACE, (q[t], p[t]), (w * p.symbol, -w * q.symbol), (Coefficient(w, 1.00001, 1e-4),), 0.0, 2)


def records(count: int, samples: int = 200) -> Dataset:
    times = np.linspace(0, 10, samples)
    made = [
        xr.Dataset({"q": ("t", r * np.cos(times)), "p": ("t", -r * np.sin(times))}, coords={"t": times})
        for r in np.linspace(1, 2, count)
    ]
    return Dataset(tuple(made), frozenset(), "circles")


def test_of_few_records_the_end_is_held_out() -> None:
    data = records(2)
    kept = searched_part(data, 0.25)
    assert [float(s.t[-1]) for s in kept.segments] == pytest.approx([7.5, 7.5], abs=0.05)
    found = trials(prepare(data, SPACE), 0.25)
    assert [r.role for r in found] == [USED, USED, HELD, HELD]
    assert [r.piece.grids[0][r.border] > 7.5 for r in found] == [False, False, True, True]
    assert found[0].piece.grids[0][-1] <= 7.5
    assert how_held(data, 0.25) == "the last 25 % of the time of each record was held out of the search"


def test_of_many_records_whole_ones_are_held_out() -> None:
    data = records(10)
    assert len(searched_part(data, 0.2).segments) == 8
    found = trials(prepare(data, SPACE), 0.2)
    assert [r.piece.record for r in found if r.role == HELD] == [8, 9]
    assert len([r for r in found if r.role == USED]) == MOST
    assert how_held(data, 0.2) == "the last 2 of 10 records were held out of the search"


def test_without_a_share_the_data_are_those_of_the_search_and_it_is_said() -> None:
    data = records(3)
    assert searched_part(data, 0.0) is data
    assert {r.role for r in trials(prepare(data, SPACE), 0.0)} == {USED}
    assert "nothing was held out" in how_held(data, 0.0)


def test_a_law_is_examined_on_both_parts_with_fitted_and_rounded_coefficients() -> None:
    data = records(2)
    found = compare_with(ROTATION, trials(prepare(data, SPACE), 0.25), held=how_held(data, 0.25))
    assert [r.role for r in found.fitted] == [USED, USED, HELD, HELD]
    assert all(r.lasts and r.blow_up is None for r in (*found.fitted, *found.rounded))
    fitted, rounded = ([r.error for r in rows if r.error is not None] for rows in (found.fitted, found.rounded))
    assert len(fitted) == len(rounded) == 4
    assert max(rounded) < max(fitted) < 1e-3
    assert all(len(r.times) == len(r.errors) <= 50 for r in found.fitted)
    assert found.residual == pytest.approx([1e-5, 1e-5], rel=0.2)


def test_a_gap_at_the_border_moves_no_sample_to_the_search() -> None:
    (segment,) = records(1).segments
    values = segment.q.values.copy()
    values[140:165] = np.nan
    data = Dataset((segment.assign(q=("t", values)),), frozenset(), "interrupted")
    found = trials(prepare(data, SPACE), 0.25)
    assert [(r.role, r.border) for r in found] == [(USED, 0), (HELD, 0)]
    assert found[1].piece.grids[0][0] > 7.5


def test_too_large_a_share_is_refused() -> None:
    with pytest.raises(DataError, match=r"holding back 80 % leaves 4 of 20 samples along t .*--hold-out"):
        searched_part(records(1, samples=20), 0.8)
    with pytest.raises(DeclarationError, match=r"expected a share of the data from 0 to 0\.8"):
        Settings("kdv", hold_out=0.95)
