"""Claim: a discovery predicts, draws, exports and shows its law, in a REPL and in a notebook."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from swings import SYSTEM, data, x, y

import invarieq
from invarieq.discovery.discover import discover
from invarieq.discovery.discovery import Discovery
from invarieq.errors import DeclarationError, SimulationError
from invarieq.law import Law

t = SYSTEM.coordinates[0]


@pytest.fixture(scope="module")
def found() -> Discovery:
    return discover(SYSTEM, data())


def test_a_prediction_from_another_start_is_the_closed_form_solution(found: Discovery) -> None:
    """x' = −x/10 − y, y' = x − y/10: a spiral."""
    times = np.linspace(0, 12, 61)
    predicted = found.predict({"x": 0.7, "y": -1.2}, times)
    spiral = (0.7 - 1.2j) * np.exp((-0.1 + 1j) * times)
    assert list(predicted.data_vars) == ["x", "y"]
    np.testing.assert_array_equal(predicted.t.values, times)
    np.testing.assert_allclose(predicted.x.values, spiral.real, atol=1e-6)
    np.testing.assert_allclose(predicted.y.values, spiral.imag, atol=1e-6)


@pytest.mark.parametrize(
    ("start", "message"),
    [
        ({"x": 1}, "start has no 'y'; expected x, y"),
        ({"x": 1, "y": 2, "z": 3}, "start names 'z'.*expected x, y"),
        ({"x": "one", "y": 2}, "start 'x' does not fit"),
        ({"x": [1, 2], "y": 2}, "start 'x' does not fit"),
        ({"x": float("nan"), "y": 2}, "start 'x' holds NaN or infinite values"),
        ([1, 2], "expected numbers by name of the field"),
        (None, "expected numbers by name of the field"),
    ],
)
def test_a_wrong_start_is_one_clear_error(found: Discovery, start: Any, message: str) -> None:
    with pytest.raises(DeclarationError, match=message):
        found.predict(start, [0, 1])


@pytest.mark.parametrize("times", [[0], [1, 0], [[0, 1]], [0, float("nan")], [0, float("inf")], "soon", None])
def test_wrong_times_are_one_clear_error(found: Discovery, times: Any) -> None:
    with pytest.raises(DeclarationError, match="expected two or more finite numbers in rising order"):
        found.predict({"x": 1, "y": 0}, times)


def test_dates_are_no_times_of_a_clock_that_counts_numbers(found: Discovery) -> None:
    """They were read as nanoseconds or seconds since 1970."""
    days = np.array(["2024-01-01", "2024-01-02"], dtype="datetime64[s]")
    for times in (days, days - days[0]):
        with pytest.raises(DeclarationError, match="expected two or more finite numbers in rising order"):
            found.predict({"x": 1, "y": 0}, times)


def test_a_field_on_an_interval_is_not_moved_without_its_ends() -> None:
    times, places = np.linspace(0, 1, 60), np.linspace(0.3, 2.1, 50)
    modes = (np.exp(-k * k * times)[:, None] * np.sin(k * places) / k for k in (1, 2))
    heat = discover(data={"t": times, "x": places, "u": sum(modes)})
    with pytest.raises(SimulationError, match="a field on an interval moves only beside data that say what happens at its ends"):
        heat.predict({"u": np.sin(places)}, [0, 0.1])


def test_a_kind_that_is_not_known_is_not_taken_for_the_rounded_law(found: Discovery) -> None:
    wrong: Any = "ronded"
    for asked in (found.to_sympy, found.residuals, lambda kind: found.predict({"x": 1, "y": 0}, [0, 1], kind=kind)):
        with pytest.raises(DeclarationError, match="kind 'ronded': expected one of fitted, rounded, symbolic"):
            asked(wrong)


def test_residuals_are_those_of_every_record_and_small(found: Discovery) -> None:
    maps = found.residuals()
    assert len(maps) == 2
    assert all(len(m.values) == 2 and max(m.rms()) < 1e-6 for m in maps)


def test_the_plot_is_a_figure_that_can_be_saved(found: Discovery, tmp_path: Path) -> None:
    figure = pytest.importorskip("matplotlib.figure")
    drawn = found.plot()
    assert isinstance(drawn, figure.Figure)
    assert drawn.get_axes()
    drawn.savefig(tmp_path / "law.svg")
    assert (tmp_path / "law.svg").read_text().count("<svg") == 1


def test_the_exported_program_computes_the_law(found: Discovery, tmp_path: Path) -> None:
    program = found.to_python() + "\n\nprint(*map(float, rhs(0.0, [0.5, -2.0])))\n"
    (tmp_path / "law.py").write_text(program, encoding="utf-8")
    done = subprocess.run([sys.executable, "-W", "error", str(tmp_path / "law.py")], capture_output=True, text=True, check=True)
    assert [float(v) for v in done.stdout.split()] == pytest.approx([-0.05 + 2.0, 0.5 + 0.2], abs=1e-6)


def test_sympy_and_latex_say_the_law(found: Discovery) -> None:
    first, second = found.to_sympy()
    assert first == x[t] + x.symbol / 10 + y.symbol
    assert second == y[t] - x.symbol + y.symbol / 10
    symbolic = found.to_sympy("symbolic")
    assert {str(s) for e in symbolic for s in e.free_symbols} == {"x", "y", "x_t", "y_t", "c1", "c2"}
    shown = found.to_latex()
    assert "{x}_{t}" in shown and "{y}_{t}" in shown and "0.1" in shown


def test_what_is_shown_says_law_uncertainty_and_verdict(found: Discovery) -> None:
    bundle = found._repr_mimebundle_()  # pyright: ignore[reportPrivateUsage]
    plain, page = repr(found), bundle["text/html"]
    assert page == found._repr_html_()  # pyright: ignore[reportPrivateUsage]
    for text in (plain, page):
        assert "explained" in text
        assert "respects the symmetry (proved)" in text
        assert "standard error" in text
        assert "-1/10" in text
    assert "Discovery of swing" in plain and "x_t = " in plain and "4 candidates with the symmetry, 20 without" in plain
    assert "{x}_{t}" in page and "<table>" in page
    assert bundle == {"text/plain": plain, "text/html": page, "text/latex": f"$\\displaystyle {found.to_latex()}$"}


def test_the_front_goes_from_simple_to_complex(found: Discovery) -> None:
    sizes = [f.law.complexity for f in found.front]
    assert sizes == sorted(sizes)
    assert found.best in found.front and found.law == found.best.law


def test_an_implicit_law_is_shown_as_what_vanishes() -> None:
    t = np.linspace(0, 10, 100)
    found = invarieq.discover(data={"t": t, "x": np.exp(-0.5 * t)})
    law = found.law
    implicit = Law.implicit(law.space, law.equations("symbolic"), coefficients=law.coefficients, score=0.0, complexity=1)
    shown = replace(found, answer=replace(found.answer, laws=(replace(found.best, law=implicit),)))
    assert "\n  0 = " in repr(shown)
    assert "= 0" in shown._repr_html_()  # pyright: ignore[reportPrivateUsage]
