"""Claim: `invarieq symmetries` answers in tables, LaTeX and JSON that reads back, and says how sure it is."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from programs import answer, invarieq

from invarieq.expressions import read_expression
from invarieq.jets import Field, JetSpace, VectorField
from invarieq.symmetry.equations import solved_equations
from invarieq.symmetry.functions_of import free_functions
from invarieq.symmetry.verify import is_symmetry
from invarieq.system import load_system

KP = """
name = "kp"
coordinates = ["t", "x", "y"]
fields = { u = ["t", "x", "y"] }
parameters = ["s"]
equations = ["4*u_tx + 6*u_x**2 + 6*u*u_xx + u_xxxx + 3*s*u_yy"]
leading = ["u_tx"]
"""
POROUS = """
name = "porous"
coordinates = ["t", "x1"]
fields = { S = ["t", "x1"] }
parameters = ["N"]
equations = ["S_t - S**N*S_x1_x1 - N*S**(N - 1)*S_x1**2"]
"""


def written(text: str, folder: Path) -> str:
    path = folder / "given.toml"
    path.write_text(text, encoding="utf-8")
    return str(path)


@pytest.mark.parametrize(("name", "dimension", "families"), [("kdv", 4, 0), ("heat", 6, 1), ("kepler", 3, 0)])
def test_the_json_reads_back_as_symmetries(tmp_path: Path, name: str, dimension: int, families: int) -> None:
    found = answer("symmetries", name, cwd=tmp_path)
    assert (found["dimension"], len(found["infinite"]), found["complete"]) == (dimension, families, True)
    assert found.keys() >= {"generators", "seconds", "bound", "assumptions", "note"}
    system = load_system(name)
    equations = solved_equations(system.space, system.law, system.leading)
    names = system.space.names
    assert len(found["generators"]) == dimension
    for generator in found["generators"]:
        assert is_symmetry(VectorField({names[z]: read_expression(c, names) for z, c in generator.items()}), equations)


def family_of(entry: dict[str, Any], space: JetSpace) -> tuple[VectorField, JetSpace]:
    fields = tuple(Field(n, *[space.name(a) for a in given]) for n, given in entry["functions"].items())
    used = tuple(c for c in space.coordinates if any(c in f.arguments for f in fields))
    functions = JetSpace(used, fields, space.parameters)
    names = {**dict(space.names), **{s.name: s for s in functions.variables(4)}}
    return VectorField({space.name(z): read_expression(c, names) for z, c in entry["generator"].items()}), functions


def test_families_read_back_as_symmetries_for_every_function(tmp_path: Path) -> None:
    path = written(KP, tmp_path)
    found = answer("symmetries", path, cwd=tmp_path)
    assert (found["dimension"], len(found["infinite"]), found["complete"]) == (0, 3, True)
    system = load_system(path)
    equations = solved_equations(system.space, system.law, system.leading)
    for entry in found["infinite"]:
        assert entry["condition"] == []
        generator, functions = family_of(entry, system.space)
        assert is_symmetry(generator, equations, functions=free_functions(functions))
    text = invarieq("symmetries", path, cwd=tmp_path).stdout
    assert "f(t) arbitrary" in text and "generic: s" in text


def test_special_exponents_and_names_of_functions_as_names(tmp_path: Path) -> None:
    path = written(POROUS, tmp_path)
    found = answer("symmetries", path, "--special", cwd=tmp_path)
    assert found["dimension"] == 4
    assert {c["values"]["N"]: c["dimension"] for c in found["special"]} == {"-4/3": 5, "0": 6}


def test_latex_and_tables(tmp_path: Path) -> None:
    lines = invarieq("symmetries", "kdv", "--latex", cwd=tmp_path).stdout.splitlines()
    assert lines == [
        r"\partial_{t}",
        r"\partial_{x}",
        r"\partial_{u} + 6 t \partial_{x}",
        r"3 t \partial_{t} - 2 u \partial_{u} + x \partial_{x}",
    ]
    shown = invarieq("symmetries", "kdv", cwd=tmp_path)
    assert "dimension 4; complete; each verified by symbolic prolongation" in shown.stdout
    assert "determining equations" in shown.stderr


def test_a_budget_that_runs_out_is_said(tmp_path: Path) -> None:
    done = invarieq("symmetries", written(KP, tmp_path), "--budget", "0", "--json", cwd=tmp_path)
    found = json.loads(done.stdout)
    assert done.returncode == 0
    assert (found["complete"], "after 0 s" in found["note"]) == (False, True)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ("hare_lynx", "declares no law"),
        ('equations = ["u_x - u", "u_y - x"]\nleading = ["u_x", "u_y"]', "contradict each other"),
    ],
)
def test_bad_input_is_one_clear_error(tmp_path: Path, given: str, message: str) -> None:
    bare = 'name = "bad"\ncoordinates = ["x", "y"]\nfields = { u = ["x", "y"] }\n'
    done = invarieq("symmetries", given if "=" not in given else written(bare + given, tmp_path), cwd=tmp_path)
    assert done.returncode == 2
    assert message in done.stderr
    assert "Traceback" not in done.stderr
