"""Claim: an engine in another package, named by an entry point, is used by `--engine`, recorded, and resumed in the middle of its search."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import invarieq
from invarieq.engines.engine import Resumable

PLUGIN = Path(__file__).parent / "plugin"


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    """A folder as pip makes it: the module, and what its distribution says of it."""
    site = tmp_path / "site"
    told = site / "forward_engine-0.1.dist-info"
    told.mkdir(parents=True)
    (told / "METADATA").write_text("Metadata-Version: 2.1\nName: forward-engine\nVersion: 0.1\n", encoding="utf-8")
    (told / "entry_points.txt").write_text("[invarieq.engines]\nforward = forward_engine:Forward\n", encoding="utf-8")
    (site / "forward_engine.py").write_text((PLUGIN / "forward_engine.py").read_text(encoding="utf-8"), encoding="utf-8")
    return site


def command(site: Path, *arguments: str, after: str = "") -> subprocess.CompletedProcess[str]:
    """The command line in a process that sees the plug-in; `after` is a statement run before it."""
    path = os.pathsep.join([str(site), str(Path(invarieq.__file__).parents[1])])
    program = f"import sys\n{after}\nfrom invarieq.cli.main import main\nsys.argv[0] = 'invarieq'\nmain()"
    return subprocess.run(
        [sys.executable, "-c", program, *arguments],
        env={**os.environ, "PYTHONPATH": path},
        cwd=site.parent,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )


@pytest.mark.slow
def test_a_plug_in_finds_the_law_and_goes_on_from_the_state_in_which_it_was_killed(installed: Path) -> None:
    whole = command(
        installed, "discover", "damped_oscillator", "--engine", "forward", "--no-symmetry", "--json", "--out", "whole"
    )
    assert whole.returncode == 0, whole.stderr
    answer = json.loads(whole.stdout)
    assert answer["truth"]["recovered"]
    assert answer["search_space"] == {"restricted": 20, "unrestricted": 20}
    # killed after its second step: the state that was kept is what the next process goes on from
    kill = (
        "import os, forward_engine\n"
        "step, count = forward_engine.Forward.step, [0]\n"
        "def dying(*a, **k):\n"
        "    count[0] += 1\n"
        "    if count[0] == 3: os._exit(9)\n"
        "    return step(*a, **k)\n"
        "forward_engine.Forward.step = dying"
    )
    killed = command(
        installed, "discover", "damped_oscillator", "--engine", "forward", "--no-symmetry", "--out", "half", after=kill
    )
    assert killed.returncode == 9
    counting = (
        "import forward_engine\n"
        "step, count = forward_engine.Forward.step, [0]\n"
        "def counted(self, state, *a, **k):\n"
        "    count[0] += 1\n"
        "    if count[0] == 1: print('support', state.document['support'], file=sys.stderr)\n"
        "    return step(self, state, *a, **k)\n"
        "forward_engine.Forward.step = counted"
    )
    resumed = command(installed, "resume", "half", "--json", after=counting)
    assert resumed.returncode == 0, resumed.stderr
    first = next(line for line in resumed.stderr.splitlines() if line.startswith("support"))
    assert first.count(",") == 1, "it goes on with two terms, not from nothing"
    differing = ("run", "seconds")
    again = json.loads(resumed.stdout)
    assert {k: v for k, v in again.items() if k not in differing} == {k: v for k, v in answer.items() if k not in differing}


def test_the_plug_in_is_a_resumable_engine(installed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(installed))
    from invarieq.engines.names import engine_names
    from invarieq.engines.registry import engine_of

    assert "forward" in engine_names()
    assert isinstance(engine_of("forward"), Resumable)


def test_an_entry_point_that_is_no_engine_is_refused_by_name(installed: Path) -> None:
    (installed / "forward_engine-0.1.dist-info" / "entry_points.txt").write_text(
        "[invarieq.engines]\nforward = json:dumps\n", encoding="utf-8"
    )
    done = command(installed, "discover", "damped_oscillator", "--engine", "forward", "--out", "run")
    assert done.returncode == 2
    assert "'forward' of 'json:dumps' is no engine" in done.stderr


def test_an_engine_that_nobody_has_is_refused_with_the_nearest_name(tmp_path: Path) -> None:
    with pytest.raises(invarieq.InvarieqError, match="did you mean 'sparse'"):
        invarieq.discover(data={"t": [0.0], "x": [0.0]}, engine="sprase")
    assert list(tmp_path.iterdir()) == []
