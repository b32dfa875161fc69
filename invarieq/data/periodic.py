"""Does a field continue periodically past the end of its grid?"""

from __future__ import annotations

import numpy as np
import xarray as xr

STRICTNESS = 3.0


def detect_periodic(segment: xr.Dataset, name: str) -> bool:
    """Whether every field runs on smoothly from the last point along `name` to the first, one step further.

    Compared are the jump in value and in slope across the wrap with those inside, at the places near the ends; the claim
    is made only where the wrap is no rougher than `STRICTNESS` times the inside, and the field does not just vanish into noise.
    """
    grid = segment[name].values
    if len(grid) < 16 or not np.allclose(np.diff(grid), grid[1] - grid[0], rtol=1e-4):
        return False
    return all(_wraps(np.moveaxis(np.asarray(v.transpose(..., name).values), -1, 0)) for v in segment.data_vars.values() if name in v.dims)


def _wraps(values: np.ndarray) -> bool:
    flat = values.reshape(len(values), -1)
    rolled = np.concatenate([flat[-6:], flat[:6]])
    for order in (1, 2):
        across = np.diff(rolled, n=order, axis=0)[6 - order : 6]
        inside = np.diff(flat, n=order, axis=0)
        near = np.concatenate([inside[:8], inside[-8:]])
        rough = float(np.sqrt(np.mean(near**2)))
        typical = max(rough, 1e-3 * float(np.sqrt(np.mean(inside**2))))
        if float(np.sqrt(np.mean(across**2))) > STRICTNESS * typical + 1e-12 * float(np.max(np.abs(flat))):
            return False
    return True
