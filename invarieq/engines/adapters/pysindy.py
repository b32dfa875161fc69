"""pysindy's optimizers behind the interface of our own path: (X, y) → models of every size they reach."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from invarieq.engines.weak.path import Model, Optimizer, misfit
from invarieq.errors import MissingExtra

Array = NDArray[np.float64]
THRESHOLDS = 30


def pysindy_optimizer(name: str) -> Optimizer:
    """The optimizer `name` (see `invarieq.engines.names`) of pysindy, run over a path of thresholds."""
    try:
        import pysindy
    except ImportError:
        raise MissingExtra(f"engine {name!r}", "pysindy", "pysindy") from None
    make: dict[str, Callable[[float], Any]] = {
        "stlsq": lambda threshold: pysindy.STLSQ(threshold=threshold, alpha=1e-10),
        "sr3": lambda threshold: pysindy.SR3(reg_weight_lam=threshold**2 / 2, regularizer="L0", relax_coeff_nu=1.0),
        "ssr": lambda threshold: pysindy.SSR(alpha=1e-10, kappa=threshold),
    }

    def path(x: Array, y: Array) -> list[Model]:
        scales = np.linalg.norm(x, axis=0)
        scales[scales == 0] = 1.0
        best: dict[int, Model] = {0: Model((), float(y @ y))}
        for threshold in np.geomspace(1e-4, 1.0, THRESHOLDS) * float(np.linalg.norm(y)):
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # "sparsity too big" is an answer here, not a problem
                optimizer = make[name](float(threshold))
                optimizer.fit(x / scales, y[:, None])
            support = tuple(int(i) for i in np.flatnonzero(np.ravel(optimizer.coef_)))
            model = Model(support, misfit(x, y, support)[1]) if support else best[0]
            if len(support) not in best or model.misfit < best[len(support)].misfit:
                best[len(support)] = model
        if len(best) == 1:  # every threshold removed everything
            gain = (x.T @ y) ** 2 / scales**2
            best[1] = Model((int(np.argmax(gain)),), float(y @ y - np.max(gain)))
        return [best[size] for size in sorted(best)]

    return path
