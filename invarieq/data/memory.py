"""Memory that is free, compared with what is asked for *before* it is asked for: a file of 2 MB may hold 2 GB of zeros.

Where a limit is set (`ulimit -v`, a container), it counts as the machine's own. A limit under which the linear algebra of the search
cannot even get its buffers is refused at the start: OpenBLAS does not fail there, it asks for ever.
"""

from __future__ import annotations

import os
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path

from invarieq.errors import DataError

COPIES = 3  # of an array, between the file and the search
LEAST = 750e6  # bytes of address space of a search in small data: 636 MB measured, of which most are libraries
A_THREAD = 50e6  # more for each further thread of BLAS


def free_memory() -> float | None:
    """Bytes that this process may still take, None where the system does not say."""
    found = [_machine(), _container(), _limited()]
    known = [size for size in found if size is not None]
    return min(known) if known else None


def check_fits(path: Path, claimed: float) -> None:
    """Raise `DataError` where the numbers that a file claims to hold do not fit, with the copies that reading takes."""
    free = free_memory()
    if free is not None and COPIES * claimed > free:
        raise DataError(
            f"{path} holds {claimed / 1e6:.4g} MB of numbers by its own account; reading takes {COPIES} times that, and {free / 1e6:.4g} MB "
            "are free. Give a part of the data, or raise the limit of memory"
        )


@contextmanager
def fitting() -> Generator[None]:
    """Turn the end of memory in a block (or a function that this decorates) into a `DataError`."""
    try:
        yield
    except MemoryError as error:
        raise DataError(
            f"the data do not fit into the memory that is free ({' '.join(str(error).split()) or 'no more could be had'}); give a part of "
            "them, or raise the limit of memory"
        ) from None


def require_room() -> None:
    """Raise `DataError` under a limit of memory that is too small for any search; else let BLAS take its buffers now."""
    limit = _limit()
    if limit is None:
        return
    needed = LEAST + A_THREAD * (_threads() - 1)
    if limit < needed:
        raise DataError(
            f"the memory of this process is limited to {limit / 1e6:.4g} MB (ulimit -v); a search needs at least {needed / 1e6:.4g} MB with "
            f"{_threads()} thread(s) of BLAS. Raise the limit, or set OMP_NUM_THREADS=1"
        )
    import numpy as np
    from scipy import linalg

    with fitting():
        square = np.eye(100)
        linalg.svd(square @ square)


def _threads() -> int:
    for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"):
        given = os.environ.get(name, "")
        if given.isdigit() and int(given) > 0:
            return int(given)
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _machine() -> float | None:
    with suppress(OSError, ValueError, IndexError):
        for line in Path("/proc/meminfo").read_text(encoding="ascii").splitlines():
            if line.startswith("MemAvailable:"):
                return 1024.0 * int(line.split()[1])
    with suppress(ValueError, OSError, AttributeError):  # no such name on this system
        return float(os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE"))
    return None


def _container() -> float | None:
    """What the control group leaves; files that the system may drop from memory count as free."""
    with suppress(OSError, ValueError, IndexError):
        group = Path("/proc/self/cgroup").read_text(encoding="ascii").splitlines()[-1].split("::")[1]
        place = Path("/sys/fs/cgroup") / group.lstrip("/")
        most = int((place / "memory.max").read_text(encoding="ascii"))  # "max" where there is no limit
        used = int((place / "memory.current").read_text(encoding="ascii"))
        kept = dict(line.split() for line in (place / "memory.stat").read_text(encoding="ascii").splitlines())
        return float(most - used + int(kept.get("inactive_file", 0)))
    return None


def _limit() -> float | None:
    try:
        import resource
    except ImportError:  # Windows
        return None
    soft = resource.getrlimit(resource.RLIMIT_AS)[0]
    return None if soft == resource.RLIM_INFINITY else float(soft)


def _limited() -> float | None:
    limit = _limit()
    if limit is None:
        return None
    with suppress(OSError, ValueError, IndexError):
        taken = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0]) * os.sysconf("SC_PAGE_SIZE")
        return limit - taken
    return limit
