"""What a search gives back: laws, the chosen one among them, and what the engine knows of them; or why there is none."""

from __future__ import annotations

from dataclasses import dataclass

from invarieq.data.records import Gaps
from invarieq.law import Law


@dataclass(frozen=True, slots=True)
class Exponent:
    """The magnitude of term number `term` of a law goes as radius**value, with standard error `error`."""

    term: int
    value: float
    error: float


@dataclass(frozen=True, slots=True)
class Trajectories:
    """What the likelihood of the trajectories made of the weak form's law: `terms_before` terms became `terms`.

    Each law was integrated over `windows` pieces of `samples` samples; `misfit` is what is left a degree of freedom, in units of the
    noise that the samples show by themselves.
    """

    changed: bool
    terms_before: int
    terms: int
    windows: int
    samples: int
    misfit: float


@dataclass(frozen=True, slots=True)
class RelationBasis:
    """A basis in which a relation was sought, and how well it did: the share of halves of the data that agree, of points lost."""

    basis: str
    divided_by: str
    terms: int
    candidates: int
    agreement: float
    lost: float
    left_over: float
    noise_left: float


@dataclass(frozen=True, slots=True)
class FunctionConstant:
    """A constant inside a function of invariants, such as c in exp(c η)."""

    function: str
    value: float
    error: float


@dataclass(frozen=True, slots=True)
class Relation:
    """Σ coefficientₖ·termₖ = 0, terms as text."""

    terms: tuple[str, ...]
    coefficients: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Relations:
    """Laws as they were found among `count` differential invariants: solved for nothing, in the basis that most of the data agree on."""

    count: int
    relations: tuple[Relation, ...]
    bases: tuple[RelationBasis, ...]
    lost: float
    left_sides: tuple[str, ...]
    votes: tuple[int, ...]
    agreement: float
    constants: tuple[FunctionConstant, ...]
    refused: tuple[str, ...]
    basis: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Laws from short to long around the chosen one.

    `explains` says whether the chosen law leaves no more of the data than noise does; `noise_left` what noise alone would leave under
    each law (their own residuals are their scores); `noise` the standard deviation of the noise in each field. `restricted` and
    `unrestricted` count the candidates with and without the symmetry, `undetermined` the directions among them that the data leave
    open. `vanishing` names candidates that constraints make vanish, `unmoved` derivatives that could not be moved to the test functions;
    `cut` says what a budget left undone.
    """

    laws: tuple[Law, ...]
    chosen: int
    explains: bool
    noise_left: tuple[float, ...]
    noise: tuple[tuple[str, float], ...]
    restricted: int
    unrestricted: int
    undetermined: int = 0
    vanishing: tuple[str, ...] = ()
    unmoved: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    exponents: tuple[Exponent, ...] = ()
    gaps: Gaps | None = None
    trajectories: Trajectories | None = None
    cut: str = ""
    relations: Relations | None = None

    @property
    def law(self) -> Law:
        """The chosen law."""
        return self.laws[self.chosen]

    @property
    def residual(self) -> float:
        """What the chosen law leaves of the data, relative to its left-hand side."""
        return self.law.score

    @property
    def noise_residual(self) -> float:
        """What noise alone would leave under the chosen law."""
        return self.noise_left[self.chosen]

    @property
    def size(self) -> int:
        """Number of coefficients of the chosen law."""
        return len(self.law.coefficients)


@dataclass(frozen=True, slots=True)
class Refused:
    """Why there is no law: `reason` says it to a user."""

    reason: str
