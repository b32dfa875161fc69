"""Claim: no modules of the package import each other in a circle, at the top of a file or inside a function."""

from __future__ import annotations

import ast
from collections.abc import Mapping

import networkx as nx
from package_source import imported, modules

Circle = frozenset[str]
FRONT = "invarieq"  # it hands out what the rooms hold; they may take the version from it, and nothing else


def module_name(path: str) -> str:
    return path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def circles(trees: Mapping[str, ast.Module]) -> set[Circle]:
    """Sets of modules each of which imports every other, by way of others or not."""
    names = {module_name(path) for path in trees}
    arrows = nx.DiGraph()
    for path, tree in trees.items():
        here = module_name(path)
        for _, target in imported(tree):
            used = target if target in names else target.rpartition(".")[0]
            if used in names and used not in (here, FRONT):
                arrows.add_edge(here, used)
    return {frozenset(c) for c in nx.strongly_connected_components(arrows) if len(c) > 1}


def test_modules_do_not_import_each_other_in_circles() -> None:
    assert circles(modules()) == set()


def test_a_circle_through_a_function_is_seen() -> None:
    texts = {
        "invarieq/jets/a.py": "from invarieq.jets import b",
        "invarieq/jets/b.py": "from invarieq.jets.c import thing",
        "invarieq/jets/c.py": "def f():\n    import invarieq.jets.a",
        "invarieq/jets/d.py": "from invarieq.jets import a",
        "invarieq/jets/__init__.py": "",
    }
    found = circles({path: ast.parse(text) for path, text in texts.items()})
    assert found == {frozenset({"invarieq.jets.a", "invarieq.jets.b", "invarieq.jets.c"})}
