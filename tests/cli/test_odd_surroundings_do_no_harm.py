"""Claim: a plain locale, a dumb terminal, a closed pipe, a closed or full output change nothing but how the answer looks."""

from __future__ import annotations

import json
import os
import pty
import subprocess
from pathlib import Path

import pytest
from programs import PROGRAM, answer, finished_run, invarieq

from invarieq.cli.progress import Live, Plain, shown

ENVIRONMENT = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
PLACES: list[dict[str, str]] = [
    {"LANG": "C"},
    {"LC_ALL": "C"},
    {"LC_ALL": "POSIX", "PYTHONIOENCODING": "ascii"},
    {"TERM": "dumb"},
    {"NO_COLOR": "1"},
]


def shell(line: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    program = " ".join(f"'{part}'" for part in PROGRAM)
    line = line.replace("invarieq", program)
    return subprocess.run(
        ["bash", "-c", line], cwd=cwd, env=ENVIRONMENT, capture_output=True, text=True, timeout=300, check=False
    )


@pytest.mark.parametrize("surroundings", PLACES)
def test_locales_and_terminals(tmp_path: Path, surroundings: dict[str, str]) -> None:
    folder = finished_run(tmp_path / "größe 1")
    assert answer("show", folder, cwd=tmp_path, **surroundings)["run"] == str(folder)
    done = invarieq("show", folder, cwd=tmp_path, **surroundings)
    assert (done.returncode, done.stderr) == (0, "")
    assert "\x1b" not in done.stdout
    assert invarieq("systems", cwd=tmp_path, **surroundings).returncode == 0


def test_a_reader_that_stops_early_is_no_failure(tmp_path: Path) -> None:
    for command in ("systems", "systems --json"):
        done = shell(f"set -o pipefail; invarieq {command} | true; echo code $?", tmp_path)
        assert (done.stdout, done.stderr) == ("code 0\n", "")


def test_a_full_output_is_a_failure_with_one_message(tmp_path: Path) -> None:
    done = shell("invarieq systems --json > /dev/full", tmp_path)
    assert done.returncode == 1
    assert "No space left on device" in done.stderr and "Traceback" not in done.stderr


def test_a_closed_error_output_does_not_stop_the_work(tmp_path: Path) -> None:
    done = shell("invarieq invariants kdv --order 1 --json 2>&-", tmp_path)
    assert json.loads(done.stdout)["count"] == 1


def test_a_row_is_one_line_in_a_pipe_however_long(tmp_path: Path) -> None:
    long = "u_t = " + " + ".join(f"{i}.5*u**{i}" for i in range(1, 60))
    law = {"equation": long, "latex": "", "score": 0.1, "complexity": 59, "certified": False}
    done = invarieq("show", finished_run(tmp_path / "r", {"laws": [law], "best": law}), cwd=tmp_path)
    assert sum(long in line for line in done.stdout.splitlines()) == 1


def test_progress_is_lines_without_a_terminal_and_a_bar_with_one(capsys: pytest.CaptureFixture[str]) -> None:
    with shown() as progress:
        assert isinstance(progress, Plain)
        progress.step("simulating")
        progress.advance(0.5)
    written = capsys.readouterr()
    assert written.out == "" and written.err.count("\n") == 1 and "simulating" in written.err


def test_on_a_terminal_finished_steps_stay_and_the_answer_is_apart(tmp_path: Path) -> None:
    main, terminal = pty.openpty()
    command = [*PROGRAM, "invariants", "kdv", "--order", "1", "--json"]
    done = subprocess.run(
        command, cwd=tmp_path, env={**ENVIRONMENT, "TERM": "xterm"}, stdout=subprocess.PIPE, stderr=terminal, check=True
    )
    os.close(terminal)
    shown_text = os.read(main, 100_000).decode()
    os.close(main)
    assert json.loads(done.stdout)["count"] == 1
    assert "of 1 invariants" in shown_text and "\x1b" in shown_text


def test_the_live_bar_says_each_step_once() -> None:
    from io import StringIO

    from rich.console import Console
    from rich.progress import Progress

    out = StringIO()
    with Progress(console=Console(file=out, force_terminal=False), transient=True) as bars:
        live = Live(bars)
        for step in ("[data]", "library"):
            live.step(step)
            live.advance(0.5)
        live.finish()
    assert [out.getvalue().count(step) for step in ("[data]", "library")] == [1, 1]
