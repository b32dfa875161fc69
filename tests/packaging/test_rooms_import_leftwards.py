"""Claim: data flow one way: a room of the package imports only rooms to its left, and nobody imports the front door."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest
from package_source import PACKAGE, imported, modules, room

ROOMS = [
    "errors",
    "limit",
    "progress",
    "files",
    "terminal",
    "budget",
    "catalog",
    "expressions",
    "jets",
    "exact",
    "symmetry",
    "algebra",
    "flows",
    "conservation",
    "reduction",
    "invariants",
    "law",
    "documents",
    "system",
    "data",
    "space",
    "engines",
    "forecast",
    "report",
    "store",
    "discovery",
    "session",
    "cli",
]
FRONT = {"__init__", "__main__"}  # they hand out what the rooms hold
FREE = {"__version__"}


def backward(tree: ast.AST, path: str) -> Iterator[str]:
    here = ROOMS.index(room(path))
    for line, name in imported(tree):
        parts = name.split(".")
        if name.startswith("."):
            yield f"{path}:{line} imports {name}: write the full name"
        elif parts[0] == "invarieq" and (len(parts) == 1 or parts[1] not in ROOMS + sorted(FREE)):
            yield f"{path}:{line} imports {name} through the front door"
        elif parts[0] == "invarieq" and parts[1] in ROOMS and ROOMS.index(parts[1]) > here:
            yield f"{path}:{line} imports {parts[1]}, which is to the right of {room(path)}"


def test_every_room_has_its_place_in_the_order() -> None:
    found = {p.stem for p in PACKAGE.iterdir() if p.suffix == ".py" or (p / "__init__.py").is_file()}
    assert found - FRONT == set(ROOMS)


@pytest.mark.parametrize("path", [p for p in modules() if room(p) not in FRONT])
def test_a_room_imports_only_rooms_to_its_left(path: str) -> None:
    assert list(backward(modules()[path], path)) == []


def test_the_search_for_backward_imports_finds_each_kind() -> None:
    text = """
from invarieq.law import Law
from invarieq import System
import invarieq
from . import grid
def f():
    import invarieq.cli.main
"""
    assert len(list(backward(ast.parse(text), "invarieq/jets/space.py"))) == 5
