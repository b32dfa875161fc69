"""Claim: every export, run by itself, gives the numbers of the law, whatever its names and functions are."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import sympy as sp
from hypothesis import example, given, settings
from hypothesis import strategies as st
from law_cases import FUNCTIONS, KDV, KEPLER, LAWS, NAMESAKES, ZERO, c1, law, line, nu, t, u, x

from invarieq import Field, JetSpace, translation
from invarieq.errors import DeclarationError, ReadError
from invarieq.expressions import FUNCTIONS as ALPHABET
from invarieq.expressions import evaluate
from invarieq.jets import substitute, symbols_of
from invarieq.law import Coefficient, Law, certify, export, law_from_json, law_record

FORBIDDEN = ("sympify", "eval(", "exec(", "lambdify", "parse_expr", "import os", "__")


def points(law: Law) -> list[dict[str, float]]:
    """Three points inside the domain of every function used, by name of the symbol."""
    names = sorted({s.name for e in law.equations() for s in symbols_of(e)} | {f.name for f in law.space.fields})
    random = np.random.default_rng(20)
    return [dict(zip(names, random.uniform(0.2, 0.9, len(names)).tolist(), strict=True)) for _ in range(3)]


def values(exprs: tuple[sp.Expr, ...], at: dict[str, float]) -> list[float]:
    return [float(substitute(e, {s: sp.Float(at[s.name]) for s in symbols_of(e)})) for e in exprs]


def run(folder: Path, program: str, *, after: str, given: Any) -> Any:
    (folder / "program.py").write_text(f"{program}\nimport json, sys\ngiven = json.loads(sys.argv[1])\n{after}", encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-W", "error", str(folder / "program.py"), json.dumps(given)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.parametrize("law", LAWS.values(), ids=list(LAWS))
def test_the_sympy_program_makes_the_equations(law: Law, tmp_path: Path) -> None:
    program = export(law, "sympy")
    assert not any(word in program.replace('"""', "") for word in FORBIDDEN)
    after = (
        "print(json.dumps([[float(e.xreplace({s: sp.Float(at[s.name]) for s in e.free_symbols})) for e in equations] "
        "for at in given]))"
    )
    found = run(tmp_path, program, after=after, given=points(law))
    assert found == [pytest.approx(values(law.equations(), at), rel=1e-12) for at in points(law)]


@pytest.mark.parametrize("law", LAWS.values(), ids=list(LAWS))
def test_the_numpy_program_computes_the_right_sides(law: Law, tmp_path: Path) -> None:
    program = export(law, "python")
    assert not any(word in program.replace('"""', "") for word in FORBIDDEN)
    after = (
        "import inspect\nnames = list(inspect.signature(right_side).parameters)\n"
        "print(json.dumps([[float(v) for v in right_side(**{n: at[n.rstrip('_')] for n in names})] for at in given]))"
    )
    found = run(tmp_path, program, after=after, given=points(law))
    assert found == [pytest.approx(values(law.right_sides(), at), rel=1e-12) for at in points(law)]


def test_whole_numbers_and_arrays_may_be_given(tmp_path: Path) -> None:
    program = export(law(line, {u[t]: u.symbol**-2 + sp.Rational(1, 3) * u[x]}), "python")
    after = "import numpy\nprint(json.dumps(right_side(numpy.array(given), numpy.array(given))[0].tolist()))"
    assert run(tmp_path, program, after=after, given=[1, 2, -4]) == pytest.approx([4 / 3, 1 / 4 + 2 / 3, 1 / 16 - 4 / 3])


ALL = [op.sympy for op in ALPHABET.values() if op.sympy is not None] + [sp.sech, sp.cot]


@pytest.mark.parametrize("to", ["sympy", "python", "latex", "json"])
def test_every_function_of_the_alphabet_can_be_exported(to: str, tmp_path: Path) -> None:
    made = law(line, {u[t]: sp.Add(*[k * function(u.symbol) for k, function in enumerate(ALL, start=1)])})
    program = export(made, to)
    at = {u.symbol: np.array([0.2, 0.55, 0.9])}
    expected = evaluate(made.right[0], at).tolist()
    if to == "json":
        assert evaluate(law_from_json(json.loads(program)).right[0], at) == pytest.approx(expected, rel=1e-14)
    elif to == "latex":
        shown = ["exp", "e^", "log", "sqrt", "sin", "cos", "tan", "sinh", "cosh", "tanh", "asin", "acos", "atan", "sign"]
        assert [w for w in shown if w not in program] in (["exp"], ["e^"]) and "\\left|" in program
    else:
        after = {
            "python": "import numpy\nprint(json.dumps(right_side(numpy.array(given))[0].tolist()))",
            "sympy": "print(json.dumps([-float(equations[0].xreplace({u: sp.Float(v), u_t: 0})) for v in given]))",
        }
        assert run(tmp_path, program, after=after[to], given=[0.2, 0.55, 0.9]) == pytest.approx(expected, rel=1e-12)


def test_roots_of_odd_degree_are_real_in_the_numpy_program_as_in_invarieq(tmp_path: Path) -> None:
    side = sp.Add(*[u.symbol ** sp.Rational(*p) for p in ((1, 3), (-2, 3), (1, 5), (-3, 5), (4, 7))])
    program = export(law(line, {u[t]: side}), "python")
    found = run(tmp_path, program, after="print(json.dumps([float(right_side(v)[0]) for v in given]))", given=[-8.0, -0.3, 2.0])
    assert found == pytest.approx(evaluate(side, {u.symbol: np.array([-8.0, -0.3, 2.0])}).tolist(), rel=1e-13)
    assert found[1] < found[2]


def test_a_function_that_laws_are_not_written_with_is_refused():
    with pytest.raises(DeclarationError, match="gamma is none of the functions"):
        export(law(line, {u[t]: sp.gamma(u.symbol)}), "python")


def test_an_ode_program_integrates_a_motion_that_is_known(tmp_path: Path) -> None:
    w = sp.Symbol("w", real=True)
    q = Field("q", t)
    oscillator = law(JetSpace((t,), (q,), (w,)), {q[t, t]: -(w**2) * q})
    after = (
        "from scipy.integrate import solve_ivp\n"
        "print(json.dumps(solve_ivp(rhs, (0, 1), [1, 0], args=(given,), rtol=1e-10, atol=1e-12).y[:, -1].tolist()))"
    )
    found = run(tmp_path, export(oscillator, "python"), after=after, given=2.5)
    assert found == pytest.approx([np.cos(2.5), -2.5 * np.sin(2.5)], abs=1e-7)


def test_names_that_the_program_needs_do_not_disturb_it(tmp_path: Path) -> None:
    after = "print(json.dumps(rhs(0.0, np.array(given)).tolist()))"
    found = run(tmp_path, export(NAMESAKES, "python"), after=after, given=[0.3, 0.7, 0.2, 0.4])
    assert found == pytest.approx([0.35 + np.sin(0.3), -0.3 * np.pi, 0.4, 0.4 * 0.3 - 0.2])


def test_an_equation_in_space_and_an_open_system_have_no_rhs() -> None:
    lone = law(KEPLER.space, {KEPLER.leading[0]: -KEPLER.space.fields[1].symbol})
    assert "def rhs" in export(KEPLER, "python")
    assert all("def rhs" not in export(open_law, "python") for open_law in (KDV, lone))


@pytest.mark.parametrize("law", LAWS.values(), ids=list(LAWS))
def test_json_gives_the_law_back(law: Law) -> None:
    text = export(law, "json", certify(law, [translation(t)]))
    assert law_from_json(text) == law
    assert json.loads(text)["certified"] is (law not in (FUNCTIONS,))
    assert export(law_from_json(text), "json", certify(law, [translation(t)])) == text


numbers = st.floats(allow_nan=False, allow_infinity=False)


@settings(deadline=None)
@example(5e-324, 0.0, 0.0, "")
@example(-1.7e308, 1e300, 0.0, "")
@given(numbers, st.floats(0, allow_nan=False), st.floats(0, allow_nan=False), st.text(max_size=20))
def test_every_digit_survives_json(value: float, error: float, score: float, note: str) -> None:
    whole = Law(line, (u[t],), (c1 * u[x] + nu * 0,), (Coefficient(c1, value, error),), score, 1, (note,))
    text = export(whole, "json")
    assert law_from_json(text) == whole
    json.loads(text, parse_constant=lambda word: pytest.fail(f"{word} is not JSON"))


def spoiled(**changes: Any) -> str:
    return json.dumps({**law_record(KDV), **changes})


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "null",
        "{}",
        "[" * 100_000,
        spoiled(format=2),
        spoiled(format=True),
        spoiled(fields=[]),
        spoiled(fields={"u": ["y"]}),
        spoiled(coordinates=["t", "__import__"]),
        spoiled(score="0.1"),
        spoiled(complexity=None),
        spoiled(leading=["u_t", "u_t"]),
        spoiled(leading=["t"]),
        spoiled(right=["__import__('os').system('id')"]),
        spoiled(right=["c1*u*w"]),
        spoiled(right="u"),
        spoiled(coefficients=[{"symbol": "c1; import os", "value": 1, "error": 0}]),
        spoiled(coefficients=[{"symbol": "c1", "value": None, "error": 0}]),
        spoiled(coefficients=[{"symbol": "u", "value": 1.0, "error": 0.0}]),
    ],
)
def test_any_other_document_is_one_clear_refusal(text: str) -> None:
    with pytest.raises(ReadError):
        law_from_json(text)


def test_a_law_whose_parts_do_not_fit_cannot_be_made() -> None:
    w = sp.Symbol("w", real=True)
    evil = sp.Symbol("u); import os; os.system('id'", real=True)
    for sides, message in [
        ({u[t]: w * u[x]}, "add it to the coefficients"),
        ({u[t]: evil}, "add it to the coefficients"),
        ({x: u.symbol}, "cannot be solved for x"),
        ({u[t]: sp.Symbol("u_x")}, "no coordinate"),
    ]:
        with pytest.raises(DeclarationError, match=message):
            law(line, sides)
    with pytest.raises(ReadError, match="coefficient"):
        Coefficient(evil, 1.0, 0.0)
    with pytest.raises(DeclarationError, match="finite"):
        Coefficient(w, float("nan"), 0.0)
    with pytest.raises(DeclarationError, match="standard error"):
        Coefficient(w, 1.0, float("nan"))
    assert ZERO.right == (0,)
