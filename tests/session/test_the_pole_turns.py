"""Claim: 52 years of measured polar motion are a rotation: so(2) out of a free matrix, and found by `--symmetry auto`."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import sympy as sp
from asked import find

from invarieq import Terms, translation
from invarieq.budget import Meter
from invarieq.data import measured
from invarieq.data.read.polar import free_motion, read_finals
from invarieq.data.records import prepare
from invarieq.discovery.automatic import search_automatically
from invarieq.engines.registry import engine_of
from invarieq.errors import DataError
from invarieq.jets import substitute
from invarieq.law import Law
from invarieq.progress import Silent
from invarieq.space.searchspace import SearchSpace
from invarieq.system import load_system
from invarieq.system.system import changed

SYSTEM = load_system("polar_motion")


def matrix(law: Law) -> np.ndarray:
    zero = {f.symbol: sp.S.Zero for f in SYSTEM.unknowns}
    return np.array([[float(substitute(sp.diff(s, f.symbol), zero)) for f in SYSTEM.unknowns] for s in law.right_sides()])


def line(day: float, flag: str, x: float, y: float) -> str:
    return f"{'73 1 2':7}{day:8.2f} {flag} {x:9.6f}{1e-5:9.6f} {y:9.6f}{2e-5:9.6f}" + " " * 100


def test_predictions_and_blank_lines_are_dropped(tmp_path: Path) -> None:
    rows = [line(41684 + k, "I" if k < 5 else "P", 0.1 * k, 0.2) for k in range(8)]
    (tmp_path / "finals.all").write_text("\n".join([*rows, "73 1 2 41700.00"]) + "\n")
    found = read_finals(tmp_path / "finals.all")
    assert found.t.values.tolist() == [41684, 41685, 41686, 41687, 41688]
    assert found.x.values == pytest.approx([0, 0.1, 0.2, 0.3, 0.4])
    assert found.y_error.values == pytest.approx([2e-5] * 5)
    assert found.x.attrs["units"] == "arcsec"
    (tmp_path / "words.all").write_text(rows[0].replace("0.200000", "  words "))
    with pytest.raises(DataError, match=r"words\.all, line 1: .* finals2000A"):
        read_finals(tmp_path / "words.all")
    (tmp_path / "none.all").write_text("\n")
    with pytest.raises(DataError, match="no measured day"):
        read_finals(tmp_path / "none.all")


def test_the_free_wobble_is_what_the_seasons_and_the_drift_leave(tmp_path: Path) -> None:
    days = np.arange(41684, 41684 + 4000)
    drift = 0.1 + 1e-5 * (days - 41684) + 0.09 * np.cos(2 * np.pi * days / 365.2422 + 1)
    wobble = 0.12 * np.cos(2 * np.pi * days / 433)
    (tmp_path / "f.all").write_text(
        "\n".join(line(float(d), "I", a + b, 0.0) for d, a, b in zip(days, drift, wobble, strict=True))
    )
    rest = free_motion(read_finals(tmp_path / "f.all"), 1).x.values
    assert np.corrcoef(rest, wobble)[0, 1] > 0.97


def test_the_measured_matrix_is_a_rotation_of_433_days() -> None:
    pytest.importorskip("jplephem", reason="needs invarieq[data]")
    data = measured("polar_motion")
    assert data.source.startswith("kind M: 19")
    blank = changed(SYSTEM, symmetry=[translation(SYSTEM.coordinates[0])])
    found = matrix(find(blank, data).law)
    assert abs(found[0, 1] - found[1, 0]) / np.sqrt(2) / np.linalg.norm(found) > 0.999
    assert 2 * np.pi / np.sqrt(np.linalg.det(found)) == pytest.approx(433, abs=5)


@pytest.mark.parametrize("degree", [1, 3])
def test_the_data_alone_support_the_rotation(degree: int) -> None:
    pytest.importorskip("jplephem", reason="needs invarieq[data]")
    blank = changed(SYSTEM, symmetry=(), terms=Terms(degree=degree))
    records = prepare(measured("polar_motion"), blank.space)
    answer = search_automatically(
        SearchSpace(blank), records, engine=engine_of("sparse"), seed=0, progress=Silent(), budget=Meter()
    )
    assert answer.found is not None and answer.automatic is not None
    kept = {row.generator: row.kept for row in answer.automatic.tested}
    assert kept["rotation in the plane x, y"]
    assert not kept["translation in x"]
    found = matrix(answer.found.law)
    assert found == pytest.approx(np.array([[0, 1], [-1, 0]]) * 2 * np.pi / 433, abs=3e-4)
