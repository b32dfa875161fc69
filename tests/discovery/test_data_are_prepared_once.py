"""Claim: one discovery prepares its data once, twice where a part is held out, and a session reads its system once."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest
from swings import SYSTEM, data

from invarieq import write_toml
from invarieq.data import records
from invarieq.discovery import work
from invarieq.discovery.discover import discover
from invarieq.progress import Silent
from invarieq.session import Settings, stages


class Counted:
    """A function, and how often it was called."""

    def __init__(self, function: Any) -> None:
        self.function, self.calls = function, 0

    def __call__(self, *given: Any, **named: Any) -> Any:
        self.calls += 1
        return self.function(*given, **named)


@pytest.mark.parametrize(("hold_out", "times"), [(0.0, 1), (0.25, 2)])
@pytest.mark.parametrize("symmetry", ["declared", "auto", "relaxed"])
def test_data_are_prepared_once_and_their_held_out_part_once_more(
    monkeypatch: pytest.MonkeyPatch, symmetry: str, hold_out: float, times: int
) -> None:
    counted = Counted(records.prepare)
    monkeypatch.setattr(work, "prepare", counted)
    discover(SYSTEM, data(), symmetry=symmetry, hold_out=hold_out)
    assert counted.calls == times


def test_a_session_prepares_and_reads_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "swing.toml"
    path.write_text(write_toml(SYSTEM), encoding="utf-8")
    prepared, kept, parsed = Counted(records.prepare), Counted(stages.read_toml), Counted(tomllib.loads)
    monkeypatch.setattr(work, "prepare", prepared)
    monkeypatch.setattr(stages, "read_toml", kept)
    monkeypatch.setattr(tomllib, "loads", parsed)
    stages.discover(Settings(str(path)), tmp_path / "run", Silent())
    assert prepared.calls == 1
    assert kept.calls == 1
    assert parsed.calls == 2  # the user's file, then the text that the folder keeps
