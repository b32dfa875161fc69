"""Claim: a discovery says how its law predicts what was held out, and a report shows data, law, difference, residual and intervals."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest
from typer.testing import CliRunner

from invarieq.cli.main import app
from invarieq.data import simulate, write_dataset
from invarieq.progress import Silent
from invarieq.session import Settings
from invarieq.session.stages import discover
from invarieq.system import load_system

SYSTEM = """
name = "swing"
coordinates = ["t"]
fields = { q = ["t"], p = ["t"] }
equations = ["q_t - p", "p_t + q + p/10"]
leading = ["q_t", "p_t"]

[[symmetry]]
t = "1"

[[symmetry]]
q = "q"
p = "p"

[simulation]
grid = { t = [0, 20, 201] }
start = { q = ["1", "1/2"], p = ["0", "1"] }
"""
RING = """
name = "ring"
coordinates = ["t", "x"]
fields = { u = ["t", "x"] }
symmetry = [{ t = "1" }, { x = "1" }]
terms = { degree = 1, order = 2 }
"""


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    place = tmp_path_factory.mktemp("reported")
    (place / "swing.toml").write_text(SYSTEM)
    settings = Settings(str(place / "swing.toml"), noise=0.02, seed=1, hold_out=0.25)
    return place / "run", discover(settings, place / "run", Silent())


@pytest.fixture(scope="module")
def ring(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A field with units and a gap, out of a file."""
    import xarray as xr

    place = tmp_path_factory.mktemp("ring")
    (place / "ring.toml").write_text(RING)
    t, x = np.linspace(0, 3, 61), np.arange(64) * np.pi / 32
    u = np.exp(-t[:, None] / 5) * np.sin(x - t[:, None]) + np.exp(-4 * t[:, None] / 5) * np.cos(2 * (x - t[:, None]))
    u[20:30, 10:20] = np.nan
    data = xr.Dataset(
        {"u": (("t", "x"), u, {"units": "K"})}, coords={"t": ("t", t, {"units": "s"}), "x": ("x", x, {"units": "m"})}
    )
    data.to_netcdf(place / "ring.nc", engine="h5netcdf")
    discover(Settings(str(place / "ring.toml"), data=str(place / "ring.nc")), place / "run", Silent())
    return place / "run"


def told(*arguments: object) -> str:
    done = CliRunner().invoke(app, [str(a) for a in arguments])
    assert done.exit_code == 0, done.output
    return done.stdout


def texts(svg: Path) -> list[str]:
    def inside(root: ElementTree.Element) -> Iterator[str]:
        for node in root.iter("{http://www.w3.org/2000/svg}text"):
            yield "".join(node.itertext()).strip()

    return list(inside(ElementTree.parse(svg).getroot()))


def test_the_result_holds_the_prediction_of_both_parts(run: tuple[Path, dict[str, Any]]) -> None:
    found = run[1]["prediction"]
    assert found["held_out"] == "the last 25 % of the time of each record was held out of the search"
    held = [r for r in found["fitted"] if r["role"] == "held out"]
    assert [(r["record"], r["from"] > 15, r["lasts"], r["blow_up"]) for r in held] == [
        (0, True, True, None),
        (1, True, True, None),
    ]
    assert all(r["error"] < 2 * r["noise"] for r in (*found["fitted"], *found["rounded"]))
    assert all(value < 0.02 for value in found["residual"])


def test_show_and_every_export_say_search_space_certificate_and_prediction(run: tuple[Path, dict[str, Any]]) -> None:
    space = run[1]["search_space"]
    shown = told("show", run[0])
    assert f"search space: {space['restricted']} terms with the symmetry, {space['unrestricted']} without" in shown
    assert "certificate: every declared generator leaves it invariant" in shown
    assert "prediction: the last 25 % of the time of each record was held out" in shown
    assert json.loads(told("export", run[0], "--to", "json"))["search_space"] == space
    for form in ("latex", "sympy", "python"):
        text = told("export", run[0], "--to", form)
        assert f"{space['restricted']} candidate terms with the symmetry, {space['unrestricted']} without" in text
        assert "nvarian" in text  # "invariant", "Invariance is certified"


def test_a_law_predicts_other_data(run: tuple[Path, dict[str, Any]], tmp_path: Path) -> None:
    write_dataset(simulate(load_system(run[0].parent / "swing.toml")), tmp_path / "other.npz")
    found = json.loads(told("predict", run[0], "--data", tmp_path / "other.npz", "--json"))
    assert found["held_out"].startswith("other data, which the search never saw: file other.npz")
    assert {r["role"] for r in found["fitted"]} == {"other data"}
    assert all(r["error"] < 0.05 for r in found["fitted"])
    assert "relative L2 error" in told("predict", run[0], "--law", 1)


def test_the_data_of_the_run_itself_are_not_called_other_data(tmp_path: Path) -> None:
    t = np.linspace(0, 20, 200)
    rows = [f"{a!r},{b!r}" for a, b in zip(t.tolist(), (np.exp(-0.1 * t) * np.cos(t)).tolist(), strict=True)]
    (tmp_path / "swing.csv").write_text("\n".join(["t,q", *rows]), encoding="utf-8")
    told("discover", tmp_path / "swing.csv", "--out", tmp_path / "run")
    found = json.loads(told("predict", tmp_path / "run", "--data", tmp_path / "swing.csv", "--json"))
    assert found["held_out"].startswith("data of which the run had records itself: file swing.csv")
    assert {r["role"] for r in found["fitted"]} == {"own data"}


def test_the_figure_of_trajectories_has_all_parts_with_axes(run: tuple[Path, dict[str, Any]], tmp_path: Path) -> None:
    told("report", run[0], "--out", tmp_path / "a.svg")
    told("report", run[0], "--out", tmp_path / "b.svg")
    assert (tmp_path / "a.svg").read_bytes() == (tmp_path / "b.svg").read_bytes()
    found = texts(tmp_path / "a.svg")
    for wanted in (
        "t",
        "q",
        "p",
        "law in motion",
        "law − data",
        "difference of q",
        "% of rms q_t",
        "% of rms p_t",
        "relative L2 error",
    ):
        assert wanted in found, wanted
    assert "coefficients and their 95 % intervals" in found
    assert any(text.startswith("c1 = ") for text in found)
    assert any("candidate terms with the symmetry" in text for text in found)


def test_the_figure_of_a_field_has_units_and_a_gap(ring: Path, tmp_path: Path) -> None:
    told("report", ring, "--out", tmp_path / "ring.svg")
    found = texts(tmp_path / "ring.svg")
    assert {"t [s]", "x [m]", "u [K]", "% of rms u_t"} <= set(found)
    told("report", ring, "--out", tmp_path / "ring.png")
    picture = (tmp_path / "ring.png").read_bytes()
    assert picture[:8] == b"\x89PNG\r\n\x1a\n"
    width, height = int.from_bytes(picture[16:20], "big"), int.from_bytes(picture[20:24], "big")
    assert width > 1500
    assert height > 400


def test_the_page_is_whole_and_loads_nothing(ring: Path) -> None:
    shown = told("report", ring, "--json")
    assert json.loads(shown)["path"] == str(ring / "report.html")
    page = (ring / "report.html").read_text(encoding="utf-8")
    for wanted in (
        "<svg",
        "Search space: ",
        "Certificate",
        "relative L2 error",
        "gaps: 2.6 % of the samples are missing",
        "u_xx",
    ):
        assert wanted in page, wanted
    body = page.replace("http://www.w3.org", "").replace("http://purl.org", "").replace("http://creativecommons.org", "")
    assert "<script" not in page
    assert "http" not in body.replace("https://matplotlib.org", "")


def test_bad_requests_are_one_message(run: tuple[Path, dict[str, Any]], tmp_path: Path) -> None:
    for arguments, wanted in (
        (("report", run[0], "--out", tmp_path / "a.gif"), "a figure is written to .svg, .png, .pdf; got '.gif'"),
        (("report", run[0], "--out", tmp_path / "no" / "a.svg"), "does not exist; give a file in a folder that does"),
        (("predict", run[0], "--law", 99), "expected 1 to"),
        (("predict", run[0], "--data", tmp_path / "no.csv"), "does not exist"),
    ):
        done = CliRunner().invoke(app, [str(a) for a in arguments])
        assert done.exit_code == 2
        assert wanted in done.stderr
