"""Running the command line as its users do: a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

PROGRAM = [sys.executable, "-m", "invarieq"]


def invarieq(*arguments: object, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a command in a folder; never in a terminal."""
    root = str(Path(__file__).parents[2])
    paths = os.pathsep.join(p for p in (root, os.environ.get("PYTHONPATH")) if p)
    return subprocess.run(
        [*PROGRAM, *map(str, arguments)],
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": paths, "OMP_NUM_THREADS": "1", **environment},
        capture_output=True,
        encoding="utf-8",
        timeout=600,
        check=False,
    )


def answer(*arguments: object, cwd: Path, **environment: str) -> Any:
    """The one JSON document that a command prints on standard output."""
    done = invarieq(*arguments, "--json", cwd=cwd, **environment)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def kdv_result() -> dict[str, Any]:
    """A result with two laws, the first the best; both certified."""
    import sympy as sp

    from invarieq.law import Coefficient, Law, certify, law_record
    from invarieq.system import load_system

    system = load_system("kdv")
    u, u_x, u_xxx, u_t = (system.space.name(n) for n in ("u", "u_x", "u_xxx", "u_t"))
    c = sp.Symbol("c1", real=True)
    right = Law(
        system.space, (u_t,), (c * u_xxx - 6 * u * u_x,), (Coefficient(c, -1.0023, 0.004),), 1e-3, 2, ("noise estimated 1 %",)
    )
    poor = Law(system.space, (u_t,), (c * u_xxx,), (Coefficient(c, -0.5, 0.2),), 0.4, 1)
    records = [law_record(law, certify(law, system.symmetry)) for law in (right, poor)]
    return {
        "laws": records,
        "best": records[0],
        "search_space": {"restricted": 3, "unrestricted": 40},
        "truth": {"recovered": True, "coefficient_error": 0.003},
    }


def finished_run(folder: Path, result: dict[str, Any] | None = None) -> Path:
    """A finished run with a given result, made without a search."""
    from invarieq.session import RESULT as STAGE
    from invarieq.session import Settings, Store

    with Store.create(folder, Settings("kdv")) as store:
        store.plan([STAGE])
        store.put(STAGE, kdv_result() if result is None else result, {}, seconds=1.5)
    return folder
