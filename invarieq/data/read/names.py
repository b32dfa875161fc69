"""Which name in a file stands for a coordinate or a field of the system."""

from __future__ import annotations

import re
from collections.abc import Iterable

from invarieq.errors import ReadError
from invarieq.expressions import check_name

TRAJECTORY = "trajectory"
LONG_NAMES = {
    "t": ("time", "times"),
    "x": ("lon", "longitude", "space", "position"),
    "y": ("lat", "latitude"),
    "z": ("height", "depth", "altitude"),
    "r": ("radius",),
    TRAJECTORY: ("trajectory_id", "traj", "run", "run_id", "record", "record_id"),
}
ENDS = (
    "", "s", "grid", "values", "vals", "val", "vec", "vector", "sol", "data", "star", "span", "mesh", "axis", "array", "arr",
    "coord", "coords", "points", "pts", "list", "exact", "true", "ref", "num", "num_sol", "full", "all", "1d",
)  # fmt: skip
_UNIT = re.compile(r"^(?P<name>[^\[\]]*)\[(?P<unit>[^\[\]]+)\]\s*$")
_BRACKETS = re.compile(r"\([^()]*\)")
_OTHER = re.compile(r"[^A-Za-z0-9]+")
PARTS = (("real", "imag"), ("re", "im"), ("r", "i"))


def find_name(name: str, candidates: Iterable[str]) -> str | None:
    """The candidate that is `name`: exactly, in another case, without unit and signs ("u [m]"), or by a usual variant (tt, xgrid, time …)."""
    known = list(candidates)
    if name in known:
        return name
    for fits in (_same_letters, _plainly, is_variant, _plain_variant):
        found = [c for c in known if fits(c, name)]
        if len(found) == 1:
            return found[0]
    return None


def _same_letters(candidate: str, name: str) -> bool:
    return candidate.lower() == name.lower()


def _plainly(candidate: str, name: str) -> bool:
    plain, _ = plain_name(candidate)
    return name in (plain, plain.replace("_", ""))


def _plain_variant(candidate: str, name: str) -> bool:
    plain, _ = plain_name(candidate)
    return _same_letters(plain, name) or is_variant(plain, name)


def plain_name(name: str) -> tuple[str, str | None]:
    """A name of letters, digits and single underscores that a system may use, and the unit behind it: "Hare count [k]" is (Hare_count, k)."""
    found = _UNIT.match(name)
    plain = _OTHER.sub("_", _BRACKETS.sub("", found["name"] if found else name)).strip("_") or "column"
    plain = plain if plain[0].isalpha() else f"v{plain}"
    try:
        check_name(plain)
    except ReadError:
        plain = check_name(f"{plain[:50].rstrip('_')}1")
    return plain, found["unit"].strip() if found else None


def is_variant(candidate: str, name: str) -> bool:
    """Whether `candidate` is a usual spelling of `name`: x_grid, xvec, t_star, vec_t; a field u is also usol, u_exact, uu."""
    low, wanted = candidate.lower().strip("_ "), name.lower()
    if low in {wanted * 2, *LONG_NAMES.get(wanted, ())}:
        return True
    if low.startswith(wanted) and low.removeprefix(wanted).lstrip("_") in ENDS:
        return True
    return low.endswith("_" + wanted) and low.removesuffix("_" + wanted) in ENDS


def paired_parts(candidates: Iterable[str]) -> tuple[str, str] | None:
    """The one pair of names for real and imaginary part of one quantity (re and im, psi_real and psi_imag, ur and ui), else None."""
    known = list(candidates)
    pairs = [
        (a, b)
        for a in known
        for b in known
        for re, im in PARTS
        if a.lower().endswith(re) and b.lower().endswith(im) and a[: -len(re)].lower() == b[: -len(im)].lower()
    ]
    return pairs[0] if len(pairs) == 1 else None


def without_derivatives(candidates: Iterable[str], coordinates: Iterable[str]) -> list[str]:
    """The names that are not another one with coordinates behind it (of q, q_t and qxx only q stays)."""
    known, letters = list(candidates), "".join(coordinates)
    return [
        n
        for n in known
        if not any(n.startswith(o) and n != o and set(n.removeprefix(o).lstrip("_")) <= set(letters) for o in known)
    ]
