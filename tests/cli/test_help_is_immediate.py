"""Claim: help needs no mathematics, and every command of the program offers --json and --debug."""

from __future__ import annotations

import resource
from collections.abc import Callable
from pathlib import Path

import pytest
from programs import invarieq

COMMANDS = (
    "systems",
    "symmetries",
    "invariants",
    "algebra",
    "conserve",
    "reduce",
    "simulate",
    "init",
    "discover",
    "resume",
    "runs",
    "show",
    "export",
)


def child_seconds() -> float:
    """The processor time of all processes that were started and have ended: it does not count waiting on a busy machine."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def test_help_loads_neither_sympy_nor_numpy(tmp_path: Path, record_property: Callable[[str, object], None]) -> None:
    begin = child_seconds()
    done = invarieq("--help", cwd=tmp_path)
    seconds = child_seconds() - begin
    record_property("help_seconds", seconds)
    assert done.returncode == 0
    assert all(command in done.stdout for command in COMMANDS)
    assert seconds < 3.0  # idle: 0.2
    loaded = invarieq("--help", cwd=tmp_path, PYTHONPROFILEIMPORTTIME="1").stderr
    modules = {line.rsplit("|", 1)[1].strip().split(".")[0] for line in loaded.splitlines() if line.startswith("import time:")}
    assert "typer" in modules
    assert modules.isdisjoint({"sympy", "numpy", "scipy", "xarray", "pandas", "matplotlib", "torch", "numba", "sklearn", "dask"})


def test_listing_runs_loads_no_mathematics_either(tmp_path: Path) -> None:
    loaded = invarieq("runs", cwd=tmp_path, PYTHONPROFILEIMPORTTIME="1").stderr
    assert "| sympy" not in loaded.replace("  ", " ")
    assert "| numpy" not in loaded.replace("  ", " ")


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself_and_offers_json(tmp_path: Path, command: str) -> None:
    done = invarieq(command, "--help", cwd=tmp_path, COLUMNS="120")
    assert done.returncode == 0
    assert "--json" in done.stdout and "--debug" in done.stdout


def test_the_version_is_printed(tmp_path: Path) -> None:
    done = invarieq("--version", cwd=tmp_path)
    assert (done.returncode, done.stdout.split()[0]) == (0, "invarieq")
