"""Claim: `import invarieq` loads no mathematics; each public name arrives on first use."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import invarieq

HEAVY = {
    "numpy",
    "scipy",
    "sympy",
    "xarray",
    "numba",
    "torch",
    "pandas",
    "sklearn",
    "matplotlib",
    "dask",
    "zarr",
    "rich",
    "typer",
}


def loaded_after(statement: str, folder: Path) -> set[str]:
    program = (
        f"import sys\nbefore = set(sys.modules)\n{statement}\nimport json\nprint(json.dumps(sorted(set(sys.modules) - before)))"
    )
    path = str(Path(invarieq.__file__).parents[1])
    text = f"import sys\nsys.path.insert(0, {path!r})\n{program}"
    done = subprocess.run(
        [sys.executable, "-c", text], cwd=folder, capture_output=True, encoding="utf-8", check=True, timeout=600
    )
    return {name.split(".")[0] for name in json.loads(done.stdout)}


def test_importing_the_package_loads_no_mathematics(tmp_path: Path) -> None:
    loaded = loaded_after("import invarieq", tmp_path)
    assert "invarieq" in loaded
    assert loaded.isdisjoint(HEAVY)


def test_a_public_name_brings_its_own_room_and_no_numerics(tmp_path: Path) -> None:
    loaded = loaded_after("from invarieq import Field, VectorField, scaling", tmp_path)
    assert "sympy" in loaded
    assert loaded.isdisjoint({"numba", "torch", "pandas", "sklearn", "xarray", "scipy", "matplotlib", "dask"})


def test_every_public_name_can_be_had() -> None:
    assert [name for name in invarieq.__all__ if getattr(invarieq, name, None) is None] == []
    assert invarieq.__all__ == sorted(invarieq.__all__)
