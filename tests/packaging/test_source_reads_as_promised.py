"""Claim: one idea a file: files and functions are short, take few parameters, and public names say what they are for."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from statistics import median

import pytest
from package_source import ROOT, functions, modules, room

OPTIONS = 12  # a command's parameters are its options


def undocumented(tree: ast.Module, path: str) -> Iterator[str]:
    if not ast.get_docstring(tree):
        yield f"{path} has no docstring"
    within: list[tuple[str, ast.Module | ast.ClassDef]] = [("", tree)]
    for prefix, owner in within:
        for node in owner.body:
            if not isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) or node.name.startswith("_"):
                continue
            inherited = any(ast.unparse(d).split(".")[-1] in {"override", "overload"} for d in node.decorator_list)
            if not inherited and not ast.get_docstring(node):
                yield f"{path}:{node.lineno} {prefix}{node.name} has no docstring"
            if isinstance(node, ast.ClassDef):
                within.append((f"{node.name}.", node))


def length(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines of a function without its docstring."""
    first = node.body[1] if ast.get_docstring(node) and len(node.body) > 1 else node.body[0]
    return (node.end_lineno or node.lineno) - first.lineno + 1


@pytest.mark.parametrize("path", modules())
def test_public_names_have_a_docstring(path: str) -> None:
    assert list(undocumented(modules()[path], path)) == []


def test_no_file_is_longer_than_400_lines_and_half_are_under_200() -> None:
    lengths = {path: len((ROOT / path).read_text(encoding="utf-8").splitlines()) for path in modules()}
    assert {path: n for path, n in lengths.items() if n > 400} == {}
    assert median(lengths.values()) <= 200


def test_nine_functions_in_ten_have_at_most_40_lines() -> None:
    lengths = [length(node) for _, node in functions()]
    assert sum(n <= 40 for n in lengths) >= 0.9 * len(lengths)


def test_no_function_has_more_than_eight_parameters() -> None:
    def many(place: str, node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
        a = node.args
        if node.name == "__init__":  # takes the fields of its class
            return False
        return len([*a.posonlyargs, *a.args, *a.kwonlyargs]) > (OPTIONS if room(place) == "cli" else 8)

    assert [place for place, node in functions() if many(place, node)] == []
