"""Claim: a discovery answers in the agreed shape, and one that was stopped or killed goes on to the same answer."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from pathlib import Path
from typing import Any

import pytest
from programs import PROGRAM, answer, invarieq

SYSTEM = """
name = "drift"
title = "Drift and diffusion in a ring"
coordinates = ["t", "x"]
fields = { u = ["t", "x"] }
equations = ["u_t + u_x/2 - u_xx/10"]
leading = ["u_t"]

[[symmetry]]
t = "1"

[[symmetry]]
x = "1"

[[symmetry]]
u = "u"

[simulation]
periodic = ["x"]
grid = { t = [0, 4, 81], x = [0, "2*pi", 64] }
start = { u = "exp(sin(x)) + cos(3*x)" }
"""
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2]), "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    place = tmp_path_factory.mktemp("undisturbed")
    (place / "drift.toml").write_text(SYSTEM)
    return place, answer("discover", "drift.toml", "--noise", 0.01, "--seed", 3, cwd=place, OPENBLAS_NUM_THREADS="1")


def lasting(document: dict[str, Any]) -> dict[str, Any]:
    """A result without the place and the time of its run."""
    return {key: value for key, value in document.items() if key not in {"run", "seconds"}}


def until(place: Path, said: str) -> subprocess.Popen[str]:
    """A discovery with the settings of `undisturbed`, as soon as it says `said`."""
    (place / "täglich").mkdir()
    system = place / "täglich" / "drift.toml"
    system.write_text(SYSTEM)
    command = [*PROGRAM, "discover", "täglich/drift.toml", "--noise", "0.01", "--seed", "3", "--out", "run 1"]
    process = subprocess.Popen(command, cwd=place, env=ENVIRONMENT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stderr is not None
    while line := process.stderr.readline():
        if said in line:
            system.unlink()  # the run has its own copy
            return process
    raise AssertionError(f"never said {said!r}")


def test_the_answer_has_the_agreed_shape(undisturbed: tuple[Path, dict[str, Any]]) -> None:
    place, found = undisturbed
    assert found["run"] == "runs/drift-1"
    assert found.keys() >= {"run", "laws", "best", "seconds", "search_space", "truth"}
    assert all(law.keys() >= {"equation", "latex", "score", "complexity", "certified"} for law in found["laws"])
    assert found["search_space"]["restricted"] < found["search_space"]["unrestricted"]
    assert found["truth"].keys() >= {"recovered", "coefficient_error"}
    assert found["truth"]["recovered"] is True
    assert answer("show", "runs/drift-1", cwd=place) == found
    (listed,) = answer("runs", cwd=place)
    assert (listed["state"], listed["best"]) == ("finished", found["best"]["equation"])


@pytest.mark.slow
def test_the_next_run_gets_the_next_number_and_the_same_result(undisturbed: tuple[Path, dict[str, Any]]) -> None:
    place, found = undisturbed
    again = answer("discover", "drift.toml", "--noise", 0.01, "--seed", 3, cwd=place, OPENBLAS_NUM_THREADS="1")
    assert again["run"] == "runs/drift-2"
    assert lasting(again) == lasting(found)
    assert lasting(answer("resume", "runs/drift-2", cwd=place)) == lasting(found)


STOPS = [
    ("data", signal.SIGKILL, -9),
    ("laws of first", signal.SIGKILL, -9),
    ("laws of first", signal.SIGTERM, 143),
    ("data", signal.SIGINT, 130),
]


@pytest.mark.slow
@pytest.mark.parametrize(("said", "stop", "code"), STOPS)
def test_a_stopped_discovery_goes_on_to_the_same(
    tmp_path: Path, undisturbed: tuple[Path, dict[str, Any]], said: str, stop: signal.Signals, code: int
) -> None:
    process = until(tmp_path, f"] {said}")
    process.send_signal(stop)
    printed, complained = process.communicate(timeout=300)
    assert process.returncode == code
    assert printed == ""
    if stop != signal.SIGKILL:
        assert complained.endswith("stopped; go on with: invarieq resume 'run 1'\n")
        assert "Traceback" not in complained
    resumed = answer("resume", "run 1", cwd=tmp_path, OPENBLAS_NUM_THREADS="1")
    assert lasting(resumed) == lasting(undisturbed[1])


def test_a_failed_start_leaves_no_folder(tmp_path: Path) -> None:
    (tmp_path / "words.csv").write_text("a,b\nc,d\n")
    for options in (["kvd"], ["heat", "--data", "none.csv"], ["heat", "--data", "words.csv"], ["heat", "--engine", "magic"]):
        done = invarieq("discover", *options, "--json", cwd=tmp_path)
        assert (done.returncode, done.stdout) == (2, ""), done.stderr
        assert [p.name for p in tmp_path.iterdir()] == ["words.csv"]


def test_a_folder_in_use_is_refused(tmp_path: Path) -> None:
    process = until(tmp_path, "] data")
    process.send_signal(signal.SIGSTOP)
    try:
        done = invarieq("resume", "run 1", cwd=tmp_path)
        assert done.returncode == 2
        assert f"in use by process {process.pid}" in done.stderr
        assert json.loads(invarieq("runs", ".", "--json", cwd=tmp_path).stdout)[0]["state"] == "running"
    finally:
        process.kill()
        process.communicate()


def test_a_run_folder_that_was_named_says_why_it_ended(tmp_path: Path) -> None:
    (tmp_path / "words.csv").write_text("a,b\nc,d\n")
    done = invarieq("discover", "heat", "--data", "words.csv", "--out", "r", cwd=tmp_path)
    assert done.returncode == 2
    (listed,) = answer("runs", "r", cwd=tmp_path)
    assert listed["state"] == "failed" and "words.csv" in listed["remark"]
    shown = invarieq("show", "r", cwd=tmp_path)
    assert (shown.returncode, shown.stdout) == (2, "")
    assert "stage 'result' is not finished since it failed (data: " in shown.stderr and "words.csv" in shown.stderr


def test_sigterm_ends_any_command_and_leaves_no_file(tmp_path: Path) -> None:
    command = [*PROGRAM, "simulate", "kdv", "--out", "kdv.nc"]
    process = subprocess.Popen(command, cwd=tmp_path, env=ENVIRONMENT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stderr is not None
    assert "simulating kdv" in process.stderr.readline()
    process.terminate()
    printed, complained = process.communicate(timeout=60)
    assert (process.returncode, printed, complained) == (143, "", "stopped\n")
    assert list(tmp_path.iterdir()) == []


def test_a_limit_of_memory_that_is_too_small_is_named_at_once(tmp_path: Path) -> None:
    for arguments in (["discover", "kdv"], ["resume", "r"]):
        if arguments[0] == "resume":
            from invarieq.session import Settings
            from invarieq.session.begin import begin

            begin(Settings("heat"), tmp_path / "r")
        line = " ".join(f"'{part}'" for part in [*PROGRAM, *arguments])
        done = subprocess.run(
            ["bash", "-c", f"ulimit -v 500000; {line}"],
            cwd=tmp_path,
            env=ENVIRONMENT,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 2, done.stderr
        assert done.stderr.count("error: ") == 1 and "memory" in done.stderr and "fault" not in done.stderr
        if arguments[0] == "discover":
            assert "limited to 512 MB (ulimit -v); a search needs at least 750 MB with 1 thread(s) of BLAS" in done.stderr
        assert not (tmp_path / "runs").exists()
