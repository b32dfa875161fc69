"""Claim: every shipped system loads, reads back from TOML, and nothing wrong gets through unnamed."""

from __future__ import annotations

from pathlib import Path

import pytest
import sympy as sp

from invarieq import (
    Field,
    Grid,
    Simulation,
    System,
    coordinates,
    load_system,
    read_toml,
    scaling,
    shipped_systems,
    translation,
    write_toml,
)
from invarieq.errors import DeclarationError, InvarieqError, NotASymmetry, ReadError, UnknownSystem
from invarieq.system.clock import time_first

t, x = coordinates("t x")
u = Field("u", t, x)
KDV = """
name = "kdv"
coordinates = ["t", "x"]
fields = { u = ["t", "x"] }
parameters = []
equations = ["u_t + 6*u*u_x + u_xxx"]
leading = ["u_t"]
[[symmetry]]
x = "6*t"
u = "1"
"""


@pytest.mark.parametrize("name", shipped_systems())
def test_a_shipped_system_reads_back_from_its_toml(name: str) -> None:
    system = load_system(name)
    assert system.name == name
    assert system.title and system.symmetry
    assert read_toml(write_toml(system)) == system


def test_the_toml_of_the_design_is_read() -> None:
    system = read_toml(KDV)
    assert system.law == (u[t] + 6 * u * u[x] + u[x, x, x],)
    assert system.symmetry[0].component(x) == 6 * t


def test_the_word_on_the_axes_of_a_file_reads_back() -> None:
    text = 'axes = ["x", "t"]\ndata = "square.mat"' + KDV.replace("parameters = []", "")
    system = read_toml(text)
    assert system.axes == ("x", "t") and read_toml(write_toml(system)) == system
    with pytest.raises(DeclarationError, match="axes names 'y'; expected the coordinates t, x"):
        read_toml(text.replace('axes = ["x"', 'axes = ["y"'))


def test_time_is_found_wherever_it_is_written() -> None:
    """The law of the design with its coordinates the other way round becomes the law of the design."""
    turned = KDV.replace('["t", "x"]', '["x", "t"]').replace('"u_t +', '"u_xt - u_tx + u_t +')
    found = time_first(read_toml(turned))
    assert found.coordinates == (t, x)
    assert found.law == read_toml(KDV).law and found.leading == (u[t],)
    assert time_first(found) is found
    ring = System("ring", [Field("w", x, coordinates("y")[0])])
    assert time_first(ring) is ring


def test_a_search_sees_neither_law_nor_values() -> None:
    seen = load_system("kdv").searchable()
    assert seen.law == () and seen.simulation is None and seen.values == () and seen.parameters == ()
    assert seen.symmetry == load_system("kdv").symmetry


@pytest.mark.parametrize("name", ["beta", "E", "I", "S", "N", "gamma"])
def test_parameters_may_have_names_that_sympy_uses(name: str) -> None:
    text = KDV.replace("parameters = []", f'parameters = ["{name}"]').replace("+ u_xxx", f"+ {name}*u_xxx")
    assert sp.Symbol(name, real=True) in read_toml(text).parameters


WRONG = [
    ('x = "6*t"', 'x = "5*t"', NotASymmetry, "does not admit"),
    ('x = "6*t"', 'y = "6*t"', ReadError, r"symmetry\[0\] has the unknown key 'y'"),
    ('"u_t + 6*u*u_x + u_xxx"', '"u_t + 6*u*u_y"', ReadError, r"equations\[0\].*unknown name 'u_y'"),
    ('"u_t + 6*u*u_x + u_xxx"', '"u - x"', DeclarationError, "holds no derivative"),
    ("parameters = []", "parametres = []", ReadError, "unknown key 'parametres'; did you mean 'parameters'"),
    ('fields = { u = ["t", "x"] }', 'fields = { u = ["t", "y"] }', ReadError, "fields.u depends on 'y'"),
    ('["t", "x"]\nfields', '["t", "import"]\nfields', ReadError, "coordinate 'import' cannot be used"),
    ('name = "kdv"', 'name = "../kdv"', DeclarationError, "system name"),
    ('leading = ["u_t"]', 'leading = ["u_t", "u_x"]', DeclarationError, "2 leading derivatives for 1 equations"),
    ("[[symmetry]]", "[[symmetry]", ReadError, "is not TOML"),
]


@pytest.mark.parametrize(("old", "new", "error", "message"), WRONG, ids=[w[3] for w in WRONG])
def test_a_wrong_declaration_is_one_clear_error(old: str, new: str, error: type[InvarieqError], message: str) -> None:
    with pytest.raises(error, match=message):
        read_toml(KDV.replace(old, new))


@pytest.mark.parametrize("place", ['"u_t + 6*u*u_x + u_xxx"', '"6*t"'])
def test_a_hostile_string_in_toml_runs_nothing(place: str, tmp_path: Path) -> None:
    trap = tmp_path / "trap"
    with pytest.raises(ReadError):
        read_toml(KDV.replace(place, f"\"__import__('os').system('touch {trap}')\""))
    assert not trap.exists()


def test_unknown_and_broken_system_files_are_named(tmp_path: Path) -> None:
    with pytest.raises(UnknownSystem, match="did you mean 'kdv'"):
        load_system("kdw")
    with pytest.raises(UnknownSystem, match="does not exist"):
        load_system(tmp_path / "none.toml")
    with pytest.raises(UnknownSystem, match="is a folder"):
        load_system(tmp_path)
    (tmp_path / "empty.py").write_text("x = 1\n", encoding="utf-8")
    with pytest.raises(DeclarationError, match="defines no `system`"):
        load_system(tmp_path / "empty.py")
    (tmp_path / "broken.py").write_text("1 / 0\n", encoding="utf-8")
    with pytest.raises(DeclarationError, match="ZeroDivisionError"):
        load_system(tmp_path / "broken.py")


def test_python_declarations_are_checked_too() -> None:
    with pytest.raises(NotASymmetry):
        System("bad", [u], law=[u[t] - u[x, x]], symmetry=[scaling({t: 3, x: 1})])
    with pytest.raises(DeclarationError, match="neither a coordinate nor a field"):
        System("bad", [u], symmetry=[translation(coordinates("z")[0])])
    with pytest.raises(DeclarationError, match="expected start < stop"):
        Grid({t: (1, 0, 10)})
    with pytest.raises(DeclarationError, match="same number of trajectories"):
        Simulation(Grid({t: (0, 1, 10)}), {u: [1, 2], u[t]: [1]})
