"""How the noise of samples is spread: constant, or growing with the size of what is measured.

Residuals e of a law tell σ²(ŷ) = α + β ŷ², by weighted non-negative least squares on e², repeated with its own weights; β = 0
unless the Gaussian likelihood clearly gains by it.

Source: Carroll & Ruppert, Transformation and Weighting in Regression, 1988, ch. 3.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import nnls

Array = NDArray[np.float64]
GAIN = 20.0  # of −2 log likelihood, from which on the noise is taken to grow with the values
ROUNDS = 5


def noise_weights(values: Array, predicted: Array, weights: Array, freedom: float) -> Array:
    """1/σ for samples (count × fields × lanes) from their residuals; 0 stays 0.

    `freedom` is the share of the samples that the fit has left free.
    """
    result = np.zeros_like(weights)
    for f in range(values.shape[1]):
        seen = weights[:, f] > 0
        e2, size = (values[:, f] - predicted[:, f])[seen] ** 2, predicted[:, f][seen] ** 2
        result[:, f][seen] = 1.0 / np.sqrt(_variance(e2, size) / freedom)
    return result


def _variance(e2: Array, size: Array) -> Array:
    constant = np.full(len(e2), max(float(np.mean(e2)), 1e-300))
    growing = constant
    for _ in range(ROUNDS):
        columns = np.stack([np.ones_like(size), size], axis=1) / growing[:, None]
        (a, b), _ = nnls(columns, e2 / growing)
        growing = np.maximum(a + b * size, 1e-6 * constant)
    return growing if _cost(e2, growing) < _cost(e2, constant) - GAIN else constant


def _cost(e2: Array, variance: Array) -> float:
    return float(np.sum(np.log(variance) + e2 / variance))
