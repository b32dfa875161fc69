"""Claim: a run can be resumed from its first second, from any folder, and a system that cannot be loaded leaves nothing behind."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from invarieq.errors import DataError, DeclarationError, InvarieqError, SessionError, UnknownSystem
from invarieq.progress import Silent
from invarieq.session import Settings, Store
from invarieq.session.begin import KEPT, begin, keep_system
from invarieq.session.stages import resume
from invarieq.system import load_system, read_toml

HEAD = 'name = "spring"\ncoordinates = ["t"]\nfields = { q = ["t"], p = ["t"] }\ndata = "spring.csv"\n[[symmetry]]\nt = "1"\n'


def spring(folder: Path) -> None:
    """A system with data beside it: a harmonic oscillator."""
    import numpy as np

    folder.mkdir()
    t = np.linspace(0, 20, 400)
    np.savetxt(folder / "spring.csv", np.stack([t, np.sin(t), np.cos(t)], 1), delimiter=",", header="t,q,p", comments="")
    (folder / "spring.toml").write_text(HEAD, encoding="utf-8")


def test_the_run_holds_its_system_before_any_data(tmp_path: Path) -> None:
    begin(Settings("kdv"), tmp_path / "run")
    with Store.read(tmp_path / "run") as store:
        assert store.finished() == ()
        assert read_toml(store.get_text(KEPT) or "") == load_system("kdv")


def test_to_begin_loads_nothing_heavy() -> None:
    code = "import sys, invarieq.session.begin; print(sorted({'numpy', 'sympy', 'scipy', 'xarray', 'rich'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


def test_a_run_that_lost_its_system_is_refused_and_no_file_is_loaded_in_its_stead(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spring(tmp_path / "here")
    monkeypatch.chdir(tmp_path / "here")
    begin(Settings("spring.toml"), tmp_path / "run")
    with Store.open(tmp_path / "run") as store:
        (store.folder / KEPT).unlink()
        with pytest.raises(SessionError, match=r"its file 'system.toml' is missing; restore it from a copy"):
            keep_system(store)
        store.connection.execute("DELETE FROM files")
        with pytest.raises(SessionError, match=r"holds no system.toml, the text of its system"):
            keep_system(store)


def test_the_program_of_a_strangers_run_folder_is_not_run(tmp_path: Path) -> None:
    folder = tmp_path / "run"
    (tmp_path / "evil.py").write_text(f"open({str(tmp_path / 'PWNED')!r}, 'w')\n", encoding="utf-8")
    Store.create(folder, Settings(str(tmp_path / "evil.py"))).close()  # as a stranger makes it, with seals that fit
    with pytest.raises(SessionError, match=r"holds no system.toml"):
        resume(folder, Silent())
    assert not (tmp_path / "PWNED").exists()


def test_relative_data_are_found_from_another_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    spring(tmp_path / "here")
    monkeypatch.chdir(tmp_path)
    begin(Settings("here/spring.toml"), tmp_path / "run")
    monkeypatch.chdir("/")
    assert resume(tmp_path / "run", Silent())["best"]["rounded"] == "-p + q_t; p_t + q"


@pytest.mark.parametrize(
    ("settings", "error"),
    [
        ({"system": "kvd"}, UnknownSystem),
        ({"system": "none.toml"}, UnknownSystem),
        ({"system": "kdv", "engine": "magic"}, DeclarationError),
        ({"system": "kdv", "data": "none.nc"}, DataError),
    ],
)
@pytest.mark.parametrize("there", [True, False])
def test_what_cannot_begin_leaves_nothing(
    tmp_path: Path, settings: dict[str, Any], error: type[InvarieqError], there: bool
) -> None:
    folder = tmp_path / "run"
    if there:
        folder.mkdir()
    with pytest.raises(error):
        begin(Settings(**settings), folder)
    assert folder.exists() is there
    assert not there or not list(folder.iterdir())
