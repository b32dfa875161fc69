"""Claim: pyproject.toml names what the package imports, nothing more, and every install line in a message works."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from typing import Any

from package_source import ROOT, dotted, imported, modules

import invarieq

PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
THROUGH_XARRAY = {"h5netcdf"}  # xarray opens it by name
NAMED_OTHERWISE = {"python_flint": "flint"}  # distribution: the package that it holds
READ_AS_FILES = {"skyfield_data", "pints"}  # measured data lie in their files; importing them would load what nobody asked for
PLANNED = {"torch", "safetensors", "pysr", "pyoperon", "dask", "distributed", "dash"}  # extras whose feature is still to come


def distributions(requirements: list[str]) -> set[str]:
    names = {re.split(r"[^A-Za-z0-9_.-]", r, maxsplit=1)[0].lower().replace("-", "_") for r in requirements}
    return {NAMED_OTHERWISE.get(name, name) for name in names} - {"invarieq"}


CORE = distributions(PROJECT["dependencies"])
EXTRAS = {name: distributions(found) for name, found in PROJECT["optional-dependencies"].items() if name != "dev"}


def foreign(tree: ast.AST) -> set[str]:
    return {name.split(".")[0] for _, name in imported(tree)} - set(sys.stdlib_module_names) - {"invarieq"}


def test_core_dependencies_are_exactly_what_is_imported() -> None:
    used = set[str]().union(*(foreign(tree) for tree in modules().values()))
    optional = set[str]().union(*EXTRAS.values())
    assert used - optional == CORE - THROUGH_XARRAY
    assert optional - used - PLANNED == READ_AS_FILES


def test_optional_packages_are_imported_inside_functions_only() -> None:
    optional = set[str]().union(*EXTRAS.values()) - CORE
    early = {
        (path, name)
        for path, tree in modules().items()
        for node in tree.body
        if isinstance(node, ast.Import | ast.ImportFrom)
        for _, name in imported(node)
        if name.split(".")[0] in optional
    }
    assert early == set()


def test_a_missing_package_is_named_with_the_extra_that_holds_it() -> None:
    calls = [
        n for tree in modules().values() for n in ast.walk(tree) if isinstance(n, ast.Call) and dotted(n.func) == "MissingExtra"
    ]
    named = [tuple(a.value for a in c.args[1:] if isinstance(a, ast.Constant)) for c in calls]
    named = [(str(pair[0]), str(pair[1])) for pair in named if len(pair) == 2]
    assert named
    assert [(package, extra) for package, extra in named if package.replace("-", "_") not in EXTRAS[extra]] == []


def test_the_version_is_the_same_everywhere() -> None:
    assert f"version: {invarieq.__version__}\n" in (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    assert f"## {invarieq.__version__}" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
