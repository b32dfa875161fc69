"""Claim: a discovery is a function of system, data and options: same bytes in memory and in a folder, in any thread and process."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from swings import SYSTEM

from invarieq import load_system, write_toml
from invarieq.data import add_noise, simulate
from invarieq.discovery.discover import discover
from invarieq.discovery.discovery import Discovery
from invarieq.progress import Silent
from invarieq.session import Settings, Store
from invarieq.session.stages import discover as discover_in

PROGRAM = """
import json, sys
from invarieq.discovery.discover import discover
print(json.dumps(discover(sys.argv[1], symmetry=sys.argv[2]).to_json()))
"""


def text_of(found: Discovery) -> str:
    return json.dumps(found.to_json())


def text_in(folder: Path, settings: Settings) -> str:
    """The document of the stage `result`, as the store gives it back."""
    discover_in(settings, folder, Silent())
    with Store.read(folder) as store:
        return json.dumps(store.document("result"))


def in_process(system: str, symmetry: str, hashed: str) -> str:
    surroundings = {**os.environ, "PYTHONHASHSEED": hashed}
    command = [sys.executable, "-c", PROGRAM, system, symmetry]
    return subprocess.run(command, env=surroundings, capture_output=True, text=True, check=True).stdout.strip()


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> str:
    place = tmp_path_factory.mktemp("system") / "swing.toml"
    place.write_text(write_toml(SYSTEM), encoding="utf-8")
    return str(place)


@pytest.fixture(scope="module")
def declared(path: str) -> str:
    return text_of(discover(path))


@pytest.mark.slow
@pytest.mark.parametrize(("name", "noise"), [("damped_oscillator", 0.0), ("kdv", 0.0), ("kdv", 0.01)])
def test_memory_and_folder_hold_the_same_bytes_for_shipped_systems(tmp_path: Path, name: str, noise: float) -> None:
    data = add_noise(simulate(load_system(name)), noise, 0) if noise else None
    assert text_of(discover(name, data)) == text_in(tmp_path / "run", Settings(name, noise=noise))


@pytest.mark.parametrize(
    ("mode", "options"),
    [("declared", {}), ("auto", {}), ("none", {}), ("relaxed", {}), ("regularized", {}), ("declared", {"hold_out": 0.25})],
)
def test_memory_and_folder_hold_the_same_bytes_in_every_mode(
    tmp_path: Path, path: str, mode: str, options: dict[str, Any]
) -> None:
    found = discover(path, symmetry=mode, seed=3, **options)
    assert text_of(found) == text_in(tmp_path / "run", Settings(path, mode=mode, seed=3, **options))


def test_twice_in_one_process_gives_the_same_bytes(path: str, declared: str) -> None:
    assert text_of(discover(path)) == declared


def test_two_threads_at_once_give_the_same_bytes(path: str, declared: str) -> None:
    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(lambda _: text_of(discover(path)), range(2))) == [declared, declared]


@pytest.mark.parametrize("symmetry", ["declared", "auto"])
def test_processes_with_different_hashes_give_the_same_bytes(path: str, symmetry: str) -> None:
    first, second = (in_process(path, symmetry, hashed) for hashed in ("0", "4711"))
    assert first == second == text_of(discover(path, symmetry=symmetry))


def test_equal_documents_make_equal_discoveries(path: str, declared: str) -> None:
    first, second, other = discover(path), discover(path), discover(path, symmetry="none")
    assert first == second and hash(first) == hash(second)
    assert first != other and first != declared
