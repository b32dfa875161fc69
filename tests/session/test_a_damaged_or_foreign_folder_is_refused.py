"""Claim: a folder that is not a whole run of ours is refused with its path, what is wrong, and the mend; nothing is changed."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from toy_runs import SETTINGS, run

from invarieq.errors import InvarieqError, SessionError
from invarieq.session import Settings, Store, list_runs
from invarieq.store.database import APPLICATION, VERSION, connect_to_write, make_database, on_network
from invarieq.store.rows import settings_row


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    run(tmp_path / "run")
    return tmp_path / "run"


def refused(folder: Path, *patterns: str) -> None:
    for door in (Store.read, Store.open):
        with pytest.raises(SessionError) as caught, door(folder) as store:
            for stage in store.finished():
                store.arrays(stage)
        assert str(folder) in str(caught.value)
        for pattern in patterns:
            assert pattern in str(caught.value)


def untouched(folder: Path, *patterns: str) -> None:
    """Refused, and not one byte of the database changed."""
    before = (folder / "session.sqlite").read_bytes()
    refused(folder, *patterns)
    assert (folder / "session.sqlite").read_bytes() == before


def test_a_text_in_place_of_the_database(folder: Path) -> None:
    (folder / "session.sqlite").write_text("hello " * 100)
    untouched(folder, "is damaged: not an SQLite database", "restore it from a copy")


def test_an_empty_database_file(folder: Path) -> None:
    (folder / "session.sqlite").write_bytes(b"")
    untouched(folder, "is damaged", "0 bytes")


def test_a_torn_database(folder: Path) -> None:
    whole = (folder / "session.sqlite").read_bytes()
    (folder / "session.sqlite").write_bytes(whole[: len(whole) // 2])
    untouched(folder, "is damaged", "restore it from a copy")


def test_overwritten_pages(folder: Path) -> None:
    whole = (folder / "session.sqlite").read_bytes()
    (folder / "session.sqlite").write_bytes(whole[:4096] + b"\xff" * (len(whole) - 4096))
    untouched(folder, "is damaged", "restore it from a copy")


def test_the_database_of_another_program(folder: Path) -> None:
    (folder / "session.sqlite").unlink()
    with sqlite3.connect(folder / "session.sqlite") as other:
        other.execute("CREATE TABLE bookmarks (address TEXT)")
    other.close()
    untouched(folder, "belongs to another program")


def test_a_newer_format(folder: Path) -> None:
    with sqlite3.connect(folder / "session.sqlite") as newer:
        newer.execute(f"PRAGMA user_version = {VERSION + 1}")
    newer.close()
    untouched(folder, "newer invarieq", "pip install -U invarieq")


def test_our_database_without_our_tables(folder: Path) -> None:
    (folder / "session.sqlite").unlink()
    with sqlite3.connect(folder / "session.sqlite") as bare:
        bare.execute(f"PRAGMA application_id = {APPLICATION}")
        bare.execute("CREATE TABLE meta (key TEXT)")
    bare.close()
    untouched(folder, "it has no table 'files'")


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda path: path.unlink(), "is missing"),
        (lambda path: path.write_bytes(path.read_bytes()[:1000]), "has 1000 bytes instead of"),
        (lambda path: path.write_bytes(path.read_bytes()[:-1] + bytes([path.read_bytes()[-1] ^ 1])), "was changed"),
    ],
)
def test_an_array_that_is_missing_cut_or_changed(folder: Path, spoil: Callable[[Path], object], message: str) -> None:
    spoil(folder / "arrays" / "data.0.u.npy")
    refused(folder, "arrays/data.0.u.npy", message, "start the discovery again")


def test_a_pickled_array_is_neither_written_nor_read(folder: Path) -> None:
    with Store.open(folder) as store, pytest.raises(SessionError, match="holds Python objects"):
        store.put("fit", {}, {"x": np.array([object()])})


def test_folders_that_hold_no_run(tmp_path: Path) -> None:
    with pytest.raises(SessionError, match="does not exist"):
        Store.open(tmp_path / "nowhere")
    with pytest.raises(SessionError, match="holds no run"):
        Store.open(tmp_path)
    with pytest.raises(SessionError, match="does not exist"):
        list_runs(tmp_path / "nowhere")


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(SessionError, match=r"cannot be written: Not a directory .*--out DIR"):
        Store.create(tmp_path / "file" / "run", SETTINGS)


def test_a_folder_with_something_else_in_it(tmp_path: Path) -> None:
    (tmp_path / "thesis.tex").write_text("")
    with pytest.raises(SessionError, match=r"is not empty \(it holds 'thesis.tex'\)"):
        Store.create(tmp_path, SETTINGS)
    assert [p.name for p in tmp_path.iterdir()] == ["thesis.tex"]


def test_a_second_discovery_in_the_folder_of_a_run(folder: Path) -> None:
    with pytest.raises(SessionError, match="already holds a run; go on with it: invarieq resume"):
        Store.create(folder, SETTINGS)


def test_a_folder_whose_discovery_was_killed_in_its_first_instant_counts_as_empty(tmp_path: Path) -> None:
    (tmp_path / "session.lock").write_text("")
    (tmp_path / ".session.sqlite.tmp").write_bytes(b"SQLite")
    (tmp_path / ".session.sqlite.tmp-journal").write_bytes(b"half")
    Store.create(tmp_path, SETTINGS).close()
    with Store.read(tmp_path) as store:
        assert store.settings == SETTINGS


@pytest.mark.parametrize("value", [{1, 2}, object(), b"bytes"])
def test_a_document_that_is_not_json(folder: Path, value: object) -> None:
    with Store.open(folder) as store, pytest.raises(SessionError, match="the document of stage 'fit' cannot be stored as JSON"):
        store.put("fit", {"value": value}, {})


def test_a_number_that_is_infinite_or_none_becomes_null(folder: Path) -> None:
    with Store.open(folder) as store:
        store.put("fit", {"value": float("nan"), "list": [1.5, np.float64("inf"), (np.int64(2), -np.inf)]}, {})
        assert store.document("fit") == {"value": None, "list": [1.5, None, [2, None]]}


def test_settings_that_make_no_sense() -> None:
    for wrong in ({"noise": float("nan")}, {"noise": -1.0}, {"seed": -1}):
        with pytest.raises(InvarieqError, match="expected"):
            Settings("kdv", **wrong)  # type: ignore[arg-type]
    with pytest.raises(SessionError, match="the stored settings have the keys"):
        Settings.from_json({"system": "kdv", "colour": "red"})


def test_where_a_write_ahead_log_is_impossible_a_rollback_journal_serves(tmp_path: Path) -> None:
    make_database(tmp_path, settings_row('{"system": "kdv"}'))
    connection = connect_to_write(tmp_path, vfs="unix-dotfile")  # this one has no shared memory
    assert connection.execute("PRAGMA journal_mode").fetchone() == ("delete",)
    assert connection.execute("PRAGMA synchronous").fetchone() == (2,)
    connection.close()
    connection = connect_to_write(tmp_path)
    assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    connection.close()


def test_network_file_systems_are_known_by_the_nearest_mount(tmp_path: Path) -> None:
    local, remote = "/dev/sda1 / ext4 rw 0 0\n", f"server:/data {tmp_path}/my\\040home nfs4 rw 0 0\n"
    near = f"/dev/sdb1 {tmp_path}/my\\040home/scratch xfs rw 0 0\n"
    assert not on_network(tmp_path, local + remote)
    assert on_network(tmp_path / "my home" / "run", local + remote + near)
    assert not on_network(tmp_path / "my home" / "scratch" / "run", local + remote + near)
