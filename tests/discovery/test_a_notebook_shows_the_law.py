"""Claim: three lines in a notebook show the law typeset, with its uncertainties and its verdict, the same law as in a script."""

from __future__ import annotations

import subprocess
import sys
import warnings
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

import invarieq

LINES = """import numpy as np, invarieq
t = np.linspace(0, 20, 400)
found = invarieq.discover(data={"t": t, "x": np.exp(-0.1 * t) * np.cos(t)})
"""


@pytest.fixture(scope="module")
def executed(tmp_path_factory: pytest.TempPathFactory) -> nbformat.NotebookNode:
    """The notebook after its run in a kernel of its own."""
    folder = tmp_path_factory.mktemp("notebook")
    path = str(Path(invarieq.__file__).parents[1])
    cells = [
        f"import sys\nsys.path.insert(0, {path!r})\n{LINES}found",
        "import json\nprint(json.dumps(found.to_json()))",
        "found.plot()",
    ]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # those of the client's own loops and sockets; ours would be in the kernel's process
        NotebookClient(notebook, kernel_name="python3", timeout=600, resources={"metadata": {"path": str(folder)}}).execute()
    return notebook


def outputs(notebook: nbformat.NotebookNode, cell: int, kind: str) -> list[nbformat.NotebookNode]:
    return [o for o in notebook.cells[cell].outputs if o.output_type == kind]


def test_the_last_line_of_a_cell_shows_law_uncertainty_and_verdict(executed: nbformat.NotebookNode) -> None:
    (shown,) = outputs(executed, 0, "execute_result")
    page, plain, latex = (shown.data[kind] for kind in ("text/html", "text/plain", "text/latex"))
    assert "{x}_{t t}" in latex and latex.startswith("$")
    for text in (page, plain):
        assert "explained" in text and "respects the symmetry" in text
    assert "standard error" in page and "-101/100" in page
    assert plain.splitlines()[1].strip() == "x_tt = c1*x + c2*x_t"
    assert "<script" not in page


def test_the_plot_is_a_picture(executed: nbformat.NotebookNode) -> None:
    shown = outputs(executed, 2, "execute_result") + outputs(executed, 2, "display_data")
    assert any("image/png" in o.data for o in shown)


def test_a_script_finds_the_same_law_to_the_last_byte(executed: nbformat.NotebookNode) -> None:
    (printed,) = outputs(executed, 1, "stream")
    path = str(Path(invarieq.__file__).parents[1])
    program = f"import sys\nsys.path.insert(0, {path!r})\n{LINES}\nimport json\nprint(json.dumps(found.to_json()))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=600)
    assert printed.text == done.stdout
