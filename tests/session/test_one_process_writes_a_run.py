"""Claim: a second process is refused with the process and the host of the first; a dead process holds nothing."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from toy_runs import SETTINGS, run

from invarieq.errors import SessionError
from invarieq.session import Store, list_runs, next_folder

PROGRAM = Path(__file__).with_name("toy_runs.py")


def test_a_second_process_is_refused_and_a_dead_one_is_not_waited_for(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, str(PROGRAM), str(tmp_path / "run"), "30"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as first:
        assert first.stdout is not None
        assert [first.stdout.readline() for _ in range(2)] == ["ready\n", "data\n"]
        with pytest.raises(SessionError, match=f"in use by process {first.pid} on {socket.gethostname()}"):
            Store.open(tmp_path / "run")
        (listed,) = list_runs(tmp_path)
        assert (listed.state, listed.best) == ("running", None)
        assert f"process {first.pid}" in listed.remark
        first.send_signal(signal.SIGKILL)
        first.wait()
        assert list_runs(tmp_path)[0].state == "stopped"
        with Store.open(tmp_path / "run") as store:
            assert store.lock is not None and store.lock.stale is not None
            assert store.lock.stale.pid == first.pid
    assert list_runs(tmp_path)[0].state == "stopped"


def test_the_same_process_does_not_write_a_run_twice(tmp_path: Path) -> None:
    with Store.create(tmp_path, SETTINGS), pytest.raises(SessionError, match=f"process {os.getpid()}"):
        Store.open(tmp_path)
    Store.open(tmp_path).close()


def test_a_run_that_another_host_may_be_writing_is_left_alone(tmp_path: Path) -> None:
    run(tmp_path / "run")
    (tmp_path / "run" / "session.lock").write_text(json.dumps({"pid": 1, "host": "elsewhere.example"}))
    with pytest.raises(SessionError, match=r"process 1 on elsewhere.example.*if it has ended, delete .*session.lock"):
        Store.open(tmp_path / "run")


def test_an_unreadable_lock_text_does_not_lock(tmp_path: Path) -> None:
    run(tmp_path / "run")
    for text in ("", "pid 7", "[]", '{"pid": "x"}'):
        (tmp_path / "run" / "session.lock").write_text(text)
        Store.open(tmp_path / "run").close()


def test_a_run_is_read_while_it_is_written(tmp_path: Path) -> None:
    with Store.create(tmp_path, SETTINGS) as writer:
        writer.plan(["a", "b"])
        writer.put("a", {"x": 1}, {})
        with Store.read(tmp_path) as reader:
            assert reader.document("a") == {"x": 1}
            writer.put("b", {"x": 2}, {})
            assert reader.finished() == ("a", "b")


def test_runs_are_numbered_and_listed_in_the_order_of_their_numbers(tmp_path: Path) -> None:
    names = [next_folder(tmp_path / "über runs", "kdv").name for _ in range(11)]
    assert names == [f"kdv-{i}" for i in range(1, 12)]
    for name in ("kdv-10", "kdv-2"):
        Store.create(tmp_path / "über runs" / name, SETTINGS).close()
    assert [Path(r.run).name for r in list_runs(tmp_path / "über runs")] == ["kdv-2", "kdv-10"]
