"""Claim: a system may hold its data, not only name a file; it stays comparable, and its text leaves out what no text can hold."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from invarieq import Field, System, coordinates, read_toml, translation, write_toml
from invarieq.cli.systems import _describe  # pyright: ignore[reportPrivateUsage]
from invarieq.data import dataset_from
from invarieq.errors import DataError, DeclarationError
from invarieq.session.begin import begin
from invarieq.store.settings import Settings
from invarieq.system.clock import time_first
from invarieq.system.system import changed

t, x = coordinates("t x")
u = Field("u", t, x)
T, X = np.linspace(0, 1, 12), np.linspace(0, 1, 9)
VALUES = np.sin(T[:, None] + X)
FIELD = xr.Dataset({"u": (("t", "x"), VALUES)}, coords={"t": T, "x": X})
HELD = {
    "xarray": FIELD,
    "a DataArray": FIELD.u,
    "arrays": {"t": T, "x": X, "u": VALUES},
    "a table": FIELD.to_dataframe(),
    "records": [FIELD],
}


@pytest.mark.parametrize("kind", HELD)
def test_any_data_are_held_and_found_again(kind: str) -> None:
    data: Any = HELD[kind]
    system = System("tank", u, symmetry=translation(t), data=data)
    for same in (system, system.searchable(), time_first(system), changed(system, title="a tank")):
        assert same.data is data
        assert np.array_equal(dataset_from(same.data, same.space).segments[0].u, VALUES)
    assert _describe(system)["unknowns"] == ["u"]


@pytest.mark.parametrize("kind", HELD)
def test_equal_declarations_with_the_same_data_are_equal(kind: str) -> None:
    data: Any = HELD[kind]
    one, same = System("tank", u, data=data), System("tank", u, data=data)
    other = System("tank", u, data=FIELD.copy())
    assert one == same and hash(one) == hash(same) and {one: 1}[same] == 1
    assert one != other and one != System("tank", u) and one != System("pool", u, data=data)
    with pytest.raises(AttributeError):
        one.data = None  # pyright: ignore[reportAttributeAccessIssue]


@pytest.mark.parametrize("kind", HELD)
def test_the_text_of_a_system_leaves_data_in_memory_out(kind: str) -> None:
    system = System("tank", u, symmetry=translation(t), data=HELD[kind])
    assert "data" not in write_toml(system)
    assert read_toml(write_toml(system)) == changed(system, data=None)


def test_a_path_is_kept_as_text() -> None:
    system = System("tank", u, data=Path("runs") / "tank.nc")
    assert system.data == "runs/tank.nc" and read_toml(write_toml(system)) == system
    assert hash(system) == hash(System("tank", u, data="runs/tank.nc"))


@pytest.mark.parametrize("data", [3.0, True, b"tank.nc"])
def test_what_can_be_no_data_is_refused_at_once(data: object) -> None:
    with pytest.raises(DeclarationError, match="expected the path of a file, an xarray Dataset, arrays by name, or a table"):
        System("tank", u, data=data)


def test_a_run_folder_cannot_name_data_in_memory_and_says_so(tmp_path: Path) -> None:
    pd.DataFrame({"t": T, "x": T**2}).to_csv(tmp_path / "tank.csv", index=False)
    (tmp_path / "tank.py").write_text(
        "import numpy\nfrom invarieq import Field, System, coordinates\n(t,) = coordinates('t')\n"
        "system = System('tank', Field('x', t), data={'t': numpy.arange(9.0), 'x': numpy.arange(9.0)})\n",
        encoding="utf-8",
    )
    with pytest.raises(DataError, match=r"holds its data in memory.*--data FILE"):
        begin(Settings(str(tmp_path / "tank.py")), tmp_path / "run")
    assert not (tmp_path / "run").exists()
    begin(Settings(str(tmp_path / "tank.py"), data=str(tmp_path / "tank.csv")), tmp_path / "run")
    assert (tmp_path / "run").is_dir()
