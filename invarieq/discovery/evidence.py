"""What the data say about a symmetry: generators and reflections tested, with their chances; and what a search made of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from invarieq.engines.found import Found, Refused
from invarieq.expressions import read_expression, write_expression
from invarieq.jets import JetSpace, VectorField


@dataclass(frozen=True, slots=True)
class Generator:
    """A generator as text: its label, and its components by variable in the TOML notation."""

    generator: str
    components: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tested:
    """A generator that the data were asked about, and what they answered (None: not asked).

    `statistic` over `freedom` with its chance `p_value` on all data, `held_back` with its own on held-back data; `terms` candidates that
    it leaves; `rate` of a boost whose rate is free; `note` says why it was not kept.
    """

    generator: str
    components: Mapping[str, str]
    kind: str
    statistic: float | None = None
    freedom: int | None = None
    p_value: float | None = None
    held_back: float | None = None
    held_back_p_value: float | None = None
    terms: int = 0
    rate: float | None = None
    kept: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TestedReflection:
    """A change of signs that the data were asked about, and what they answered (see `Tested`)."""

    reflection: str
    signs: Mapping[str, int]
    statistic: float
    freedom: int
    p_value: float
    held_back: float
    held_back_p_value: float
    terms: int
    kept: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True)
class AlgebraName:
    """The algebra of all supported generators: its name (None where it is not closed or not known), and why there is none."""

    name: str | None
    dimension: int
    closed: bool
    note: str = ""


@dataclass(frozen=True, slots=True)
class Automatic:
    """The symmetry that the data support: what was tested and kept, whether the law was sought in it, the algebra, the reflections."""

    tested: tuple[Tested, ...]
    kept: tuple[Generator, ...]
    restricted: bool
    algebra: AlgebraName
    reflections: tuple[TestedReflection, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Relaxed:
    """Whether the data reject the declared symmetry, the weight that breaking terms were given, and those of the law."""

    rejected: bool
    statistic: float | None = None
    freedom: int | None = None
    p_value: float | None = None
    held_back: float | None = None
    held_back_p_value: float | None = None
    weight: float | None = None
    breaking: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Alignment:
    """How far a generator points along the law itself, 0 to 1."""

    generator: str
    alignment: float


@dataclass(frozen=True, slots=True)
class HeldBackLoss:
    """The loss on held-back data of the law with this tolerance of the symmetry (None: without the symmetry)."""

    tolerance: float | None
    loss: float


@dataclass(frozen=True, slots=True)
class Regularized:
    """How strongly the declared symmetry was held to, and how far the law violates it."""

    tolerance: float | None
    violation: float
    generators: tuple[Alignment, ...]
    held_back: tuple[HeldBackLoss, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Searched:
    """What the search for one order in time gave: laws or why there are none, and what was learnt about the symmetry on the way.

    `freed` says that the law's own coefficient stands where a free boost's rate would force it; `cut` that the budget ended the search.
    """

    found: Found | None = None
    refused: str = ""
    cut: str = ""
    freed: bool = False
    automatic: Automatic | None = None
    relaxed: Relaxed | None = None
    regularized: Regularized | None = None


def searched(answer: Found | Refused) -> Searched:
    """An engine's answer, with nothing learnt about the symmetry."""
    return Searched(refused=answer.reason) if isinstance(answer, Refused) else Searched(found=answer)


def generator_record(field: VectorField) -> Generator:
    """A generator as text."""
    return Generator(field.label, {s.name: write_expression(e) for s, e in field.components})


def generators_of(space: JetSpace, records: Sequence[Generator]) -> tuple[VectorField, ...]:
    """Generators from their texts."""
    names = space.names
    return tuple(
        VectorField({space.name(s): read_expression(e, names) for s, e in r.components.items()}, name=r.generator)
        for r in records
    )
