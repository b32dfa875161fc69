"""One question for every law: what does it conserve?"""

from __future__ import annotations

import math
from collections.abc import Callable
from numbers import Integral, Real
from typing import Any

from invarieq import conservation
from invarieq.conservation import ConservationLaws, FirstIntegrals
from invarieq.errors import DeclarationError
from invarieq.system.system import System


def conservation_laws(
    system: Any,
    *,
    order: int | None = None,
    degree: int | None = None,
    budget: float = 60.0,
    progress: Callable[[str], object] = lambda _: None,
) -> ConservationLaws | FirstIntegrals:
    """What a law conserves: conservation laws of PDEs by their multipliers, first integrals of ODEs; each proved.

    `system` is a `System`, or equations in SymPy's notation: `Eq(u(t, x).diff(t), u(t, x).diff(x, 2))`, one or a list. `order`, `degree`:
    those of the multipliers (of first integrals the degree); without them several, small ones first. `budget`: seconds; what is
    proved by then is returned, with a note. Sources: Anco & Bluman 2002; Olver 1993, section 4.3.

    Raises `DeclarationError` for a system without a law, an order where there are no multipliers, and numbers that are out of range.
    """
    known = declared(system)
    _check_whole("order", order, 0)
    _check_whole("degree", degree, 1)
    check_seconds(budget)
    if not known.law:
        raise DeclarationError(
            f"{known.name} declares no law, so that nothing is known to be conserved; add `law` to the system (TOML: `equations`)"
        )
    if len(known.coordinates) > 1:
        return conservation.conservation_laws(
            known.space, known.law, known.leading, order=order, degree=degree, budget=budget, progress=progress
        )
    if order is not None:
        raise DeclarationError(f"{known.name} is a system of ODEs: its first integrals have a degree, no order; leave order out")
    return conservation.first_integrals(known.space, known.law, known.leading, degree=degree, budget=budget, progress=progress)


def declared(system: Any) -> System:
    """A system, or the one whose law the given equations are."""
    return system if isinstance(system, System) else System(law=system)


def check_seconds(budget: float) -> None:
    """Raise `DeclarationError` for a budget that is no number of seconds."""
    if isinstance(budget, bool) or not isinstance(budget, Real) or math.isnan(budget) or budget < 0:
        raise DeclarationError(f"budget {budget!r}: expected seconds, a number of at least 0")


def _check_whole(name: str, value: int | None, least: int) -> None:
    if value is not None and (isinstance(value, bool) or not isinstance(value, Integral) or value < least):
        raise DeclarationError(f"{name} {value!r}: expected a whole number of at least {least}, or None")
