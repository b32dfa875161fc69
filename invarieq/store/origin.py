"""Where and with what a run was made: what may explain a difference between two runs, and never enters a result."""

from __future__ import annotations

import os
import platform
import socket
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version

_LIBRARIES = ("numpy", "scipy", "sympy", "xarray", "numba", "pysindy")
_THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


def now() -> str:
    """The time in UTC, ISO 8601."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def origin() -> dict[str, str | int | None]:
    """Host, processor, versions of Python and of the libraries, and the thread settings of BLAS."""
    from invarieq import __version__

    return {
        "invarieq": __version__,
        "host": socket.gethostname(),
        "system": platform.platform(),
        "processor": platform.machine(),
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        **{name: _version(name) for name in _LIBRARIES},
        **{name: os.environ.get(name) for name in _THREADS},
    }


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None
