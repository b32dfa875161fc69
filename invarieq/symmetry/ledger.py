"""Which jets of symmetries are accounted for by families and generators, held against the count of all local solutions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from invarieq.exact import echelon
from invarieq.exact.linear import product
from invarieq.exact.primes import Residues
from invarieq.symmetry.ansatz import Ansatz
from invarieq.symmetry.determining import Column
from invarieq.symmetry.families import Family, family_jets
from invarieq.symmetry.oracle import LocalSolutions, Oracle


@dataclass(frozen=True)
class Ledger:
    """Jets up to `order` at the oracle's point."""

    oracle: Oracle
    local: LocalSolutions
    order: int
    _known: list[tuple[Family, Residues]] = field(default_factory=list, repr=False)

    @cached_property
    def columns(self) -> tuple[Column, ...]:
        """The derivatives that are not struck out."""
        return tuple(c for c in self.local.columns if sum(c[1]) <= self.order)

    @cached_property
    def _degrees(self) -> Residues:
        return np.array([sum(index) for _, index in self.columns], dtype=np.int64)

    @property
    def no_jets(self) -> Residues:
        """No rows."""
        return np.zeros((0, len(self._degrees)), dtype=np.int64)

    def jets(self, families: Sequence[Family]) -> Residues:
        """Rows of all families."""
        return np.concatenate([self.no_jets, *[self._of(f) for f in families]])

    def _of(self, family: Family) -> Residues:
        for known, rows in self._known:
            if known is family:
                return rows
        rows = family_jets(self.oracle, family, self.columns)
        self._known.append((family, rows))
        return rows

    def ranks(self, families: Sequence[Family], more: Residues | None = None) -> tuple[int, ...]:
        """Dimension of the k-jets of families and further rows for k = 0 … order."""
        rows = self.jets(families) if more is None else np.concatenate([self.jets(families), more])
        rising = np.argsort(self._degrees, kind="stable")  # pivots among the first columns count their rank
        pivots = self._degrees[rising][list(echelon(rows[:, rising]).pivots)]
        return tuple(int((pivots <= k).sum()) for k in range(self.order + 1))

    def outside(self, families: Sequence[Family], ansatz: Ansatz, kernel: Residues) -> tuple[Residues, bool]:
        """The null vectors, simplest last, that families and simpler ones do not span; and whether that accounts for all."""
        simplest_first = kernel[::-1]
        rows = product(simplest_first, ansatz.jets(self.oracle.values_at_point(), self.columns)) if len(kernel) else self.no_jets
        known = self.jets(families)
        independent = echelon(np.concatenate([known, rows]).T).pivots
        chosen = [j - len(known) for j in independent if j >= len(known)]
        return simplest_first[chosen][::-1], self.complete(families, rows[chosen])

    def complete(self, families: Sequence[Family], rows: Residues) -> bool:
        """Whether all orders agree with the count, and generators in no family add nothing from the last but one to the last."""
        with_all = self.ranks(families, rows)
        if self.order < 2 or any(w != c for w, c in zip(with_all, self.local.counts, strict=False)):
            return False
        extra = [w - a for w, a in zip(with_all, self.ranks(families), strict=True)]
        return extra[-1] == extra[-2] == len(rows)
