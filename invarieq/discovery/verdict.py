"""Does a law explain the data? One answer a law, in words that a reader can act on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from invarieq.engines.found import Found
from invarieq.engines.weak.sparse import is_explained
from invarieq.law import Law

Status = Literal["explained", "not explained", "not decidable"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """`status`, what it rests on, and what to try where the law does not explain the data."""

    status: Status
    evidence: str
    advice: str = ""


def left_sides(law: Law) -> str:
    """What a law is solved for, in words; of an implicit law, which is solved for nothing, its equations."""
    return ", ".join(map(str, law.leading)) or "its equations"


def verdict_of(found: Found, number: int) -> Verdict:
    """The verdict on law `number` of a search.

    The chosen law is judged by its engine, which knows more than the residual; the others by their residual alone.
    """
    law, noise = found.laws[number], found.noise_left[number]
    sure = found.explains if number == found.chosen else is_explained(law.score, noise)
    evidence = f"leaves {100 * law.score:.2g} % of {left_sides(law)}, noise alone would leave {100 * noise:.2g} %"
    if sure:
        return Verdict("explained", evidence)
    return Verdict(
        "not explained", evidence, "try terms of higher order or degree, functions of the fields, another symmetry, or --engine"
    )
