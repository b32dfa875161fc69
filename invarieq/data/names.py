"""Which name in a file stands for a coordinate or a field of the system."""

from __future__ import annotations

from collections.abc import Iterable

TRAJECTORY = "trajectory"
LONG_NAMES = {
    "t": ("time", "times"),
    "x": ("lon", "longitude", "space", "position"),
    "y": ("lat", "latitude"),
    "z": ("height", "depth", "altitude"),
    "r": ("radius",),
    TRAJECTORY: ("trajectory_id", "traj", "run", "run_id"),
}


def find_name(name: str, candidates: Iterable[str]) -> str | None:
    """The candidate that is `name`: exactly, in another case, or by a usual variant (tt, t_, xgrid, time …), in that order."""
    known = list(candidates)
    if name in known:
        return name
    for fits in (_same_letters, is_variant):
        found = [c for c in known if fits(c, name)]
        if len(found) == 1:
            return found[0]
    return None


def _same_letters(candidate: str, name: str) -> bool:
    return candidate.lower() == name.lower()


def is_variant(candidate: str, name: str) -> bool:
    """Whether `candidate` is a usual spelling of `name`; a field u is also usol, u_sol, uu."""
    low, wanted = candidate.lower().strip("_ "), name.lower()
    ends = ("", "s", "grid", "_grid", "_values", "vals", "sol", "_sol", "_data")
    return low in {wanted * 2, *(wanted + end for end in ends), *LONG_NAMES.get(wanted, ())}
