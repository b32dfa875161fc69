"""A small discovery of four stages with arrays of a megabyte each, for the claims about runs; also a program of its own.

`python toy_runs.py DIR [SECONDS]` starts or resumes the run in DIR, SECONDS slow a stage, and says each stage that begins.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

import numpy as np

from invarieq.session import Context, Result, Settings, Stage, Store, run_stages
from invarieq.store.folder import is_run

NAMES = ("data", "library", "fit", "result")
POINTS = 1 << 17
SETTINGS = Settings("toy", seed=7)


class Says:
    """Progress that prints the stages that begin."""

    def step(self, text: str) -> None:
        print(text, flush=True)

    def advance(self, fraction: float) -> None:
        pass


def stages(seconds: float = 0.0) -> list[Stage]:
    def data(context: Context) -> Result:
        time.sleep(seconds)
        values = np.random.default_rng(context.settings.seed).standard_normal(POINTS)
        return Result({"points": POINTS, "mean": np.float64(values.mean())}, {"u": values, "U": values[::-1]})

    def library(context: Context) -> Result:
        time.sleep(seconds)
        u = context.array("data", "u")
        return Result({"terms": ["u", "u**2"]}, {"columns": np.stack([u, u**2], axis=1)})

    def fit(context: Context) -> Result:
        time.sleep(seconds)
        columns = context.array("library", "columns")
        weights = columns.T @ context.array("data", "U") / context.document("data")["points"]
        return Result({"weights": [float(w) for w in weights]}, {"residual": context.array("data", "U") - columns @ weights})

    def result(context: Context) -> Result:
        time.sleep(seconds)
        weights = context.document("fit")["weights"]
        law = {"equation": f"u_t = {weights[0]!r}*u", "latex": "u_t = c u", "score": 0.5, "complexity": 1, "certified": True}
        return Result({"laws": [law], "best": 0, "search_space": {"restricted": 1, "unrestricted": 2}})

    return [Stage(name, compute) for name, compute in zip(NAMES, (data, library, fit, result), strict=True)]


def run(folder: Path, seconds: float = 0.0) -> str:
    """Start or resume the toy run; its fingerprint at the end."""
    store = Store.open(folder) if is_run(folder) else Store.create(folder, SETTINGS)
    with store:
        run_stages(store, stages(seconds), Says())
        return store.fingerprint()


def contents(folder: Path) -> dict[str, bytes]:
    """The bytes of every array of a run."""
    return {p.name: p.read_bytes() for p in sorted((folder / "arrays").iterdir())}


if __name__ == "__main__":
    print("ready", flush=True)
    run(Path(sys.argv[1]), float(sys.argv[2]) if len(sys.argv) > 2 else 0.0)
