"""Claim: a law is proved symmetric, its exports say the same thing, and it is judged by its terms."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import sympy as sp
from hypothesis import given
from hypothesis import strategies as st

from invarieq import Field, JetSpace, coordinates, galilean_boost, rotation, scaling, translation
from invarieq.errors import DeclarationError, ReadError
from invarieq.law import Coefficient, Law, certify, export, judge, latex, law_from_json, law_record
from invarieq.law.latex import escape, number
from invarieq.law.rounding import simplest_number

t, x = coordinates("t x")
u = Field("u", t, x)
c1, c2 = sp.symbols("c1 c2", real=True)
line = JetSpace((t, x), (u,))
KDV = Law(line, (u[t],), (-6 * u * u[x] + c1 * u[x, x, x],), (Coefficient(c1, -0.9998, 3e-4),), 0.01, 2)
BURGERS = Law(line, (u[t],), (c1 * u * u[x] + c2 * u[x, x],), (Coefficient(c1, -1.0, 1e-3), Coefficient(c2, 0.1, 1e-3)), 0.01, 2)
X, Y = Field("x", t), Field("y", t)
r = sp.sqrt(X**2 + Y**2)
KEPLER = Law(JetSpace((t,), (X, Y)), (X[t, t], Y[t, t]), (c1 * X / r**3, c1 * Y / r**3), (Coefficient(c1, -1.0, 1e-6),), 1e-6, 2)


def test_a_certificate_holds_for_all_values_of_the_coefficients() -> None:
    found = certify(KDV, [translation(t), translation(x), galilean_boost(t, x, u, rate=6), scaling({t: 3, x: 1, u: -2})])
    assert found.certified is True and found.method == "for all values of the coefficients"
    central = certify(KEPLER, [rotation(X, Y), scaling({t: 3, X: 2, Y: 2})])
    assert central.certified is True


def test_a_boost_that_fixes_a_fitted_coefficient_is_proved_for_the_fitted_value() -> None:
    found = certify(BURGERS, [galilean_boost(t, x, u)])
    assert found.certified is True and found.method == "for the fitted coefficients"


def test_a_wrong_symmetry_gets_no_certificate_but_its_residual() -> None:
    found = certify(KDV, [galilean_boost(t, x, u, rate=1)])
    assert found.certified is False
    assert any(left != 0 for _, rows in found.residuals for left in rows)


def test_the_json_of_a_law_reads_back_equal() -> None:
    for law in (KDV, BURGERS, KEPLER):
        record = law_record(law, certify(law, [translation(t)]))
        assert law_from_json(json.dumps(record)) == law
        assert record["certified"] is True
    with pytest.raises(ReadError, match="not a law"):
        law_from_json("{}")


def test_the_equation_is_text_that_vanishes() -> None:
    from invarieq.expressions import read_expression

    text = law_record(KDV)["equation"]
    assert sp.expand(read_expression(text, line.names) - KDV.equations()[0]) == 0


@pytest.mark.parametrize("law", [KDV, KEPLER], ids=["kdv", "kepler"])
def test_exported_programs_compute_the_law(law: Law, tmp_path: Path) -> None:
    names = sorted({s for side in law.right for s in side.free_symbols} - {c1}, key=str)  # type: ignore[arg-type]
    at = {s: sp.Float(0.3 + 0.2 * i) for i, s in enumerate(names)}
    expected = [float(side.xreplace(at)) for side in law.right_sides()]  # type: ignore[arg-type]
    (tmp_path / "law_numpy.py").write_text(export(law, "python"), encoding="utf-8")
    (tmp_path / "law_sympy.py").write_text(export(law, "sympy"), encoding="utf-8")
    arguments = {str(s): float(v) for s, v in at.items()}
    code = (
        "import json, sympy as sp, law_numpy, law_sympy\n"
        f"at = {arguments!r}\n"
        "values = [float(v) for v in law_numpy.right_side(**at)]\n"
        "left = [float(e.subs({s: at.get(s.name, 0.0) for s in e.free_symbols})) for e in law_sympy.equations]\n"
        "print(json.dumps([values, left]))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True)
    values, left = json.loads(done.stdout)
    assert values == pytest.approx(expected, rel=1e-12)
    assert left == pytest.approx([-v for v in expected], rel=1e-12)


def test_the_exported_program_of_an_ode_goes_into_an_integrator(tmp_path: Path) -> None:
    (tmp_path / "law.py").write_text(export(KEPLER, "python"), encoding="utf-8")
    code = (
        "import law, numpy as np\nfrom scipy.integrate import solve_ivp\n"
        "end = solve_ivp(law.rhs, (0, 2*np.pi), [1, 0, 0, 1], rtol=1e-10, atol=1e-12).y[:, -1]\nprint(*end)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert np.allclose([float(v) for v in done.stdout.split()], [1, 0, 0, 1], atol=1e-6)  # a circle closes after one period


def test_latex_shows_the_law_as_it_is_written() -> None:
    assert latex(KDV) == "{u}_{t} = - 6 \\, u {u}_{x} - 0.99980(30) \\, {u}_{x x x}"
    assert latex(BURGERS, "rounded") == "{u}_{t} = - u {u}_{x} + \\frac{1}{10} \\, {u}_{x x}"


def test_a_hostile_name_stays_text_in_latex() -> None:
    assert "\\input" not in escape("\\input{/etc/passwd}").replace("\\textbackslash{}input", "")


@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="pdflatex is not installed")
@pytest.mark.parametrize("law", [KDV, BURGERS, KEPLER])
def test_the_latex_document_compiles(law: Law, tmp_path: Path) -> None:
    (tmp_path / "law.tex").write_text(export(law, "latex", certify(law, [translation(t)])), encoding="utf-8")
    subprocess.run(
        ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "law.tex"], cwd=tmp_path, check=True, capture_output=True
    )
    assert (tmp_path / "law.pdf").stat().st_size > 1000


@given(st.floats(1e-8, 1e8), st.floats(1e-15, 1.0))
def test_a_rounded_constant_stays_within_its_uncertainty(value: float, relative: float) -> None:
    rounded = float(simplest_number(value, relative * value))
    assert abs(rounded - value) <= max(2 * relative, 1e-6) * value * (1 + 1e-9)


@given(st.floats(allow_nan=False, allow_infinity=False), st.floats(0, allow_infinity=False))
def test_every_number_can_be_written(value: float, error: float) -> None:
    assert number(value, error)


def test_simple_numbers_are_preferred() -> None:
    assert simplest_number(-0.9998, 3e-4) == -1
    assert simplest_number(0.3331, 5e-4) == sp.Rational(1, 3)
    assert simplest_number(0.1003, 4e-4) == sp.Rational(1, 10)
    assert simplest_number(2.9591e-4, 1e-9) == sp.Rational("0.00029591")


def test_a_law_is_judged_by_its_terms_and_coefficients() -> None:
    truth = judge(KDV, [u[t] + 6 * u * u[x] + u[x, x, x]], {})
    assert truth.recovered and truth.coefficient_error == pytest.approx(2e-4 / sp.sqrt(37).evalf(), rel=1e-6)
    assert truth.largest_error == pytest.approx(2e-4)
    assert not judge(KDV, [u[t] + 6 * u * u[x] + u[x, x, x] + u.symbol], {}).recovered
    assert not judge(KDV, [u[t] + 6 * u * u[x]], {}).recovered
    assert judge(KEPLER, [X[t, t] + X / (X**2 + Y**2) ** sp.Rational(3, 2), Y[t, t] + Y * r / (X**2 + Y**2) ** 2], {}).recovered
    assert not judge(KDV, [u[t, t] - u[x, x]], {}).recovered


def test_unknown_exports_are_named() -> None:
    with pytest.raises(DeclarationError, match="did you mean 'latex'"):
        export(KDV, "latx")
