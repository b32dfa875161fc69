"""The honest baseline and pysindy for `seeds_ode`: a plain weak form with the paper's thresholds, nothing else.

Test functions (1 − s²)⁴ on every trajectory, sequentially thresholded least squares, the libraries of the paper. The half-width is the
best of those listed, chosen with the truth in hand; on samples as measured, and smoothed first (Savitzky–Golay; the baseline
of Sel'kov that was measured with the public code's data is on smoothed ones).
pysindy: smoothed finite differences and STLSQ with the same library and threshold.
"""

from __future__ import annotations

import itertools
import time
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import sympy as sp
from numpy.typing import NDArray
from scipy.signal import savgol_filter

from invarieq import load_system
from invarieq.data import Dataset
from invarieq.data.simulate.evolution import evolution
from invarieq.expressions import compile_expressions

Array = NDArray[np.float64]
Terms = dict[tuple[int, sp.Expr], float]
ROUNDS = 10


@dataclass(frozen=True)
class Setting:
    """Degree and threshold of the paper, half-widths in time, and the smoothing window in time."""

    degree: int
    threshold: float
    widths: tuple[float, ...]
    window: float
    exponential: bool = False


SETTINGS = {
    "damped_oscillator": Setting(2, 0.05, (1.0, 2.0), 1.6),
    "growth": Setting(2, 0.05, (0.2, 0.4, 0.8), 0.3),
    "lotka_volterra_canonical": Setting(2, 0.15, (0.5, 1.0, 2.0), 0.3, exponential=True),
    "selkov": Setting(3, 0.075, (0.3, 0.5, 1.0, 2.0), 0.3),
    "seir": Setting(2, 0.05, (0.5, 1.0, 2.0), 0.5),
}


def truth(name: str) -> Terms:
    """The declared law as coefficients by (equation, term)."""
    return by_terms(evolution(load_system(name)).rates)


def by_terms(sides: Sequence[sp.Expr]) -> Terms:
    """Right sides as coefficients by (equation, term)."""
    found: Terms = {}
    for a, side in enumerate(sides):
        for term in sp.Add.make_args(sp.expand(side)):
            c, rest = term.as_coeff_Mul()
            if c:
                found[a, rest] = float(c)
    return found


def score(name: str, found: Terms) -> dict[str, Any]:
    """Exact term set or not, and the root mean square error over the true coefficients."""
    wanted = truth(name)
    rmse = float(np.sqrt(np.mean([(found.get(k, 0.0) - c) ** 2 for k, c in wanted.items()])))
    return {"recovered": set(found) == set(wanted), "rmse": rmse}


def candidates(name: str) -> tuple[tuple[sp.Symbol, ...], list[sp.Expr]]:
    """(fields, the paper's library)."""
    setting, fields = SETTINGS[name], tuple(f.symbol for f in load_system(name).unknowns)
    products = [
        sp.Mul(*chosen) for d in range(setting.degree + 1) for chosen in itertools.combinations_with_replacement(fields, d)
    ]
    return fields, products + ([sp.exp(f) for f in fields] if setting.exponential else [])


def weak_baseline(name: str, dataset: Dataset, *, smooth: bool) -> dict[str, Any]:
    """The best of the widths, on samples as measured or smoothed."""
    start, setting = time.process_time(), SETTINGS[name]
    tried = [score(name, _weak(name, dataset, width, smooth=smooth)) for width in setting.widths]
    best = min(tried, key=lambda s: (not s["recovered"], s["rmse"]))
    return {**best, "seconds": (time.process_time() - start) / len(tried)}


def _weak(name: str, dataset: Dataset, width: float, *, smooth: bool) -> Terms:
    fields, library = candidates(name)
    run = compile_expressions(library, fields)
    left, right = [], []
    for piece in dataset.segments:
        times = piece["t"].values
        step = float(times[1] - times[0])
        u = [piece[str(f)].values for f in fields]
        if smooth:
            window = max(5, round(SETTINGS[name].window / step) | 1)
            u = [savgol_filter(v, window, 3) for v in u]
        half = min(max(2, round(width / step)), (len(times) - 1) // 2)
        s = np.arange(-half, half + 1) / half
        bump, slope = (1 - s**2) ** 4, -8 * s * (1 - s**2) ** 3 / (half * step)
        centres = np.arange(half, len(times) - half, max(1, half // 4))
        rows = centres[:, None] + np.arange(-half, half + 1)
        left.append(np.stack([-(v[rows] @ slope) for v in u], axis=1))
        columns = [np.broadcast_to(c, times.shape) for c in run(u)]
        right.append(np.stack([c[rows] @ bump for c in columns], axis=1))
    return _stlsq(np.concatenate(right), np.concatenate(left), library, SETTINGS[name].threshold)


def _stlsq(x: Array, y: Array, library: Sequence[sp.Expr], threshold: float) -> Terms:
    found: Terms = {}
    for a in range(y.shape[1]):
        kept = np.arange(x.shape[1])
        values = np.zeros(0)
        for _ in range(ROUNDS):
            values = np.linalg.lstsq(x[:, kept], y[:, a], rcond=None)[0]
            large = np.abs(values) >= threshold
            if large.all() or not large.any():
                break
            kept = kept[large]
        found |= {(a, library[k]): float(v) for k, v in zip(kept, values, strict=True) if abs(v) >= threshold}
    return found


def pysindy_peer(name: str, dataset: Dataset) -> dict[str, Any] | None:
    """pysindy on the same data; None where it is not installed."""
    try:
        import pysindy as ps
    except ImportError:
        return None
    start, setting = time.process_time(), SETTINGS[name]
    fields, library = candidates(name)
    run = compile_expressions(library, fields)
    times = dataset.segments[0]["t"].values
    step = float(times[1] - times[0])
    window = max(5, round(setting.window / step) | 1)
    method = ps.SmoothedFiniteDifference(smoother_kws={"window_length": window, "polyorder": 3})
    states, slopes = [], []
    for piece in dataset.segments:
        u = np.stack([piece[str(f)].values for f in fields], axis=1)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            slopes.append(np.asarray(method._differentiate(u, times)))
        states.append(savgol_filter(u, window, 3, axis=0))
    u = np.concatenate(states)
    columns = np.stack([np.broadcast_to(c, u[:, 0].shape) for c in run(list(u.T))], axis=1)
    optimizer = ps.STLSQ(threshold=setting.threshold, alpha=0.0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        optimizer.fit(columns, np.concatenate(slopes))
    found = {(a, term): float(c) for a, row in enumerate(optimizer.coef_) for term, c in zip(library, row, strict=True) if c}
    return {**score(name, found), "seconds": time.process_time() - start}
