"""Claim: data of an equation of second order in time are not explained away by a long law of first order.

On one record of a wave a long equation u_t = … holds approximately; the short one for u_tt is the law.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from invarieq.progress import Silent
from invarieq.session import Settings
from invarieq.session.stages import discover

WAVE = """
name = "wave"
coordinates = ["x", "t"]
fields = { u = ["x", "t"] }
equations = ["EQUATION"]
[[symmetry]]
t = "1"
[[symmetry]]
x = "1"
MORE
[simulation]
periodic = ["x"]
grid = { t = [0, 4, 121], x = [-10, 10, 192] }
start = { u = "exp(-x**2)", u_t = "-x*exp(-x**2)" }
"""
BOOST = '[[symmetry]]\nt = "x"\nx = "t"\n'


def run(folder: Path, equation: str, more: str = "", **choices: Any) -> dict[str, Any]:
    (folder / "wave.toml").write_text(WAVE.replace("EQUATION", equation).replace("MORE", more))
    return discover(Settings(str(folder / "wave.toml"), **choices), folder / "run", Silent())


@pytest.mark.parametrize("noise", [0.0, 0.01, 0.05])
def test_the_wave_equation(tmp_path: Path, noise: float) -> None:
    answer = run(tmp_path, "u_tt - 4*u_xx", noise=noise)
    assert answer["best"]["leading"] == ["u_tt"]
    assert answer["truth"]["recovered"] and answer["truth"]["coefficient_error"] < 0.005


def test_the_telegraph_equation(tmp_path: Path) -> None:
    answer = run(tmp_path, "u_tt + u_t/2 - u_xx", noise=0.01)
    assert answer["truth"]["recovered"] and answer["truth"]["coefficient_error"] < 0.005


@pytest.mark.parametrize("noise", [0.0, 0.02])
def test_a_boost_is_not_contradicted_by_an_imitation(tmp_path: Path, noise: float) -> None:
    """No law of first order admits the Lorentz boost; that long ones without it imitate the data says nothing against it."""
    answer = run(tmp_path, "u_tt - u_xx + u + u**3", BOOST, noise=noise)
    assert answer["truth"]["recovered"] and answer["best"]["certified"]
