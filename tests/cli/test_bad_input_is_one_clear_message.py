"""Claim: bad input ends with code 2, a message with the mend on standard error, nothing on standard output, no traceback."""

from __future__ import annotations

from pathlib import Path

import pytest
from programs import finished_run, invarieq

from invarieq.cli.output import exit_code, message
from invarieq.errors import (
    DataError,
    GridError,
    MissingExtra,
    NoInvariants,
    NotASymmetry,
    ReadError,
    SessionError,
    SimulationError,
    Undecided,
    UnknownSystem,
)

CASES = {
    "unknown system": (["invariants", "kvd"], "did you mean 'kdv'?"),
    "missing file": (["invariants", "none.toml"], "does not exist"),
    "broken TOML": (["invariants", "broken.toml"], "is not TOML"),
    "code in TOML": (["invariants", "code.toml"], "expected numbers, names"),
    "wrong symmetry": (["invariants", "wrong.toml"], "u_t"),
    "negative order": (["invariants", "kdv", "--order", "-1"], "--order"),
    "no invariants": (["invariants", "kdv", "--order", "0"], "no invariants"),
    "order without names": (
        ["invariants", "kdv", "--order", "99"],
        "order 99: expected the highest order of derivatives, 0 to 20",
    ),
    "an empty name": (["discover", " "], "the name of the system is empty"),
    "unknown system to discover": (["discover", "kvd"], "did you mean 'kdv'?"),
    "unknown engine": (["discover", "kdv", "--engine", "slq"], "engine 'slq' is unknown; did you mean 'stlsq'?"),
    "no such data": (["discover", "kdv", "--data", "none.nc"], "data file 'none.nc' does not exist"),
    "nothing to simulate": (["simulate", "hare_lynx", "--out", "x.nc"], "declares no law"),
    "a name of a million letters": (["discover", "long.toml"], "expected at most 200000"),
    "no system": (["discover"], "Missing argument"),
    "unknown option": (["systems", "--colour"], "No such option"),
    "unknown command": (["sistems"], "No such command"),
    "negative noise": (["simulate", "heat", "--out", "x.npz", "--noise", "-1"], "--noise"),
    "unknown ending": (["simulate", "harmonic_oscillator", "--out", "x.docx"], ".npz"),
    "no such run": (["show", "nowhere"], "does not exist"),
    "not a run": (["show", "."], "holds no run"),
    "resume nothing": (["resume", "."], "holds no run"),
    "no such runs": (["runs", "nowhere"], "does not exist"),
    "unknown form": (["export", "kdv-1", "--to", "word"], "latex"),
    "no such law": (["export", "kdv-1", "--to", "json", "--law", "9"], "expected 1 to 2"),
}


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("bad")
    head = 'name = "s"\ncoordinates = ["t", "x"]\nfields = { u = ["t", "x"] }\n'
    (place / "broken.toml").write_text("name = ")
    (place / "code.toml").write_text(head + "equations = [\"u_t + __import__('os').mkdir('owned')\"]\n")
    (place / "wrong.toml").write_text(head + 'equations = ["u_t - u_xx"]\n[[symmetry]]\nu = "t"\n')
    (place / "long.toml").write_text(f'name = "{"n" * 10**6}"\n')
    finished_run(place / "kdv-1")
    return place


@pytest.mark.parametrize("case", CASES)
def test_bad_input(place: Path, case: str) -> None:
    arguments, expected = CASES[case]
    done = invarieq(*arguments, "--json", cwd=place, COLUMNS="200")
    assert done.returncode == 2, done.stderr
    assert done.stdout == ""
    assert expected in done.stderr
    assert "Traceback" not in done.stderr
    assert not (place / "owned").exists()
    assert not (place / "runs").exists()


def test_a_traceback_only_when_asked_for(place: Path) -> None:
    assert "Traceback" in invarieq("invariants", "kvd", "--debug", cwd=place).stderr


def test_codes_tell_input_from_failure() -> None:
    for error in (ReadError, DataError, GridError, NotASymmetry, NoInvariants, UnknownSystem, SessionError, SimulationError):
        assert exit_code(error("x")) == 2
    for error in (
        Undecided("x"),
        MissingExtra("a", "b", "c"),
        ZeroDivisionError("x"),
        ValueError("x"),
        OSError("x"),
    ):
        assert exit_code(error) == 1


def test_a_fault_of_ours_is_not_blamed_on_the_user() -> None:
    assert "fault of invarieq" in message(ZeroDivisionError("division by zero"))
    assert "fault of invarieq" not in message(PermissionError(13, "Permission denied"))
