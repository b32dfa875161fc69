"""Claim: whatever texts a stranger's run folder, system or data hold, no program is run, no page marked up, no terminal steered."""

from __future__ import annotations

import ast
import copy
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from programs import finished_run, invarieq, kdv_result
from typer.testing import CliRunner

from invarieq.cli.main import app
from invarieq.cli.progress import Plain
from invarieq.errors import ReadError
from invarieq.law import export, law_from_json
from invarieq.report.html import page
from invarieq.report.review import Review
from invarieq.terminal import shown, shown_json

CODE = '"""\nopen("PWNED", "w")\n"""\\\'\'\'\n#*/"</pre><script>x</script>'
STEER = "\x1b]52;c;QQ==\x07\x1b[2J\x9b2J\u202eevil\u200b\u2066\ufeff\x7f\r"
LATEX = "$(touch PWNED)\n\\input{/etc/passwd}\\end{document}"
STEERING = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]")
ALLOWED = ast.Import | ast.Assign | ast.FunctionDef | ast.Expr


def full_result() -> dict[str, Any]:
    """A result with every kind of text that a run stores."""
    result = kdv_result()
    result |= {
        "system": "kdv",
        "symmetry": ["translation", "scaling"],
        "data": "file a.nc (u from 'usol')",
        "automatic": {
            "tested": [
                {
                    "kept": True, "generator": "x*d/dx", "statistic": 1.0, "freedom": 2, "p_value": 0.5,
                    "held_back_p_value": None, "note": "kept",
                }
            ],
            "algebra": {"name": "2A1", "note": ""},
        },
        "constraints": [{"name": "div u", "residual": 1e-9, "noise_residual": 1e-8}],
    }  # fmt: skip
    for law in result["laws"]:
        law["notes"] = ["noise estimated 1 %"]
        law["coefficients"][0] |= {"term": "u_xxx", "inclusion": 0.9, "interval": [0.1, 0.2]}
    result["best"] = result["laws"][0]
    return result


def leaves(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The paths to all texts and numbers of a document, and to all keys."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from leaves(inner, (*path, key))
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from leaves(inner, (*path, number))
    else:
        yield path


def with_leaf(document: dict[str, Any], path: tuple[Any, ...], text: str) -> dict[str, Any]:
    changed = copy.deepcopy(document)
    inner: Any = changed
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = text
    if path[:2] == ("laws", 0):
        changed["best"] = changed["laws"][0]
    return changed


PATHS = [p for p in leaves(full_result()) if p[0] != "best" and p[:2] != ("laws", 1)]


def harmless(program: str) -> None:
    """Imports of numpy or sympy, docstrings, assignments and functions: nothing that a text could have brought."""
    tree = ast.parse(program)
    for node in tree.body:
        assert isinstance(node, ALLOWED)
        assert not isinstance(node, ast.Expr) or isinstance(node.value, ast.Constant)
        assert not isinstance(node, ast.Import) or node.names[0].name in {"numpy", "sympy"}
    called = {ast.unparse(n.func) for n in ast.walk(tree) if isinstance(n, ast.Call)}
    assert not called & {"open", "exec", "eval", "__import__"}


@pytest.mark.parametrize("paths", [PATHS[::7], pytest.param(PATHS, marks=pytest.mark.slow)])
def test_no_text_of_a_result_runs_in_an_export_or_steers_a_terminal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, paths: list[tuple[Any, ...]]
) -> None:
    monkeypatch.chdir(tmp_path)
    for number, path in enumerate(paths):
        folder = finished_run(tmp_path / str(number), with_leaf(full_result(), path, CODE + STEER + LATEX))
        for command in (["show"], *(["export", "--to", form] for form in ("python", "sympy", "latex", "json"))):
            done = CliRunner().invoke(app, [command[0], str(folder), *command[1:]])
            assert done.exit_code in (0, 2), (path, command, done.output)
            assert done.exit_code == 0 or (done.stderr.startswith("error: ") and done.stdout == ""), (path, command)
            assert not STEERING.search(done.output), (path, command)
            if command[-1] in ("python", "sympy") and done.exit_code == 0:
                harmless(done.stdout)
            if command[-1] == "latex" and done.exit_code == 0:
                assert "\\input{" not in done.stdout and done.stdout.count("\\end{document}") == 1, path
    assert not (tmp_path / "PWNED").exists()


@pytest.mark.parametrize("form", ["python", "sympy"])
@pytest.mark.parametrize("count", [CODE, '3"""', 3.0, None, True, [3], {"a": CODE}])
def test_counts_that_are_no_whole_numbers_are_refused(tmp_path: Path, form: str, count: object) -> None:
    record = kdv_result()["best"]
    for name in ("restricted", "unrestricted"):
        with pytest.raises(ReadError, match=f"{name} candidates instead of a whole number"):
            export(law_from_json(record), form, None, {"restricted": 1, "unrestricted": 2, name: count})  # type: ignore[dict-item]
    result = kdv_result() | {"search_space": {"restricted": count, "unrestricted": 40}}
    done = CliRunner().invoke(app, ["export", str(finished_run(tmp_path / "r", result)), "--to", form])
    assert (done.exit_code, done.stdout) == (2, "")


def test_a_program_with_hostile_texts_everywhere_runs_and_opens_nothing(tmp_path: Path) -> None:
    result = full_result()
    for law in result["laws"]:
        law["certificate"]["method"] = CODE
        law["notes"] = [CODE]
        for row in law["certificate"]["generators"]:
            row["generator"] = CODE
    for form in ("python", "sympy"):
        folder = finished_run(tmp_path / form, result)
        done = invarieq("export", folder, "--to", form, "--out", f"law_{form}.py", cwd=tmp_path)
        assert done.returncode == 0, done.stderr
        subprocess.run([sys.executable, f"law_{form}.py"], cwd=tmp_path, check=True)
    assert not (tmp_path / "PWNED").exists()


class Tags(HTMLParser):
    """The tags of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.found: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.add(tag)


@pytest.mark.parametrize("text", [CODE, STEER, "<img src=x onerror=y>"])
def test_no_text_marks_up_the_report(text: str) -> None:
    for path in PATHS:
        document = with_leaf(full_result(), path, text)
        law = law_from_json(kdv_result()["best"])
        seen = Review(document, document["laws"][0], law, (), text, {"u": text})
        try:
            made = page(seen, "<svg></svg>")
        except (ReadError, TypeError, ValueError, AttributeError, KeyError):
            continue  # the command makes one message of it
        parser = Tags()
        parser.feed(made)
        assert not parser.found & {"script", "img"}, path
        assert not STEERING.search(made), path


def test_errors_tables_progress_and_arguments_show_what_would_steer(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    name = "a\x1b[2J\u202e.toml"
    head = 'name = "h\\u001b[2J"\ncoordinates = ["t", "x"]\nfields = { u = ["t", "x"] }\n'
    (tmp_path / name).write_text(head + 'equations = ["u_t-(u\\u001b[2J)"]\n', encoding="utf-8")
    for arguments in (["symmetries", name], ["show", name], [name], ["systems", name], ["show", f"--{name}"], ["runs", name]):
        done = invarieq(*arguments, cwd=tmp_path)
        assert done.returncode == 2
        assert not STEERING.search(done.stderr + done.stdout)
    told = invarieq("symmetries", name, "--debug", cwd=tmp_path).stderr
    assert "Traceback" in told and not STEERING.search(told)
    first, second, third = invarieq("symmetries", name, cwd=tmp_path).stderr.split("\n")[:3]
    assert second == "  u_t-(u\\x1b[2J)" and third.index("^") <= len(second) and first.endswith("is not an expression")
    Plain().step(f"simulating {STEER}")
    assert not STEERING.search(capsys.readouterr().err)


def test_what_is_shown_can_be_read_and_json_keeps_its_meaning() -> None:
    assert shown("größer − ∂u/∂x · 雪 🙂\n") == "größer − ∂u/∂x · 雪 🙂\\n"
    assert not STEERING.search(shown(STEER))
    everything = "".join(map(chr, [*range(0xD800), *range(0xE000, 0x3000 + 0xE000), 0xE0041, 0x1F642]))
    text = json.dumps({"a": everything}, ensure_ascii=False)
    assert json.loads(shown_json(text)) == {"a": everything}
    assert not STEERING.search(shown_json(text))
