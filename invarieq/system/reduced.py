"""One question for every law with a symmetry: what is left of it on the functions that the symmetry leaves invariant?"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import sympy as sp

from invarieq.errors import DeclarationError, Undecided
from invarieq.jets import JetSpace, VectorField
from invarieq.reduction import Reduction, Solutions, invariant_solutions, reduce_by
from invarieq.symmetry.point import point_symmetries
from invarieq.system.conserved import check_seconds, declared
from invarieq.system.system import System

By = Literal["all", "wave"] | int | VectorField | Sequence[int] | Sequence[VectorField]
LEAST_SEARCH = 30.0  # seconds for the symmetry of the law


@dataclass(frozen=True, slots=True)
class Reduced:
    """A reduction by the generators that `label` names, and solutions of it; where there is none, the `reason`."""

    label: str
    reduction: Reduction | None
    solutions: Solutions | None
    reason: str = ""

    def document(self) -> dict[str, object]:
        """The reduction as JSON, expressions in the TOML notation."""
        if self.reduction is None:
            return {"label": self.label, "reduced": False, "reason": self.reason}
        rest = {} if self.solutions is None else self.solutions.document(self.reduction.original)
        return {"label": self.label, "reduced": True, **self.reduction.document(), **rest}


@dataclass(frozen=True, slots=True)
class _Choice:
    """What to reduce by; `space` has the speed of a wave as a parameter."""

    label: str
    space: JetSpace
    generators: tuple[VectorField, ...]


def reductions(
    system: Any,
    by: By = "all",
    *,
    of: Literal["declared", "law"] | None = None,
    budget: float = 5.0,
    progress: Callable[[str], object] = lambda _: None,
) -> tuple[Reduced, ...]:
    """A law on fewer coordinates, by its symmetry, with invariant solutions: similarity reduction, travelling waves.

    `system` is as in `conservation_laws`. `by`: "all" generators one by one and the travelling waves; "wave";
    a generator or the number of one (from 1), or several that span a subalgebra (ideals first). `of`: use the declared symmetry or that
    computed from the law; without it the declared one where there is one. `budget`: seconds for solutions of each reduced law; 0: none.
    Source: Olver 1993, chapter 3.

    Raises `DeclarationError` for a system without law, with one coordinate, or without what `by` names; `NotASymmetry` and `Undecided`
    as `reduce_by` does where one reduction is asked for (of several the reason is kept).
    """
    known = declared(system)
    check_seconds(budget)
    if not known.law:
        raise DeclarationError(f"{known.name} declares no law, so that there is nothing to reduce; add `law` to the system")
    if len(known.coordinates) == 1:
        raise DeclarationError(f"{known.name} has one coordinate; reduction leaves fewer. Its first integrals: invarieq conserve")
    progress("symmetry")
    choices = _choices(known, by, of, budget)
    return tuple(_attempt(known, choice, budget, progress, single=len(choices) == 1) for choice in choices)


def _choices(system: System, by: By, of: str | None, budget: float) -> list[_Choice]:
    if not isinstance(by, (str, int, VectorField, Sequence)):
        raise DeclarationError(f"by={by!r}: expected 'all', 'wave', generators, or their numbers")
    if isinstance(by, VectorField) or (not isinstance(by, (str, int)) and all(isinstance(v, VectorField) for v in by)):
        chosen = (by,) if isinstance(by, VectorField) else tuple(v for v in by if isinstance(v, VectorField))
        return [_Choice(", ".join(v.label for v in chosen), system.space, chosen)]
    symmetry = _symmetry(system, of, budget)
    if by == "all":
        return [_Choice(f"{k + 1}: {v.label}", system.space, (v,)) for k, v in enumerate(symmetry)] + _waves(system, symmetry)
    if by == "wave":
        found = _waves(system, symmetry)
        if not found:
            raise DeclarationError(f"{system.name} has no two translations among its generators, so that no wave travels in it")
        return found
    numbers = [by] if isinstance(by, (int, str)) else list(by)
    if not numbers or not all(type(n) is int and 1 <= n <= len(symmetry) for n in numbers):
        raise DeclarationError(
            f"generator {', '.join(map(str, numbers))}: expected a number from 1 to {len(symmetry)}, several with commas between them, 'wave' or 'all'"
        )
    pairs = [(n, symmetry[n - 1]) for n in numbers if isinstance(n, int)]
    return [_Choice(", ".join(f"{n}: {v.label}" for n, v in pairs), system.space, tuple(v for _, v in pairs))]


def _symmetry(system: System, of: str | None, budget: float) -> tuple[VectorField, ...]:
    if of == "law" or (of is None and not system.symmetry):
        return tuple(point_symmetries(system.space, system.law, system.leading, budget=max(budget, LEAST_SEARCH)).generators)
    if of not in (None, "declared"):
        raise DeclarationError(f"of={of!r}; expected 'declared' or 'law'")
    if not system.symmetry:
        raise DeclarationError(f"{system.name} declares no symmetry; add it, or use that of its law with --of law")
    return system.symmetry


def _waves(system: System, symmetry: Sequence[VectorField]) -> list[_Choice]:
    """∂_t + c ∂_x for the first coordinate and each other one along which the law is translated."""
    moved = [v.components[0][0] for v in symmetry if len(v.components) == 1 and v.components[0][1].is_number]
    space = system.space
    first = space.coordinates[0]
    taken = {s.name for s in (*space.coordinates, *space.parameters)} | {f.name for f in space.fields}
    name = next(n for n in ("c", "speed", "wave_speed") if n not in taken)
    speed = sp.Symbol(name, real=True)
    wider = JetSpace(space.coordinates, space.fields, (*space.parameters, speed))
    along = [x for x in space.coordinates[1:] if x in moved and first in moved]
    return [_Choice(f"wave along {x.name}", wider, (VectorField({first: 1, x: speed}),)) for x in along]


def _attempt(system: System, choice: _Choice, budget: float, progress: Callable[[str], object], *, single: bool) -> Reduced:
    progress(f"reduction by {choice.label}")
    try:
        found = reduce_by(choice.space, system.law, choice.generators, system.leading)
    except (Undecided, DeclarationError) as error:
        if single:
            raise
        return Reduced(choice.label, None, None, str(error))
    return Reduced(choice.label, found, invariant_solutions(found, budget=budget) if budget > 0 else None)
