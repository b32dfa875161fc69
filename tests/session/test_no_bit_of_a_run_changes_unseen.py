"""Claim: whatever single bit of a run folder changes, each command gives the right answer or one clear error, never another answer."""

from __future__ import annotations

import json
import random
import re
import shutil
import socket
import sqlite3
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from toy_runs import SETTINGS, Says, run, stages
from typer.testing import CliRunner

from invarieq.cli.main import app
from invarieq.errors import SessionError
from invarieq.progress import Silent
from invarieq.session import Result, Settings, Stage, Store, run_stages
from invarieq.session.begin import begin
from invarieq.session.stages import resume

HEAD = 'name = "spring"\ncoordinates = ["t"]\nfields = { q = ["t"], p = ["t"] }\ndata = "spring.csv"\n[[symmetry]]\nt = "1"\n'
COMMANDS = (["show", "--json"], ["show"], ["export", "--to", "python"], ["predict", "--json"], ["resume", "--json"])
OLD = """
CREATE TABLE settings (one INTEGER PRIMARY KEY CHECK (one = 1), document TEXT NOT NULL);
CREATE TABLE stages (
    name TEXT PRIMARY KEY, position INTEGER NOT NULL UNIQUE, document TEXT,
    finished INTEGER NOT NULL DEFAULT 0 CHECK (finished = (document IS NOT NULL))
);
CREATE TABLE files (
    path TEXT PRIMARY KEY, stage TEXT REFERENCES stages (name), name TEXT NOT NULL,
    sha256 TEXT NOT NULL, size INTEGER NOT NULL
);
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL);
"""


@pytest.fixture(scope="module")
def spring(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A finished run of a harmonic oscillator, with the lock of a process that died."""
    place = tmp_path_factory.mktemp("spring")
    t = np.linspace(0, 20, 400)
    np.savetxt(place / "spring.csv", np.stack([t, np.sin(t), np.cos(t)], 1), delimiter=",", header="t,q,p", comments="")
    (place / "spring.toml").write_text(HEAD, encoding="utf-8")
    begin(Settings(str(place / "spring.toml")), place / "run")
    resume(place / "run", Silent())
    (place / "run" / "session.lock").write_text(json.dumps({"pid": 2**30, "host": socket.gethostname()}))
    return place


def answers(folder: Path) -> list[tuple[int, Any]]:
    """The exit code and the answer of every command that takes a run."""
    found: list[tuple[int, Any]] = []
    for name, *options in COMMANDS:
        done = CliRunner().invoke(app, [name, str(folder), *options])
        assert done.exit_code in (0, 2), (name, done.output, done.exception)
        assert done.exit_code == 0 or (done.stdout == "" and "error: " in done.stderr), (name, done.output)
        assert "fault of invarieq" not in done.stderr
        found.append((done.exit_code, done.stdout))
    return found


def outside(place: Path) -> dict[str, bytes]:
    """All files that are not of the run."""
    return {str(p): p.read_bytes() for p in place.iterdir() if p.is_file()}


@pytest.mark.parametrize("count", [16, pytest.param(120, marks=pytest.mark.slow)])
def test_single_bits_anywhere(tmp_path: Path, spring: Path, count: int) -> None:
    shutil.copytree(spring, tmp_path / "place")
    folder, kept = tmp_path / "place" / "run", spring / "run"
    right, before = answers(folder), outside(tmp_path / "place")
    assert all(code == 0 for code, _ in right)
    chance, refused = random.Random(count), 0
    paths = sorted(p.relative_to(kept) for p in kept.rglob("*") if p.is_file())
    assert {str(p) for p in paths} >= {"session.sqlite", "session.lock", "system.toml"} and len(paths) > 4
    for number in range(count):
        shutil.rmtree(folder)
        shutil.copytree(kept, folder)
        # half of the bits in the database, whose result they may change
        path = folder / (Path("session.sqlite") if number % 2 else chance.choice(paths))
        raw = bytearray(path.read_bytes())
        place = chance.randrange(len(raw))
        raw[place] ^= 1 << chance.randrange(8)
        path.write_bytes(raw)
        for (code, answer), (_, expected) in zip(answers(folder), right, strict=True):
            refused += code
            assert code == 2 or answer == expected, (path.name, place, answer)
    assert refused > 0
    assert outside(tmp_path / "place") == before


@pytest.mark.parametrize("count", [8, pytest.param(120, marks=pytest.mark.slow)])
def test_single_bits_of_a_result(tmp_path: Path, spring: Path, count: int) -> None:
    folder = tmp_path / "run"
    with Store.read(spring / "run") as store:
        text = store.connection.execute("SELECT document FROM stages WHERE name = 'result'").fetchone()[0].encode()
    chance = random.Random(count)
    for _ in range(count):
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(spring / "run", folder)
        changed = bytearray(text)
        changed[chance.randrange(len(changed))] ^= 1 << chance.randrange(8)
        with sqlite3.connect(folder / "session.sqlite") as other:
            other.execute("UPDATE stages SET document = CAST(? AS TEXT) WHERE name = 'result'", (bytes(changed),))
        other.close()
        assert {code for code, _ in answers(folder)} == {2}


def test_a_digit_of_a_stage_changed_before_the_run_went_on_is_seen(tmp_path: Path) -> None:
    def stop(context: object) -> Result:
        raise RuntimeError("the power went")

    halted = [Stage("result", stop) if s.name == "result" else s for s in stages()]
    with Store.create(tmp_path / "run", SETTINGS) as store, pytest.raises(RuntimeError, match="power"):
        run_stages(store, halted, Says())
    raw = (tmp_path / "run" / "session.sqlite").read_bytes()
    (number,) = set(re.findall(rb'"weights": \[(-?\d\.\d{8,})', raw))
    other = number[:-3] + (b"9" if number[-3:-2] != b"9" else b"8") + number[-2:]
    (tmp_path / "run" / "session.sqlite").write_bytes(raw.replace(number, other))
    with pytest.raises(
        SessionError, match=r"its stage 'fit' was changed \(its SHA-256 is another\); restore the folder from a copy"
    ):
        run(tmp_path / "run")


@pytest.mark.parametrize(
    "spoil",
    [
        "UPDATE settings SET document = replace(document, '7', '8')",
        "UPDATE stages SET position = 9 WHERE name = 'fit'",
        "UPDATE stages SET document = NULL, finished = 0 WHERE name = 'result'",
        "UPDATE files SET name = 'x' WHERE name = 'residual'",
        "DELETE FROM files WHERE name = 'residual'",
        "UPDATE meta SET value = '1.5' WHERE key = 'seconds:fit'",
        "INSERT INTO meta VALUES ('failure', '\"none\"', '')",
    ],
)
def test_a_row_that_was_changed_by_hand_is_seen(tmp_path: Path, spoil: str) -> None:
    run(tmp_path / "run")
    with sqlite3.connect(tmp_path / "run" / "session.sqlite") as other:
        other.execute(spoil)
    other.close()
    with pytest.raises(SessionError, match="was changed"):
        Store.open(tmp_path / "run")


def old(folder: Path) -> Path:
    """The run as invarieq 0.1.0 would have written it: format 1, no seals."""
    path = folder / "session.sqlite"
    with sqlite3.connect(path) as new:
        rows = {
            "settings": new.execute("SELECT one, document FROM settings").fetchall(),
            "stages": new.execute("SELECT name, position, document, finished FROM stages").fetchall(),
            "files": new.execute("SELECT path, stage, name, sha256, size FROM files").fetchall(),
            "meta": new.execute("SELECT key, value FROM meta").fetchall(),
        }
        application = new.execute("PRAGMA application_id").fetchone()[0]
    new.close()
    path.unlink()
    with sqlite3.connect(path) as made:
        made.executescript(f"PRAGMA application_id = {application}; PRAGMA user_version = 1; {OLD}")
        for table, found in rows.items():
            made.executemany(f"INSERT INTO {table} VALUES ({', '.join('?' * len(found[0]))})", found)
    made.close()
    return folder


def test_a_run_of_the_first_version_is_read_and_not_written(tmp_path: Path, spring: Path) -> None:
    shutil.copytree(spring / "run", tmp_path / "run")
    right = answers(tmp_path / "run")
    before = (old(tmp_path / "run") / "session.sqlite").read_bytes()
    found = answers(tmp_path / "run")
    assert found[:-1] == right[:-1]
    assert found[-1] == (2, "")
    told = CliRunner().invoke(app, ["resume", str(tmp_path / "run")]).stderr
    assert "has format 1, made by invarieq 0.1.0" in told and "`show`, `export`, `predict` and `report` read it" in told
    assert (tmp_path / "run" / "session.sqlite").read_bytes() == before
