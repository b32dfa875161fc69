"""Claim: nothing in the package runs text as code, unpickles, or hands SymPy something that may be text."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest
from package_source import dotted, imported, modules

NEVER_CALLED = {"eval", "exec", "compile", "__import__", "lambdify", "parse_expr", "S"}
NEVER_IMPORTED = {"pickle", "cPickle", "dill", "cloudpickle", "joblib", "shelve", "marshal", "yaml", "ruamel"}
NEEDS = {"sympify": ("strict", True), "np.load": ("allow_pickle", False), "np.save": ("allow_pickle", False)}
READS_TEXT = {
    "subs",
    "xreplace",
    "diff",
    "integrate",
    "solve",
    "simplify",
    "nsimplify",
    "expand",
    "factor",
    "Matrix",
    "N",
}  # each sympifies
ONE_LOADER = "invarieq/system/load.py"  # a system in a .py file is a program, and the user asks for it by path
RUNS_A_FILE = {"run_path", "run_module", "exec_module", "spec_from_file_location"}


def breaches(tree: ast.AST, path: str) -> Iterator[str]:
    for line, name in imported(tree):
        if name.split(".")[0] in NEVER_IMPORTED:
            yield f"{path}:{line} imports {name}"
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and (reason := refusal(node, path)):
            yield f"{path}:{node.lineno} {reason}"


def refusal(call: ast.Call, path: str) -> str | None:
    name = dotted(call.func)
    last = name.rsplit(".", 1)[-1]
    if (last in NEVER_CALLED and name != "re.compile") or name in {"os.system", "os.popen"}:
        return f"calls {name}"
    if last in RUNS_A_FILE and path != ONE_LOADER:
        return f"calls {name} outside {ONE_LOADER}"
    keywords = {k.arg: k.value for k in call.keywords}
    for tail, (keyword, value) in NEEDS.items():
        if name == tail or name.endswith(f".{tail}") or (tail == "sympify" and last == tail):
            given = keywords.get(keyword)
            if not (isinstance(given, ast.Constant) and given.value is value):
                return f"calls {name} without {keyword}={value}"
    if last in READS_TEXT and any(is_text(argument) for argument in call.args):
        return f"hands text to {name}"
    given = keywords.get("shell")
    return f"calls {name} through a shell" if isinstance(given, ast.Constant) and given.value else None


def is_text(node: ast.expr) -> bool:
    return isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, str))


@pytest.mark.parametrize("path", modules())
def test_the_package_makes_no_forbidden_call(path: str) -> None:
    assert list(breaches(modules()[path], path)) == []


@pytest.mark.parametrize(
    "text",
    [
        "eval(text)",
        "exec(text)",
        "compile(text, 'f', 'exec')",
        "import pickle",
        "from cloudpickle import loads",
        "import yaml",
        "sp.sympify(text)",
        "sympify(text, strict=False)",
        "sp.sympify(text, strict=flag)",
        "sp.S(text)",
        "sp.lambdify(names, expr)",
        "sympy.parsing.sympy_parser.parse_expr(text)",
        "expr.subs('x', 1)",
        "sp.nsimplify(f'{x}')",
        "np.load(path)",
        "numpy.np.load(path, allow_pickle=True)",
        "np.save(path, array)",
        "os.system(command)",
        "subprocess.run(command, shell=True)",
        "runpy.run_path(path)",
    ],
)
def test_the_search_for_forbidden_calls_finds_each_kind(text: str) -> None:
    assert list(breaches(ast.parse(text), "anywhere.py"))


@pytest.mark.parametrize(
    "text",
    [
        "re.compile('a')",
        "sp.sympify(x, strict=True)",
        "np.load(f, allow_pickle=False)",
        "expr.subs({x: 1})",
        "sp.S.One",
        "expr.diff(x, 2)",
        "json.load(f)",
    ],
)
def test_the_search_for_forbidden_calls_lets_harmless_ones_pass(text: str) -> None:
    assert list(breaches(ast.parse(text), "anywhere.py")) == []
