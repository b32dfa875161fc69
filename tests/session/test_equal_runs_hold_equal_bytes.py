"""Claim: two equal runs hold equal bytes in all but `meta`, wherever and whenever they were made."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import numpy as np
import pytest
from toy_runs import SETTINGS, contents, run

from invarieq.errors import SessionError
from invarieq.session import Settings, Store, result_document


def rows(folder: Path) -> dict[str, list[tuple[object, ...]]]:
    connection = sqlite3.connect(folder / "session.sqlite")
    found = {t: connection.execute(f"SELECT * FROM {t}").fetchall() for t in ("settings", "stages", "files")}
    connection.close()
    return found


def test_only_meta_tells_two_equal_runs_apart(tmp_path: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "zwei, größer"
    assert run(one) == run(two)
    assert rows(one) == rows(two)
    assert contents(one) == contents(two)
    assert str(tmp_path) not in str(rows(one))


def test_another_seed_gives_another_fingerprint(tmp_path: Path) -> None:
    with Store.create(tmp_path / "a", Settings("toy", seed=1)) as a, Store.create(tmp_path / "b", Settings("toy", seed=2)) as b:
        assert a.fingerprint() != b.fingerprint()


def test_the_answer_of_a_run_is_its_document_with_place_and_time(tmp_path: Path) -> None:
    run(tmp_path / "run")
    with Store.read(tmp_path / "run") as store:
        answer = result_document(store)
        assert answer["run"] == str(tmp_path / "run")
        assert answer["seconds"] == pytest.approx(store.seconds(), abs=1e-3)
        assert {k: v for k, v in answer.items() if k not in {"run", "seconds"}} == store.document("result")


@pytest.mark.parametrize(
    "array",
    [
        np.array(3.0),
        np.zeros((0, 3)),
        np.asfortranarray(np.arange(6.0).reshape(2, 3)),
        np.arange(10)[::-2],
        np.array([np.nan, -np.inf, 5e-324]),
        np.array([1 + 2j], dtype=np.complex64),
        np.array(["ß", "u_x"]),
    ],
)
def test_arrays_come_back_as_they_were(tmp_path: Path, array: np.ndarray) -> None:
    with Store.create(tmp_path, SETTINGS) as store:
        store.plan(["a"])
        store.put("a", {}, {"x": array})
        back = store.array("a", "x")
    assert back.dtype == array.dtype and back.shape == array.shape
    assert back.tobytes() == array.tobytes()


def test_fields_that_differ_by_case_only_have_different_files(tmp_path: Path) -> None:
    run(tmp_path / "run")
    names = [name.lower() for name in contents(tmp_path / "run")]
    assert len(names) == len(set(names)) == 4


def test_a_run_at_rest_is_one_plain_database_file(tmp_path: Path) -> None:
    run(tmp_path / "run")
    assert sorted(p.name for p in (tmp_path / "run").iterdir()) == ["arrays", "session.lock", "session.sqlite"]


def test_kept_texts_come_back_and_are_recognised_when_changed(tmp_path: Path) -> None:
    with Store.create(tmp_path, SETTINGS) as store:
        assert store.get_text("system.toml") is None
        store.put_text("system.toml", 'name = "größer"\r\n')
        assert store.get_text("system.toml") == 'name = "größer"\r\n'
        (tmp_path / "system.toml").write_text('name = "smaller"')
        with pytest.raises(SessionError, match=r"system\.toml"):
            store.get_text("system.toml")


@pytest.mark.parametrize("name", ["../evil", "a/b", "", ".hidden", "x" * 65])
def test_no_name_leads_out_of_the_folder(tmp_path: Path, name: str) -> None:
    with Store.create(tmp_path / "run", SETTINGS) as store:
        with pytest.raises(SessionError):
            store.plan([name])
        with pytest.raises(SessionError):
            store.put_text(name + ".toml", "")
        store.plan(["a"])
        with pytest.raises(SessionError):
            store.put("a", {}, {name: np.zeros(1)})
