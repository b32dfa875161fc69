"""Conservation laws as found: multipliers, densities and fluxes, and how far the search went."""

from __future__ import annotations

from dataclasses import dataclass

import sympy as sp

from invarieq.expressions import write_expression
from invarieq.jets import JetSpace


@dataclass(frozen=True, slots=True)
class ConservationLaw:
    """Σ_k Λ_k Δ_k = Σ_i D_i X^i identically, so D_t T + D_x X + … = 0 on solutions.

    `multiplier`: Λ_k, one for each equation, proved by the Euler operator. `fluxes`: X^i by coordinate (the first is the
    density where the first coordinate is time), proved by differentiation; None where they were not found, and `doubt` says why.
    """

    multiplier: tuple[sp.Expr, ...]
    fluxes: tuple[sp.Expr, ...] | None
    doubt: str = ""

    def document(self, space: JetSpace) -> dict[str, object]:
        """The law as JSON, expressions in the TOML notation."""
        fluxes = None
        if self.fluxes is not None:
            fluxes = {x.name: write_expression(f) for x, f in zip(space.coordinates, self.fluxes, strict=True)}
        return {"multiplier": [write_expression(m) for m in self.multiplier], "fluxes": fluxes, "doubt": self.doubt}


@dataclass(frozen=True, slots=True)
class MultiplierFamily:
    """Infinitely many multipliers: functions Λ_k of the coordinates that obey linear equations.

    `space` holds the functions as fields; each of `condition` is 0.
    """

    space: JetSpace
    condition: tuple[sp.Expr, ...]

    def document(self) -> dict[str, object]:
        """The family as JSON."""
        functions = {f.name: [a.name for a in f.arguments] for f in self.space.fields}
        return {
            "multiplier": [f.name for f in self.space.fields],
            "functions": functions,
            "condition": [write_expression(c) for c in self.condition],
        }


@dataclass(frozen=True, slots=True)
class ConservationLaws:
    """All laws found; `searched` lists the (order, degree) of multipliers that were searched whole.

    The list is complete for multipliers of those orders and degrees in the functions `kernels` beside the jets, up to the
    chance of about 1e-6 that a sampled rank falls short; beyond them it is "at least". `left_out` counts candidates that could
    not be proved; `notes` say what was not decided and why.
    """

    space: JetSpace
    equations: tuple[sp.Expr, ...]
    laws: tuple[ConservationLaw, ...]
    families: tuple[MultiplierFamily, ...]
    searched: tuple[tuple[int, int], ...]
    kernels: tuple[sp.Expr, ...]
    notes: tuple[str, ...]
    seconds: float

    @property
    def statement(self) -> str:
        """What is claimed, in words."""
        if not self.searched:
            return f"{len(self.laws)} conservation laws; no order and degree was searched whole"
        whole = "; ".join(f"order {n}, degree {d}" for n, d in self.searched)
        return f"at least {len(self.laws)} conservation laws; all whose multipliers have {whole}"

    def document(self) -> dict[str, object]:
        """Everything as JSON, expressions in the TOML notation."""
        return {
            "kind": "conservation laws",
            "count": len(self.laws),
            "coordinates": [c.name for c in self.space.coordinates],
            "equations": [write_expression(e) for e in self.equations],
            "laws": [law.document(self.space) for law in self.laws],
            "families": [f.document() for f in self.families],
            "searched": [{"order": n, "degree": d} for n, d in self.searched],
            "kernels": [write_expression(k) for k in self.kernels],
            "statement": self.statement,
            "notes": list(self.notes),
            "seconds": round(self.seconds, 3),
        }
