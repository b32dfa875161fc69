"""Claim: `invarieq conserve` and `invarieq reduce` answer with tables, LaTeX and JSON whose expressions read back."""

from __future__ import annotations

from pathlib import Path

import sympy as sp
from programs import answer, invarieq

from invarieq.expressions import read_expression
from invarieq.system import load_system

NO_LAW = 'name = "mystery"\ncoordinates = ["t", "x"]\nfields = { u = ["t", "x"] }\nparameters = []\n'


def test_laws_of_korteweg_de_vries_read_back_as_a_divergence(tmp_path: Path) -> None:
    found = answer("conserve", "kdv", "--order", 2, "--degree", 2, cwd=tmp_path)
    system = load_system("kdv")
    space = system.space
    assert found["count"] == len(found["laws"]) == 4
    assert found["searched"] == [{"order": 2, "degree": 2}]
    for law in found["laws"]:
        (multiplier,) = (read_expression(m, space.names) for m in law["multiplier"])
        fluxes = [read_expression(law["fluxes"][x.name], space.names) for x in space.coordinates]
        whole = sum(space.total_derivative(f, i) for i, f in enumerate(fluxes))
        assert sp.expand(whole - multiplier * system.law[0]) == 0


def test_integrals_and_lagrangian_of_kepler(tmp_path: Path) -> None:
    found = answer("conserve", "kepler", cwd=tmp_path)
    space = load_system("kepler").space
    assert found["independent"] == 3
    assert len([read_expression(e, space.names) for e in found["integrals"]]) == found["count"] == 4
    read_expression(found["variational"]["lagrangian"], space.names)
    assert len(found["variational"]["laws"]) == 2  # energy by ∂_t, angular momentum by the rotation


def test_a_table_and_latex(tmp_path: Path) -> None:
    table = invarieq("conserve", "heat", cwd=tmp_path)
    assert table.returncode == 0
    assert "density by t" in table.stdout
    assert "= 0 is a multiplier" in table.stdout
    assert "at least" in table.stdout
    latex = invarieq("conserve", "kdv", "--order", 0, "--degree", 2, "--latex", cwd=tmp_path)
    assert r"\frac{u^{2}}{2}" in latex.stdout


def test_reductions_of_korteweg_de_vries(tmp_path: Path) -> None:
    found = answer("reduce", "kdv", cwd=tmp_path)["reductions"]
    assert [r["reduced"] for r in found] == [True] * 5  # two translations, boost, scaling, travelling wave
    wave = found[-1]
    names = {n: sp.Symbol(n, real=True) for n in ("t", "x", "c", "z", "U", "U_z", "U_zz", "U_zzz", "C1")}
    assert sp.expand(read_expression(wave["equations"][0], names) - read_expression("U_zzz + 6*U*U_z - c*U_z", names)) == 0
    assert any("tanh" in s["fields"]["u"] for s in wave["solutions"])
    for reduction in found:
        for solution in reduction["solutions"]:
            assert solution["verified"] == "symbolically"
            read_expression(solution["fields"]["u"], names)


def test_one_generator_a_subalgebra_and_a_wave(tmp_path: Path) -> None:
    one = answer("reduce", "kdv", "--generator", 4, "--budget", 0, cwd=tmp_path)["reductions"]
    assert one[0]["variables"] == {"z": "x/t**(1/3)"}
    assert "solutions" not in one[0]
    text = invarieq("reduce", "heat", "--generator", "wave", cwd=tmp_path)
    assert text.returncode == 0
    assert "z = -c*t + x" in text.stdout
    assert "solution: u = " in text.stdout


def test_the_symmetry_may_be_that_of_the_law(tmp_path: Path) -> None:
    found = answer("reduce", "burgers", "--of", "law", "--budget", 0, cwd=tmp_path)["reductions"]
    assert len(found) == 6  # five generators and the travelling wave
    assert sum(r["reduced"] for r in found) >= 5


def test_bad_input_has_one_clear_message(tmp_path: Path) -> None:
    path = tmp_path / "mystery.toml"
    path.write_text(NO_LAW, encoding="utf-8")
    for command in ("conserve", "reduce"):
        done = invarieq(command, path, cwd=tmp_path)
        assert done.returncode == 2
        assert "declares no law" in done.stderr
    for arguments in (("reduce", "kdv", "--generator", "9"), ("conserve", "kepler", "--order", "1"), ("reduce", "kepler")):
        done = invarieq(*arguments, cwd=tmp_path)
        assert done.returncode == 2
        assert done.stderr.count("error:") == 1
