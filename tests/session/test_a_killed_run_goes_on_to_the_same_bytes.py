"""Claim: whatever stops a run, it stays readable, loses nothing acknowledged, and ends in the bytes of an undisturbed one."""

from __future__ import annotations

import random
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from toy_runs import NAMES, SETTINGS, Says, contents, run, stages

from invarieq.errors import SessionError
from invarieq.session import Context, Result, Stage, Stopped, Store, list_runs, run_stages

PROGRAM = Path(__file__).with_name("toy_runs.py")
KILLS = 40


@pytest.fixture(scope="module")
def reference(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, dict[str, bytes]]:
    folder = tmp_path_factory.mktemp("reference") / "run"
    return run(folder), contents(folder)


def start(folder: Path, *arguments: str, before: Callable[[], None] | None = None) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, str(PROGRAM), str(folder), *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=before,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


def finish(process: subprocess.Popen[str]) -> tuple[list[str], str]:
    said, complained = process.communicate(timeout=300)
    return said.split(), complained


def folders(parent: Path) -> Iterator[Path]:
    yield from (parent / f"run-{i}" for i in range(10_000))


@pytest.mark.slow
def test_kill_9_at_random_moments(tmp_path: Path, reference: tuple[str, dict[str, bytes]]) -> None:
    moments, places = random.Random(1), folders(tmp_path)
    folder = next(places)
    begin = time.monotonic()
    finish(start(tmp_path / "timed"))
    whole = time.monotonic() - begin
    for _ in range(KILLS):
        process = start(folder)
        time.sleep(moments.uniform(0, whole / 2))
        process.kill()
        begun, _ = finish(process)
        if not (folder / "session.sqlite").exists():
            continue  # killed before the run existed: the folder counts as empty
        with Store.read(folder) as store:
            done = store.finished()
            assert set(begun[:-1]) <= set(done)  # a stage is acknowledged when the next begins
            for name in done:
                assert store.document(name) is not None
                assert isinstance(store.arrays(name), dict)
        if done == NAMES:
            folder = next(places)
    assert run(folder) == reference[0]
    assert contents(folder) == reference[1]


@pytest.mark.parametrize("stage", NAMES)
def test_a_stop_in_any_stage(tmp_path: Path, stage: str, reference: tuple[str, dict[str, bytes]]) -> None:
    def stop(context: Context) -> Result:
        raise RuntimeError("the power went")

    broken = [Stage(s.name, stop) if s.name == stage else s for s in stages()]
    with Store.create(tmp_path / "run", SETTINGS) as store, pytest.raises(RuntimeError, match="power"):
        run_stages(store, broken, Says())
    (listed,) = list_runs(tmp_path)
    assert (listed.state, listed.remark) == ("failed", f"{stage}: RuntimeError: the power went")
    assert run(tmp_path / "run") == reference[0]
    assert contents(tmp_path / "run") == reference[1]


def test_a_full_disk_keeps_what_was_stored(tmp_path: Path, reference: tuple[str, dict[str, bytes]]) -> None:
    def small_files() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (1_500_000, 1_500_000))

    begun, complained = finish(start(tmp_path / "run", before=small_files))
    assert begun == ["data", "library"]
    assert "no room to write" in complained and "invarieq resume" in complained
    with Store.read(tmp_path / "run") as store:
        assert store.finished() == ("data",)
    assert run(tmp_path / "run") == reference[0]
    assert contents(tmp_path / "run") == reference[1]


def test_one_interrupt_finishes_the_stage_and_two_abandon_it(tmp_path: Path) -> None:
    once = start(tmp_path / "once", "3")
    assert once.stdout is not None and once.stdout.readline() == "data\n"
    once.send_signal(signal.SIGINT)
    _, complained = finish(once)
    assert "Stopped: stopped; go on with: invarieq resume" in complained
    with Store.read(tmp_path / "once") as store:
        assert store.finished() == ("data",)

    twice = start(tmp_path / "twice", "30")
    assert twice.stdout is not None and twice.stdout.readline() == "data\n"
    twice.send_signal(signal.SIGINT)
    assert twice.stdout.readline().startswith("stopping after this stage")
    twice.send_signal(signal.SIGINT)
    finish(twice)
    with Store.read(tmp_path / "twice") as store:
        assert store.finished() == ()


def test_sigterm_abandons_the_stage_at_once(tmp_path: Path, reference: tuple[str, dict[str, bytes]]) -> None:
    process = start(tmp_path / "run", "30")
    assert process.stdout is not None and process.stdout.readline() == "data\n"
    process.terminate()
    _, complained = finish(process)
    assert "go on with: invarieq resume" in complained
    assert run(tmp_path / "run") == reference[0]


def test_a_stop_is_not_an_error_that_a_search_may_swallow() -> None:
    assert not issubclass(Stopped, Exception)


def test_a_stage_cannot_change_what_a_later_one_reads(tmp_path: Path, reference: tuple[str, dict[str, bytes]]) -> None:
    def spoil(context: Context) -> Result:
        context.array("data", "u")[:] = 0
        context.document("data")["points"] = 0
        return stages()[1].compute(context)

    spoiled = [Stage("library", spoil) if s.name == "library" else s for s in stages()]
    with Store.create(tmp_path / "run", SETTINGS) as store:
        run_stages(store, spoiled, Says())
        assert store.fingerprint() == reference[0]


def test_other_stages_than_the_run_was_begun_with_are_refused(tmp_path: Path) -> None:
    with Store.create(tmp_path / "run", SETTINGS) as store:
        run_stages(store, stages(), Says())
        with pytest.raises(SessionError, match="was begun with the stages data, library, fit, result"):
            run_stages(store, stages()[:2], Says())
