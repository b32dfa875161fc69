"""Claim: LaTeX of a law shows signs, errors and derivatives as on paper, compiles with amsmath alone, and runs no command."""

from __future__ import annotations

import html
import re
import shutil
import subprocess
from pathlib import Path

import pytest
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st
from law_cases import KDV, LAWS, TIED, c1, c2, c3, law, line, t, u, x

from invarieq import Field, JetSpace, scaling, translation
from invarieq.law import Certificate, Law, certify, latex, latex_document, show
from invarieq.law.latex import escape, number, symbol

NUMBERS = {
    (5.9987, 0.0012): "5.9987(12)",
    (-1.5, None): "-1.5",
    (0.1, 0.003): "0.1000(30)",
    (1234.0, 25.0): "1234(25)",
    (12345.0, 250.0): r"1.234(25) \cdot 10^{4}",
    (2.9591221e-4, 1e-10): "0.00029591221(10)",
    (3.2e-7, 1.1e-8): r"3.20(11) \cdot 10^{-7}",
    (0.001, 0.004): "0.0010(40)",
    (0.0, 0.02): "0.000(20)",
    (1.0, 0.0996): "1.00(10)",
    (1.0, 0.0): "1",
    (1e100, None): r"1 \cdot 10^{100}",
    (float("inf"), None): r"\infty",
    (999999.7, None): r"1 \cdot 10^{6}",
}


@pytest.mark.parametrize(("pair", "shown"), NUMBERS.items())
def test_a_number_shows_its_error_in_its_last_digits(pair: tuple[float, float | None], shown: str) -> None:
    assert number(*pair) == shown


SHOWN = re.compile(r"(-?[0-9.]+)(?:\((\d+)\))?(?: \\cdot 10\^\{(-?\d+)\})?")


@given(st.floats(-1e9, 1e9), st.floats(1e-6, 1e9))
def test_what_is_shown_is_within_a_digit_of_what_was_meant(value: float, error: float) -> None:
    match = SHOWN.fullmatch(number(value, error))
    assert match
    digits, spread, power = match.groups()
    scale = 10.0 ** int(power or 0)
    assert abs(float(digits) * scale - value) <= 0.051 * error + 1e-9 * abs(value)
    if spread is not None:
        last = 10.0 ** -len(digits.partition(".")[2]) * scale
        assert int(spread) * last == pytest.approx(error, rel=0.051)


def test_derivatives_are_subscripts_and_signs_stand_outside() -> None:
    assert latex(KDV) == r"{u}_{t} = - 5.9987(12) \, u {u}_{x} - 1.00030(40) \, {u}_{x x x}"
    assert latex(KDV, "rounded") == r"{u}_{t} = - 6 \, u {u}_{x} - {u}_{x x x}"
    assert latex(law(line, {u[t]: sp.S.Zero})) == "{u}_{t} = 0"
    assert latex(law(line, {u[t]: sp.Integer(1)})) == "{u}_{t} = 1"


def test_a_system_is_one_aligned_block() -> None:
    text = latex(TIED)
    assert text.startswith("\\begin{aligned}\n{u}_{t} &= ") and text.endswith("\n\\end{aligned}")
    assert text.count(r"\\") == 1
    assert "- 0.980(30) \\, u v^{2}" in text and "+ 0.980(30) \\, v^{3}" in text


def test_a_product_of_constants_and_a_power_of_one_are_told_apart() -> None:
    both = law(line, {u[t]: c1 * c2 * u[x] + c3**2 * u.symbol}, c1=(-2.0, 0.1), c2=(3.0, 0.1), c3=(-5.0, 0.1))
    assert latex(both) == r"{u}_{t} = + 25 \, u - 2.00(10) \cdot 3.00(10) \, {u}_{x}".replace("= + ", "= ")


def test_numbers_that_are_no_simple_fraction_are_rounded_to_decimals() -> None:
    shown = latex(law(line, {u[t]: c1 * u[x]}, c1=(2.9591e-7, 1e-12)), "rounded")
    assert shown == r"{u}_{t} = 2.9591 \cdot 10^{-7} \, {u}_{x}"


HOSTILE = [
    r"\input{/etc/passwd}",
    r"\write18{id}",
    "a_b",
    "$x$",
    "100%",
    "{",
    "}}",
    "^^5cinput",
    "\\",
    "~#&",
    "é\n\n",
    r"\1",
    "_2",
]


@pytest.mark.parametrize("name", HOSTILE)
def test_names_hold_no_command(name: str) -> None:
    for text in (symbol(name), escape(name)):
        commands = re.findall(r"\\[a-zA-Z]+", text)
        assert set(commands) <= {"\\mathrm", "\\textbackslash", "\\textasciitilde", "\\textasciicircum"}
        assert text.replace(r"\{", "").replace(r"\}", "").count("{") == text.replace(r"\{", "").replace(r"\}", "").count("}")
        assert "^^" not in text


@settings(deadline=None)
@given(st.text(max_size=30))
def test_a_notebook_shows_text_as_text(note: str) -> None:
    shown = show.html(Law(KDV.space, KDV.leading, KDV.right, KDV.coefficients, 0.1, 2, (note,)))
    assert html.escape(note) in shown
    assert set(re.findall(r"<\s*/?\s*([a-z]+)", shown)) <= {"div", "p", "table", "tr", "td", "th"}
    assert "<script" not in shown


def test_the_table_lists_every_coefficient_with_its_error() -> None:
    lines = KDV.coefficients_table().splitlines()
    assert lines[0].split() == ["coefficient", "value", "standard", "error", "rounded"]
    assert [row.split() for row in lines[1:]] == [["c1", "-5.9987", "0.0012", "-6"], ["c2", "-1.0003", "0.0004", "-1"]]
    assert str(KDV) == "u_t = -5.9987*u*u_x - 1.0003*u_xxx"


NAMES = law(
    JetSpace((t, x), (Field("a_b", t, x), Field("lambda1", t, x), Field("Gamma", t, x), Field("u2", t, x))),
    {Field("a_b", t, x)[t]: c1 * Field("lambda1", t, x)[x] + Field("Gamma", t, x)[x, x] ** 2 / (1 + Field("u2", t, x)[x] ** 2)},
    c1=(1e-9, 1e-11),
)


@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="pdflatex is not installed")
@pytest.mark.parametrize("name", [*LAWS, "names", "hostile"])
def test_the_document_compiles(name: str, tmp_path: Path) -> None:
    shown = {**LAWS, "names": NAMES, "hostile": KDV}[name]
    certificate = certify(shown, [translation(t), scaling({t: 3, x: 1})] if x in shown.space.coordinates else [translation(t)])
    title = ""
    if name == "hostile":
        title = " ".join(HOSTILE).replace("\n", " ")
        certificate = Certificate(False, tuple((h.replace("\n", " "), (u[x] - c1,)) for h in HOSTILE), title)
    (tmp_path / "law.tex").write_text(latex_document(shown, certificate, title=title), encoding="utf-8")
    done = subprocess.run(
        ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "-no-shell-escape", "law.tex"],
        cwd=tmp_path,
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout.decode(errors="replace")[-1500:]
