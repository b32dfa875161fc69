"""Claim: `invarieq algebra` shows brackets, type, structure and optimal system, and names a bracket that leaves."""

from __future__ import annotations

from pathlib import Path

import pytest
from programs import answer, invarieq

from invarieq.expressions import read_expression
from invarieq.system import load_system


def test_the_algebra_of_kdv_as_a_table(tmp_path: Path) -> None:
    shown = invarieq("algebra", "kdv", cwd=tmp_path).stdout
    for part in ("Galilean boost in x", "6*v2", "A_{4,9}^{-2/3}", "4 > 3 > 1 > 0", "v4; v3; v1 + v3; v3 - v1; v1; v2"):
        assert part in shown


def test_the_algebra_in_json(tmp_path: Path) -> None:
    found = answer("algebra", "kdv", cwd=tmp_path)
    assert found["dimension"] == len(found["generators"]) == 4
    assert found["brackets"] == {"0,2": {"1": "6"}, "0,3": {"0": "3"}, "1,3": {"1": "1"}, "2,3": {"2": "-2"}}
    assert found["type"]["name"] == "A_{4,9}^{-2/3}" and found["type"]["complete"]
    assert (found["derived_series"], found["levi"], found["killing"]["signature"]) == ([4, 3, 1, 0], [], [1, 0, 3])
    names = load_system("kdv").space.names
    for generator in found["generators"]:
        assert all(read_expression(component, names) is not None for component in generator.values())
    assert len(found["optimal_system"]["representatives"]) == 6


def test_the_algebra_in_latex(tmp_path: Path) -> None:
    text = invarieq("algebra", "kepler", "--latex", cwd=tmp_path).stdout
    assert r"\begin{array}{c|ccc}" in text and r"L \cong A_2 \oplus A_1" in text
    assert r"a \in \mathbb{R}, a \ne 0" in text


def test_graphs_are_drawn(tmp_path: Path) -> None:
    done = invarieq("algebra", "burgers", "--graph", "größe 1.svg", "--ideals", "i.svg", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "größe 1.svg").read_text(encoding="utf-8").rstrip().endswith("</svg>")
    assert (tmp_path / "i.svg").is_file()


OPEN = """
name = "open"
coordinates = ["t", "x"]
fields = { u = ["t", "x"] }
[[symmetry]]
t = "1"
[[symmetry]]
x = "t"
u = "1"
"""


@pytest.mark.parametrize(
    ("arguments", "part"),
    [
        (("open.toml",), "∂_t' and '∂_u + t∂_x' is ∂_x, which is no combination"),
        (("empty.toml",), "declares no symmetry"),
        (("empty.toml", "--of", "law"), "no law"),
        (("kdv", "--graph", "a.txt"), ".svg, .pdf or .png"),
        (("kdv", "--graph", "nowhere/a.svg"), "folder that exists"),
        (("kdv", "--of", "nothing"), "--of"),
    ],
)
def test_bad_input_is_one_clear_message(tmp_path: Path, arguments: tuple[str, ...], part: str) -> None:
    (tmp_path / "open.toml").write_text(OPEN)
    (tmp_path / "empty.toml").write_text('name = "e"\ncoordinates = ["t"]\nfields = { u = ["t"] }\n')
    done = invarieq("algebra", *arguments, cwd=tmp_path)
    assert done.returncode == 2 and done.stdout == ""
    assert part in done.stderr and "Traceback" not in done.stderr
