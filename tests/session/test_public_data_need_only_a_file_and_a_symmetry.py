"""Claim: from a data file's name and a TOML system without a law the exact law comes out, with errors below PDE-FIND's.

The fields are closed-form solutions of the equations behind the public data sets, laid out as those files are. Bounds:
Table I of Rudy et al., Science Advances 3 (2017) e1602614 (mean error clean, and with 1 % noise).
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import scipy.io
import sympy as sp

from invarieq.expressions import read_expression
from invarieq.progress import Silent
from invarieq.session import Settings
from invarieq.session.stages import discover

TRANSLATIONS = '[[symmetry]]\nt = "1"\n[[symmetry]]\nx = "1"\n'
PHASE = '[[symmetry]]\nu = "-v"\nv = "u"\n'
LAWS = {
    "kdv": ["u_t + 6*u*u_x + u_xxx"],
    "nls": ["u_t + v_xx/2 + u**2*v + v**3", "v_t - u_xx/2 - u**3 - u*v**2"],
    "oscillator": ["u_t + v_xx/2 - x**2*v/2", "v_t - u_xx/2 + x**2*u/2"],
}
SYMMETRY = {
    "kdv": TRANSLATIONS + '[[symmetry]]\nx = "6*t"\nu = "1"\n',
    "nls": TRANSLATIONS + PHASE + '[[symmetry]]\nx = "t"\nu = "-x*v"\nv = "x*u"\n',
    "oscillator": '[[symmetry]]\nt = "1"\n' + PHASE,
}
PUBLISHED = {"kdv": (0.01, 0.07), "nls": (0.0005, 0.03), "oscillator": (0.0025, 0.1)}


def two_solitons(x: np.ndarray, t: np.ndarray) -> np.ndarray:
    """Hirota's 2 ∂_x² ln(1 + e^a + e^b + A e^(a+b)) with wave numbers 1.1 and 0.7."""
    e, places, times = sp.exp, *sp.symbols("x t")
    k, q = sp.Rational(11, 10), sp.Rational(7, 10)
    a, b = k * (places + 8) - k**3 * times, q * (places + 1) - q**3 * times
    tau = 1 + e(a) + e(b) + ((k - q) / (k + q)) ** 2 * e(a + b)
    first = sp.diff(tau, places)
    expression = 2 * (sp.diff(first, places) * tau - first**2) / tau**2
    from invarieq.expressions import evaluate

    return np.asarray(evaluate(expression, {places: x, times: t}), dtype=float)


def breather(x: np.ndarray, t: np.ndarray) -> np.ndarray:
    """The solution of i ψ_t + ψ_xx/2 + |ψ|²ψ = 0 that begins as 2 sech x (Satsuma & Yajima 1974)."""
    top = 4 * np.exp(0.5j * t) * (np.cosh(3 * x) + 3 * np.exp(4j * t) * np.cosh(x))
    return top / (np.cosh(4 * x) + 4 * np.cosh(2 * x) + 3 * np.cos(4 * t))


def packets(x: np.ndarray, t: np.ndarray) -> np.ndarray:
    """Two coherent states of i ψ_t + ψ_xx/2 − x²ψ/2 = 0."""

    def packet(c: np.ndarray, p: np.ndarray) -> np.ndarray:
        return np.exp(-((x - c) ** 2) / 2 + 1j * p * x - 0.5j * t - 0.5j * c * p)

    return packet(np.cos(t), -np.sin(t)) + packet(2 * np.sin(t), 2 * np.cos(t)) / 2


def publish(name: str, folder: Path) -> None:
    """The file as a stranger would have saved it: other names, other axis orders, other things beside."""
    if name == "kdv":
        x, t = np.linspace(-30, 30, 257)[:-1], np.linspace(0, 12, 121)
        scipy.io.savemat(folder / "kdv.mat", {"usol": two_solitons(x[:, None], t), "x": x[None], "tt": t[:, None]})
    elif name == "nls":
        x, t = np.linspace(-8, 8, 257)[:-1], np.linspace(0, np.pi, 251)
        scipy.io.savemat(folder / "nls.mat", {"usol": breather(x, t[:, None]), "x": x, "t": t, "dt": t[1]})
    else:
        x, t = np.linspace(-7.5, 7.5, 257)[:-1], np.linspace(0, 6, 201)
        scipy.io.savemat(folder / "oscillator.mat", {"psi": packets(x[:, None], t), "V": x**2 / 2, "x": x[:, None], "time": t})


def terms(text: str) -> dict[sp.Expr, float]:
    names = {n: sp.Symbol(n) for n in ("x", *(f + d for f in "uv" for d in ("", "_t", "_x", "_xx", "_xxx")))}
    pairs = [a.as_coeff_Mul() for a in sp.Add.make_args(sp.expand(read_expression(text, names)))]
    return {rest: float(c) for c, rest in pairs}


def errors(found: list[str], law: list[str]) -> list[float]:
    """Relative errors of the coefficients; the terms must be exactly the true ones."""
    result = []
    for got, true in zip(map(terms, found), map(terms, law), strict=True):
        assert got.keys() == true.keys()
        result += [abs(got[k] / c - 1) for k, c in true.items()]
    return result


def search(name: str, folder: Path, declared: str, **choices: Any) -> dict[str, Any]:
    fields = 'u = ["x", "t"]' if name == "kdv" else 'u = ["x", "t"], v = ["x", "t"]'
    file = next(folder.glob(f"{name}.*")).name
    text = f'name = "{name}"\ncoordinates = ["x", "t"]\nfields = {{ {fields} }}\ndata = "{file}"\n' + declared
    (folder / "system.toml").write_text(text)
    return discover(Settings(str(folder / "system.toml"), **choices), folder / "run", Silent())


@pytest.mark.slow
@pytest.mark.parametrize("noise", [0.0, 0.01])
@pytest.mark.parametrize("name", LAWS)
def test_the_law_comes_out_of_the_file(tmp_path: Path, name: str, noise: float) -> None:
    publish(name, tmp_path)
    best = search(name, tmp_path, SYMMETRY[name], noise=noise, seed=1)["best"]
    assert np.mean(errors(best["equations"], LAWS[name])) < PUBLISHED[name][noise > 0]
    assert best["certified"] is True


@pytest.mark.slow
@pytest.mark.parametrize("name", ["kdv", "oscillator"])
def test_it_also_comes_out_without_the_symmetry(tmp_path: Path, name: str) -> None:
    publish(name, tmp_path)
    best = search(name, tmp_path, SYMMETRY[name], noise=0.01, symmetry=False)["best"]
    assert np.mean(errors(best["equations"], LAWS[name])) < PUBLISHED[name][1]


def test_a_user_who_knows_no_symmetry_gets_an_answer(tmp_path: Path) -> None:
    publish("kdv", tmp_path)
    answer = search("kdv", tmp_path, "", noise=0.01)
    assert np.mean(errors(answer["best"]["equations"], LAWS["kdv"])) < PUBLISHED["kdv"][1]
    assert answer["search_space"]["restricted"] == answer["search_space"]["unrestricted"]
