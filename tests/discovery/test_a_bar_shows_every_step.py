"""Claim: progress=True shows every step on one line each, with a bar where the step says how far it is."""

from __future__ import annotations

import io

import numpy as np
import pytest

import invarieq
from invarieq.progress import Bar, listening


def test_a_bar_is_written_over() -> None:
    stream = io.StringIO()
    bar = Bar(stream)
    bar.step("data")
    bar.advance(0.5)
    bar.step("laws")
    assert stream.getvalue() == f"\rdata\rdata  50 %|{'█' * 10}{' ' * 10}|\n\rlaws"


def test_true_stands_for_a_bar_on_standard_error(capsys: pytest.CaptureFixture[str]) -> None:
    t = np.linspace(0, 10, 100)
    invarieq.discover(data={"t": t, "x": np.exp(-0.5 * t)}, progress=True)
    told = capsys.readouterr().err
    for step in ("data", "laws of first order in time", "certificates"):
        assert step in told
    assert "100 %" not in told or "█" in told


def test_nothing_is_said_unless_asked(capsys: pytest.CaptureFixture[str]) -> None:
    t = np.linspace(0, 10, 100)
    invarieq.discover(data={"t": t, "x": np.exp(-0.5 * t)})
    assert capsys.readouterr() == ("", "")


def test_what_is_no_listener_is_refused() -> None:
    with pytest.raises(invarieq.InvarieqError, match="expected a function of"):
        listening(3)  # type: ignore[arg-type]
