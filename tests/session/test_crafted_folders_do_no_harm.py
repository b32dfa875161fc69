"""Claim: a run folder made to deceive gives the right answer or one clear error, and nothing outside it is touched."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from typer.testing import CliRunner

from invarieq.cli.main import app
from invarieq.progress import Silent
from invarieq.session import Settings
from invarieq.session.begin import begin
from invarieq.session.stages import resume
from invarieq.store import sealed as documents
from invarieq.store.files import Written, read_array
from invarieq.store.rows import Rows, file_row, note_row, settings_row

HEAD = 'name = "spring"\ncoordinates = ["t"]\nfields = { q = ["t"], p = ["t"] }\ndata = "spring.csv"\n[[symmetry]]\nt = "1"\n'
COMMANDS = (
    ["show"], ["show", "--json"], ["export", "--to", "python"], ["export", "--to", "json"], ["predict"], ["resume"],
)  # fmt: skip
Craft = Callable[[Path, Path], object]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("whole")
    t = np.linspace(0, 20, 400)
    np.savetxt(place / "spring.csv", np.stack([t, np.sin(t), np.cos(t)], 1), delimiter=",", header="t,q,p", comments="")
    (place / "spring.toml").write_text(HEAD, encoding="utf-8")
    begin(Settings(str(place / "spring.toml")), place / "run")
    resume(place / "run", Silent())
    return place / "run"


def change(folder: Path, stage: str, new: Any, *, unfinish: tuple[str, ...] = ()) -> None:
    """Give a stage another document (as text, or as a value), with a seal that fits, as a stranger can."""
    text = new if isinstance(new, str) else json.dumps(new)
    with sqlite3.connect(folder / "session.sqlite", isolation_level=None) as connection:
        rows = Rows(folder, connection, sealed=True)
        rows.finish(stage, text, list(rows.files(stage).items()))
        for name in unfinish:
            (position,) = connection.execute("SELECT position FROM stages WHERE name = ?", (name,)).fetchone()
            connection.execute("DELETE FROM stages WHERE name = ?", (name,))
            from invarieq.store.rows import seal

            values = (name, position, seal("stage", name, position, None, 0, []))
            connection.execute("INSERT INTO stages (name, position, seal) VALUES (?, ?, ?)", values)
    connection.close()


def document(folder: Path, stage: str) -> Any:
    with sqlite3.connect(folder / "session.sqlite") as connection:
        (text,) = connection.execute("SELECT document FROM stages WHERE name = ?", (stage,)).fetchone()
    connection.close()
    return json.loads(text)


def sql(folder: Path, *statements: str | tuple[str, tuple[Any, ...]]) -> None:
    with sqlite3.connect(folder / "session.sqlite", isolation_level=None) as connection:
        for statement in statements:
            text, values = (statement, ()) if isinstance(statement, str) else statement
            connection.execute(text, values)
    connection.close()


def linked(name: str, to: str = "victim") -> Craft:
    """A link in place of a file of the folder."""

    def craft(folder: Path, outer: Path) -> None:
        (folder / name).unlink(missing_ok=True)
        (folder / name).symlink_to(outer / to)

    return craft


def moved(name: str) -> Craft:
    """A file or folder of the run put outside, and a link to it."""

    def craft(folder: Path, outer: Path) -> None:
        shutil.move(folder / name, outer / "moved")
        (folder / name).symlink_to(outer / "moved")

    return craft


def hard(name: str) -> Craft:
    def craft(folder: Path, outer: Path) -> None:
        (folder / name).unlink(missing_ok=True)
        os.link(outer / "victim", folder / name)

    return craft


def second_name(folder: Path, outer: Path) -> None:
    os.link(folder / "session.sqlite", outer / "second.sqlite")


def pipe(name: str) -> Craft:
    def craft(folder: Path, outer: Path) -> None:
        (folder / name).unlink(missing_ok=True)
        os.mkfifo(folder / name)

    return craft


def result(new: Callable[[Any], Any]) -> Craft:
    return lambda folder, outer: change(folder, "result", new(document(folder, "result")))


def earlier(stage: str, new: Callable[[Any], Any]) -> Craft:
    """Another document of an earlier stage, and those that stand on it to be computed again."""

    def craft(folder: Path, outer: Path) -> None:
        change(folder, stage, new(document(folder, stage)), unfinish=("doubt", "prediction", "result"))

    return craft


def array(values: np.ndarray, *, fits: bool = True) -> Craft:
    """Another array in place of the first of the data, with a sum that fits or not."""

    def craft(folder: Path, outer: Path) -> None:
        import hashlib

        with sqlite3.connect(folder / "session.sqlite", isolation_level=None) as connection:
            rows = Rows(folder, connection, sealed=True)
            files = dict(rows.files("data"))
            name, written = next(iter(files.items()))
            np.save(folder / written.path, values, allow_pickle=True)
            raw = (folder / written.path).read_bytes()
            if fits:
                files[name] = Written(written.path, hashlib.sha256(raw).hexdigest(), len(raw))
                rows.finish("data", json.dumps(document(folder, "data")), list(files.items()))
        connection.close()

    return craft


def path_of_array(path: str) -> Craft:
    """A row of files that leads out of the folder."""

    def craft(folder: Path, outer: Path) -> None:
        with sqlite3.connect(folder / "session.sqlite", isolation_level=None) as connection:
            rows = Rows(folder, connection, sealed=True)
            files = {
                n: Written(path.format(outer=outer), w.sha256, w.size) if n == "t_0" else w for n, w in rows.files("data").items()
            }
            rows.finish("data", json.dumps(document(folder, "data")), list(files.items()))
        connection.close()

    return craft


def text_elsewhere(folder: Path, outer: Path) -> None:
    row = file_row(None, "system.toml", Written("../victim", "0" * 64, 8))
    sql(folder, "DELETE FROM files WHERE stage IS NULL", ("INSERT INTO files VALUES (?, ?, ?, ?, ?, ?)", row))


def program(folder: Path, outer: Path) -> None:
    (folder / "evil.py").write_text(f"open({str(outer / 'PWNED')!r}, 'w')\n")
    text = json.dumps({"system": str(folder / "evil.py")})
    sql(
        folder,
        ("UPDATE settings SET document = ?, seal = ?", settings_row(text)),
        "DELETE FROM files WHERE stage IS NULL",
        "DELETE FROM files",
        "DELETE FROM stages",
    )
    (folder / "system.toml").unlink()


def settings(text: str) -> Craft:
    return lambda folder, outer: sql(folder, ("UPDATE settings SET document = ?, seal = ?", settings_row(text)))


def journal(folder: Path, outer: Path) -> None:
    """A rollback journal whose last bytes name a file outside, which SQLite takes for a journal over several databases and deletes."""
    name = str(outer / "victim").encode()
    raw = (folder / "session.sqlite").read_bytes()
    pages, size = len(raw) // 4096, 4096
    head = b"\xd9\xd5\x05\xf9\x20\xa1\x63\xd7" + b"".join(n.to_bytes(4, "big") for n in (0, 7, pages, 512, size))
    tail = ((1 << 30) // size + 1).to_bytes(4, "big") + name + len(name).to_bytes(4, "big")
    tail += (sum(b if b < 128 else b - 256 for b in name) & 0xFFFFFFFF).to_bytes(4, "big") + b"\xd9\xd5\x05\xf9\x20\xa1\x63\xd7"
    (folder / "session.sqlite-journal").write_bytes(head.ljust(512, b"\x00") + tail)


def version(number: int) -> Craft:
    return lambda folder, outer: sql(folder, f"PRAGMA user_version = {number}")


def foreign(folder: Path, outer: Path) -> None:
    (folder / "session.sqlite").unlink()
    sql(folder, "CREATE TABLE bookmarks (address TEXT)")


def truncated(folder: Path, outer: Path) -> None:
    raw = (folder / "session.sqlite").read_bytes()
    (folder / "session.sqlite").write_bytes(raw[: len(raw) // 3])


def endless_view(folder: Path, outer: Path) -> None:
    sql(
        folder,
        "CREATE VIEW slow AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n",
        "CREATE TRIGGER t AFTER UPDATE ON meta BEGIN DELETE FROM stages; END",
    )


def deep(folder: Path, outer: Path) -> None:
    change(folder, "result", '{"laws": ' + "[" * 100_000 + "]" * 100_000 + "}")


def huge(folder: Path, outer: Path) -> None:
    change(folder, "result", json.dumps({"laws": [], "best": None, "data": "x" * 2_000_000}))


def first_law(**new: Any) -> Craft:
    def alter(found: Any) -> Any:
        for law in found["laws"]:
            law |= new
        return found | {"best": found["laws"][0]}

    return result(alter)


CRAFTS: dict[str, Craft] = {
    "lock: a link": linked("session.lock"),
    "lock: a second name of a file outside": hard("session.lock"),
    "lock: a pipe": pipe("session.lock"),
    "lock: a folder": lambda f, o: ((f / "session.lock").unlink(), (f / "session.lock").mkdir()),
    "lock: another host": lambda f, o: (f / "session.lock").write_text('{"pid": 1, "host": "\\u001b[2J"}'),
    "database: a link": moved("session.sqlite"),
    "database: a second name": second_name,
    "database: a pipe": pipe("session.sqlite"),
    "write-ahead log: a link": linked("session.sqlite-wal"),
    "shared memory: a link": linked("session.sqlite-shm"),
    "journal: a link": linked("session.sqlite-journal"),
    "journal: naming a file outside": journal,
    "arrays: a link to a folder": moved("arrays"),
    "array: a link": moved("arrays/data.0.t_0.npy"),
    "array: a pipe": pipe("arrays/data.0.t_0.npy"),
    "array: a path out of the folder": path_of_array("../victim"),
    "array: an absolute path": path_of_array("{outer}/victim"),
    "array: Python objects": array(np.array([{"a": 1}], dtype=object)),
    "array: of texts": array(np.array(["a", "b"])),
    "array: of another shape": array(np.zeros((3, 3, 3))),
    "array: with another sum": array(np.zeros(400), fits=False),
    "system: a link": moved("system.toml"),
    "system: a path out of the folder": text_elsewhere,
    "system: a program": program,
    "temporary file of the report: a link": linked(".report.html.tmp"),
    "report: a link": linked("report.html"),
    "report: a pipe": pipe("report.html"),
    "temporary file of the database: a link": linked(".session.sqlite.tmp"),
    "version: newer": version(3),
    "version: 0": version(0),
    "version: 1 with seals": version(1),
    "another program's database": foreign,
    "a truncated database": truncated,
    "views and triggers": endless_view,
    "settings: a list": settings("[]"),
    "settings: of wrong kinds": settings('{"system": ["kdv"], "noise": "much"}'),
    "settings: not JSON": settings("{"),
    "settings: a number of a million digits": settings('{"system": "kdv", "seed": ' + "9" * 10**6 + "}"),
    "note: not JSON": lambda f, o: sql(f, ("INSERT INTO meta VALUES (?, ?, ?)", ("a", *note_row("a", 1)[1:-1], "b"))),
    "result: a list": result(lambda found: [found]),
    "result: null": result(lambda found: None),
    "result: nothing in it": result(lambda found: {}),
    "result: nested deeply": deep,
    "result: a huge text": huge,
    "result: infinite numbers": lambda f, o: change(f, "result", json.dumps(document(f, "result")).replace("0.", "1e999, 0.", 1)),
    "result: laws that are texts": result(lambda found: found | {"laws": ["a", "b"]}),
    "result: scores that are texts": first_law(score="a", complexity=None),
    "result: a law of another format": first_law(format=99),
    "result: a coefficient that is a list": first_law(coefficients=[[1]]),
    "result: a right side that is code": first_law(right=["__import__('os').system('touch PWNED')"] * 2),
    "result: a search space that is code": result(
        lambda found: found | {"search_space": {"restricted": '"""\nopen("PWNED", "w")'}}
    ),
    "data: other dimensions": earlier("data", lambda found: found | {"dims": {"t": ["x"]}}),
    "data: a million segments": earlier("data", lambda found: found | {"segments": 10**6}),
    "data: units that are lists": earlier("data", lambda found: found | {"units": [1, 2]}),
    "search: models that are texts": earlier("order_1", lambda found: found | {"models": "abc"}),
    "search: no model chosen": earlier("order_1", lambda found: found | {"chosen": 99}),
}


@pytest.mark.parametrize("name", CRAFTS)
def test_a_crafted_folder(tmp_path: Path, whole: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(documents, "LONGEST", 1_000_000)
    outer, folder = tmp_path / "outer", tmp_path / "inner" / "run"
    outer.mkdir()
    (outer / "victim").write_bytes(b"precious")
    shutil.copytree(whole, folder)
    CRAFTS[name](folder, outer)
    before = {p: (p.read_bytes() if p.is_file() else b"", p.lstat().st_mode) for p in outer.rglob("*")}
    drawn = name.startswith(("report", "temporary", "result: s"))
    for command, *options in (*COMMANDS, *([["report"]] if drawn else [])):
        done = CliRunner().invoke(app, [command, str(folder), *options])
        assert done.exit_code in (0, 2), (command, done.output, done.exception)
        if done.exit_code:
            assert done.stderr.count("error: ") == 1 and done.stdout == "", (command, done.output)
            assert "This is a fault" not in done.stderr and "\x1b" not in done.stderr
    after = {p: (p.read_bytes() if p.is_file() else b"", p.lstat().st_mode) for p in outer.rglob("*")}
    assert after == before
    assert sorted(p.name for p in (tmp_path / "inner").iterdir()) == ["run"]
    assert not (folder / "PWNED").exists()


def test_at_least_forty_folders_are_tried() -> None:
    assert len(CRAFTS) >= 40


def test_sqlite_would_have_deleted_the_file_that_a_journal_names(tmp_path: Path, whole: Path) -> None:
    """The crafted journal is a real danger: opened without our look at it, the file outside is gone."""
    (tmp_path / "victim").write_bytes(b"precious")
    shutil.copytree(whole, tmp_path / "run")
    journal(tmp_path / "run", tmp_path)
    sql(tmp_path / "run", "SELECT count(*) FROM stages")
    assert not (tmp_path / "victim").exists()


def test_an_array_that_claims_more_than_all_memory_is_one_error(tmp_path: Path) -> None:
    from hashlib import sha256

    from invarieq.errors import SessionError

    with (tmp_path / "a.npy").open("wb") as stream:
        np.lib.format.write_array_header_1_0(stream, {"descr": "<f8", "fortran_order": False, "shape": (10**15,)})
    raw = (tmp_path / "a.npy").read_bytes()
    with pytest.raises(SessionError, match=r"its file 'a\.npy' holds no array"):
        read_array(tmp_path, Written("a.npy", sha256(raw).hexdigest(), len(raw)))
