"""Claim: each command answers with one JSON document of the agreed shape, whose expressions can be read back."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from programs import answer, finished_run, invarieq, kdv_result

from invarieq.expressions import read_expression
from invarieq.system import load_system, shipped_systems


def test_systems(tmp_path: Path) -> None:
    found = answer("systems", cwd=tmp_path)
    assert [s["name"] for s in found] == list(shipped_systems())
    for entry in found:
        assert entry.keys() >= {"name", "title", "order", "unknowns", "symmetry"}
        space = load_system(entry["name"]).space
        for generator in entry["symmetry"]:
            assert {space.name(v) for v in generator}
            assert all(read_expression(component, space.names) is not None for component in generator.values())
    assert next(s["order"] for s in found if s["name"] == "kdv") == 3


@pytest.mark.parametrize("order", [1, 2, None])
def test_invariants_are_as_many_as_the_jets_less_the_orbits(tmp_path: Path, order: int | None) -> None:
    found = answer("invariants", "kdv", *([] if order is None else ["--order", order]), cwd=tmp_path)
    assert found["order"] == (order or 3)
    assert found["certified"] is True
    assert found["count"] == len(found["invariants"]) == found["jet_dimension"] - found["orbit_dimension"]
    names = load_system("kdv").space.names
    for invariant in found["invariants"]:
        assert invariant.keys() >= {"name", "expression", "latex"}
        read_expression(invariant["expression"], names)


def test_invariants_in_latex_and_within_a_budget(tmp_path: Path) -> None:
    lines = invarieq("invariants", "kdv", "--order", "1", "--latex", cwd=tmp_path).stdout.splitlines()
    assert lines == [r"I_{1} &= \frac{\left({u}_{t} + 6 u {u}_{x}\right)^{3}}{{u}_{x}^{5}} \\"]
    done = invarieq("invariants", "reaction_diffusion", "--order", "2", "--budget", "0", "--json", cwd=tmp_path)
    assert done.returncode == 1
    assert "undecided" in done.stderr
    found = json.loads(done.stdout)
    assert (found["certified"], found["complete"]) == (False, False)


def test_a_system_by_path(tmp_path: Path) -> None:
    place = tmp_path / "größe 1"
    place.mkdir()
    (place / "täglich.toml").write_text('name = "s"\ncoordinates = ["t"]\nfields = { u = ["t"] }\n[[symmetry]]\nt = "1"\n')
    assert answer("invariants", place / "täglich.toml", "--order", 1, cwd=tmp_path)["count"] == 2


@pytest.mark.slow
def test_simulate_and_its_seed(tmp_path: Path) -> None:
    import numpy as np

    def values(name: str, *options: object) -> np.ndarray:
        found = answer("simulate", "harmonic_oscillator", "--out", name, *options, cwd=tmp_path)
        with np.load(tmp_path / found["path"], allow_pickle=False) as data:
            assert found["shape"][-1] in data["q"].shape
            return data["q"]

    noise = ("--noise", 0.1)
    clean, other = values("a b.npz"), values("d.npz", *noise)
    one, same = (values(name, *noise, "--seed", 1) for name in ("b.npz", "c.npz"))
    assert (one == same).all() and (one != other).any()
    assert np.std(one - clean) == pytest.approx(0.1 * np.std(clean), rel=0.3)


def test_show_answers_what_discover_did(tmp_path: Path) -> None:
    folder = finished_run(tmp_path / "kdv-1")
    found = answer("show", folder, cwd=tmp_path)
    assert found == {"run": str(folder), **kdv_result(), "seconds": 1.5}
    shown = invarieq("show", folder, cwd=tmp_path).stdout
    assert "0 = 6*u*u_x + u_t + u_xxx" in shown
    assert "best law: u_t = c1*u_xxx - 6*u*u_x\n" in shown
    assert "-1.0023" in shown and "± 0.004" in shown
    assert "every declared generator leaves it invariant (for all values of the coefficients)" in shown
    assert "noise estimated 1 %" in shown
    assert "3 terms with the symmetry, 40 without" in shown
    assert "known law: recovered" in shown


def test_runs(tmp_path: Path) -> None:
    assert answer("runs", cwd=tmp_path) == []
    finished_run(tmp_path / "runs" / "kdv-1")
    (tmp_path / "runs" / "kdv-2").mkdir()
    (tmp_path / "runs" / "kdv-3").mkdir()
    (tmp_path / "runs" / "kdv-3" / "session.sqlite").write_text("?")
    one, broken = answer("runs", cwd=tmp_path)
    assert one == {
        "run": "runs/kdv-1",
        "system": "kdv",
        "state": "finished",
        "best": kdv_result()["best"]["equation"],
        "seconds": 1.5,
        "remark": "",
    }
    assert (broken["run"], broken["state"]) == ("runs/kdv-3", "unreadable")
    assert answer("runs", "runs", cwd=tmp_path) == [one, broken]


def test_a_run_without_a_result_names_the_command_that_goes_on(tmp_path: Path) -> None:
    from invarieq.session import Settings, Store

    with Store.create(tmp_path / "my run", Settings("kdv")) as store:
        store.plan(["data", "result"])
    done = invarieq("show", tmp_path / "my run", cwd=tmp_path)
    assert done.returncode == 2
    assert f"invarieq resume '{tmp_path / 'my run'}'" in done.stderr


FORMS = {"latex": r"\begin{document}", "sympy": "import sympy as sp", "python": "def right_side(", "json": '"certified": true'}


@pytest.mark.parametrize(("form", "part"), FORMS.items())
def test_export(tmp_path: Path, form: str, part: str) -> None:
    folder = finished_run(tmp_path / "kdv 1")
    found = answer("export", folder, "--to", form, cwd=tmp_path)
    assert (found["to"], found["path"]) == (form, None)
    assert part in found["text"]
    printed = invarieq("export", folder, "--to", form, cwd=tmp_path).stdout
    assert printed == found["text"].rstrip("\n") + "\n"
    assert answer("export", folder, "--to", form, "--out", "größe.txt", cwd=tmp_path)["path"] == "größe.txt"
    assert (tmp_path / "größe.txt").read_text(encoding="utf-8") == found["text"]


def test_an_exported_law_reads_back(tmp_path: Path) -> None:
    from invarieq.law import law_from_json

    folder = finished_run(tmp_path / "run")
    best, poor = (
        law_from_json(invarieq("export", folder, "--to", "json", *which, cwd=tmp_path).stdout) for which in ((), ("--law", 2))
    )
    assert (best.complexity, poor.complexity) == (2, 1)
    assert [c.value for c in best.coefficients] == [-1.0023]


def test_a_run_without_a_best_law_asks_for_a_choice(tmp_path: Path) -> None:
    folder = finished_run(tmp_path / "run", kdv_result() | {"best": None})
    done = invarieq("export", folder, "--to", "json", cwd=tmp_path)
    assert done.returncode == 2 and "--law N" in done.stderr
    assert "no best law" in invarieq("show", folder, cwd=tmp_path).stdout


def test_numbers_that_a_run_could_not_store_are_left_empty(tmp_path: Path) -> None:
    result = kdv_result()
    result["laws"][0]["coefficients"][0] |= {"inclusion": 0.9, "interval": [float("-inf"), float("inf")], "error": float("nan")}
    result["best"] = result["laws"][0]
    result["automatic"] = {
        "tested": [],
        "reflections": [
            {"kept": True, "reflection": "x -> -x", "statistic": float("inf"), "freedom": 1, "p_value": float("nan"),
             "held_back_p_value": None, "note": ""}
        ],
    }  # fmt: skip
    folder = finished_run(tmp_path / "r", result)
    assert answer("show", folder, cwd=tmp_path)["automatic"]["reflections"][0]["statistic"] is None
    done = invarieq("show", folder, cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert " / 1" in done.stdout
