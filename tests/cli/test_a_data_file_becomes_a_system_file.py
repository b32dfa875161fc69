"""Claim: `invarieq init FILE` writes a system that reads back, finds its data and can be discovered with; it overwrites nothing unasked."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from programs import answer, invarieq

from invarieq.data import Dataset, dataset_from, infer_system
from invarieq.data.outline import outline
from invarieq.system import read_toml

T, X = np.linspace(0.0, 8.0, 200), np.linspace(0.0, 2 * np.pi, 33)[:-1]
WAVE = np.sin(X - T[:, None])
ORBIT = pd.DataFrame({"time [s]": T, "Hare count": np.cos(T), "v": -np.sin(T)})


def uncommented(text: str, after: str) -> str:
    """The text with what follows a line of comment taken out of comments, as a user would."""
    head, _, rest = text.partition(after)
    return head + "\n" + "\n".join(line.removeprefix("# ").removeprefix("#") for line in rest.splitlines()[1:])


def test_a_table_becomes_a_system_that_is_discovered(tmp_path: Path) -> None:
    ORBIT.to_csv(tmp_path / "my run.csv", index=False)
    found = answer("init", "my run.csv", cwd=tmp_path)
    fields = {"Hare_count": ["time"], "v": ["time"]}
    assert found == {"path": "my run.toml", "coordinates": ["time"], "fields": fields}
    text = (tmp_path / "my run.toml").read_text(encoding="utf-8")
    assert "#   time: 0 to 8 s, 200 samples" in text
    system = read_toml(text)
    assert system.name == "my-run" and system.data == "my run.csv"
    assert [v.label for v in system.symmetry] == ["translation in time"]
    laws = answer("discover", "my run.toml", cwd=tmp_path)["best"]
    assert "Hare_count_time" in str(laws["equation"]) and laws["certified"]


def test_a_field_is_found_from_any_folder(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "here").mkdir()
    np.savez(tmp_path / "data" / "wave.npz", u=WAVE, t=T, x=X)
    for folder, out, data in ((tmp_path, "wave.toml", "data/wave.npz"), (tmp_path / "here", "w.toml", None)):
        found = answer("init", tmp_path / "data" / "wave.npz", "--out", out, cwd=folder)
        assert found["coordinates"] == ["t", "x"] and found["fields"] == {"u": ["t", "x"]}
        system = read_toml((folder / out).read_text(encoding="utf-8"))
        assert system.data == (data or str(tmp_path / "data" / "wave.npz"))
        (segment,) = dataset_from(folder / system.data, system.space).segments
        assert np.array_equal(segment.u, WAVE)


def test_nothing_is_overwritten_unasked(tmp_path: Path) -> None:
    ORBIT.to_csv(tmp_path / "run.csv", index=False)
    (tmp_path / "run.toml").write_text("mine", encoding="utf-8")
    refused = invarieq("init", "run.csv", cwd=tmp_path)
    assert refused.returncode == 2 and "'run.toml' exists; add --force to write over it" in refused.stderr
    assert (tmp_path / "run.toml").read_text(encoding="utf-8") == "mine"
    assert invarieq("init", "run.csv", "--force", cwd=tmp_path).stdout == "run.toml\n"
    assert read_toml((tmp_path / "run.toml").read_text(encoding="utf-8")).data == "run.csv"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["run.csv", "run.toml"]


def test_axes_that_the_file_does_not_tell_are_kept(tmp_path: Path) -> None:
    square = WAVE[: len(X)] + X / 9
    np.savez(tmp_path / "square.npz", u=square.T, t=T[: len(X)], x=X)
    refused = invarieq("init", "square.npz", cwd=tmp_path)
    assert refused.returncode == 2 and "cannot be told by length" in refused.stderr
    assert not (tmp_path / "square.toml").exists()
    assert answer("init", "square.npz", "--axes", "x,t", cwd=tmp_path)["coordinates"] == ["t", "x"]
    system = read_toml((tmp_path / "square.toml").read_text(encoding="utf-8"))
    found = dataset_from(tmp_path / "square.npz", system.space, axes=system.axes)
    assert np.array_equal(found.segments[0].u, square)


GIVEN: dict[str, Any] = {
    "a trajectory": {"t": T, "x": np.cos(T)},
    "two": ORBIT,
    "a field": {"t": T, "x": X, "u": WAVE},
    "a plane": {"t": T[:12], "x": X[:9], "y": X[:10], "w": np.sin(T[:12, None, None] + X[:9, None] * X[:10])},
    "a steady field": pd.DataFrame({"x": np.repeat(X, 32), "y": np.tile(X, 32), "p": np.sin(np.arange(1024.0))}),
    "with units, gaps and errors": xr.Dataset(
        {"u": (("t", "x"), np.where(WAVE > 0.99, np.nan, WAVE), {"units": "m"}), "u_error": 0.1},
        {"t": ("t", T, {"units": "s"}), "x": X},
    ),
    "records": [ORBIT, ORBIT.iloc[:50]],
    "strange units": {"t": T, "u": xr.DataArray(np.cos(T), dims="t", attrs={"units": 'm"\n[[symmetry]]\x1b[2J'})},
}


@pytest.mark.parametrize("case", GIVEN)
def test_what_is_written_reads_back_and_so_do_the_suggestions(case: str) -> None:
    found = infer_system(GIVEN[case])
    text = outline(found, "it.nc")
    system = read_toml(text)
    assert system.space == found.system.space and system.symmetry == found.system.symmetry
    assert isinstance(dataset_from(found.dataset, system.space), Dataset)
    more = read_toml(uncommented(text, "# More, where it holds of the law"))
    assert len(more.symmetry) > len(system.symmetry) and len(more.discrete) == 1
    terms = uncommented(text.partition("# To judge")[0], "invarieq chooses.")
    assert read_toml(terms).terms.sought == (found.system.unknowns[0].name,)


def test_shapes_ranges_gaps_units_and_errors_are_told() -> None:
    text = outline(infer_system(GIVEN["with units, gaps and errors"]), "it.nc")
    assert "# Taken for: coordinates t, x; fields u(t, x)." in text
    assert "#   t: 0 to 8 s, 200 samples" in text
    missing = int((WAVE > 0.99).sum())
    assert f" m, shape 200 × 32, {missing} of 6400 samples missing, with standard errors" in text
    assert "#   time: 0 to 8 s, 50 to 200 samples in each of 2 records" in outline(infer_system(GIVEN["records"]), "it.csv")
    assert "#   x: 0 to 6.08684, 32 samples, periodic" in outline(infer_system({"t": T, "x": X, "u": WAVE}), "it.npz")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["none.csv"], "data file 'none.csv' does not exist"),
        (["words.csv"], "which of 'a', 'b' is time is not told"),
        (["run.csv", "--out", "run.txt"], "a system file ends in .toml"),
        (["run.csv", "--out", "nowhere/run.toml"], "cannot be written"),
        (["run.csv", "--axes", "q"], "axes names 'q', which is no array of the data"),
        (["run.docx"], "the ending '.docx' is not known"),
    ],
)
def test_what_cannot_be_read_or_written_is_one_clear_message(tmp_path: Path, arguments: list[str], message: str) -> None:
    ORBIT.to_csv(tmp_path / "run.csv", index=False)
    pd.DataFrame({"a": T, "b": T**2}).to_csv(tmp_path / "words.csv", index=False)
    done = invarieq("init", *arguments, cwd=tmp_path)
    assert done.returncode == 2 and done.stdout == ""
    assert message in done.stderr and "Traceback" not in done.stderr
    assert not list(tmp_path.glob("*.toml"))
