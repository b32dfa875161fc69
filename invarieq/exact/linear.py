"""Echelon forms and null spaces of matrices of residues.

python-flint does the elimination where it is installed; without it, columns are eliminated a block at a time and the rest
of the matrix follows by floating-point products of 16-bit halves, which are exact below 2^53.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec

import numpy as np
import numpy.typing as npt

from invarieq.exact.primes import PRIME, Residues

BLOCK = 48
HALF = 16
SMALL = 2_000
LARGE = 100_000
FLINT = find_spec("flint") is not None


@dataclass(frozen=True, slots=True)
class Echelon:
    """Reduced row echelon form: `rows` (rank × columns), a leading 1 in each column of `pivots`, ascending."""

    rows: Residues
    pivots: tuple[int, ...]

    @property
    def rank(self) -> int:
        """Number of independent rows."""
        return len(self.pivots)

    @property
    def null_space(self) -> Residues:
        """Vectors (nullity × columns) that every row annihilates; 1 at one free column each, 0 at the other free ones."""
        columns = self.rows.shape[1]
        free = [j for j in range(columns) if j not in set(self.pivots)]
        result = np.zeros((len(free), columns), dtype=np.int64)
        result[np.arange(len(free)), free] = 1
        if self.pivots and free:
            result[:, list(self.pivots)] = (-self.rows[:, free].T) % PRIME
        return result


def echelon(matrix: Residues) -> Echelon:
    """Reduced row echelon form of a matrix of residues (rows × columns)."""
    work = np.asarray(matrix, dtype=np.int64) % PRIME
    work = work[work.any(axis=1)]
    if work.size == 0:
        return Echelon(np.zeros((0, matrix.shape[1]), dtype=np.int64), ())
    if work.size > LARGE:
        work = np.unique(work, axis=0)  # derivatives of one equation by different ways repeat each other
    return _by_flint(work) if FLINT and work.size > SMALL else _by_blocks(work)


def null_space(matrix: Residues) -> Residues:
    """Basis of {c : matrix · c = 0}, one vector a row; see `Echelon.null_space`."""
    return echelon(matrix).null_space


def rank(rows: Sequence[Sequence[int]]) -> int:
    """Rank of a matrix of residues."""
    return echelon(np.array(rows, dtype=np.int64)).rank if len(rows) and len(rows[0]) else 0


class RowSpace:
    """Rows in echelon form, one after the other; `add` says whether a row is new."""

    def __init__(self) -> None:
        """An empty span."""
        self._rows: dict[int, Residues] = {}

    @property
    def rank(self) -> int:
        """Number of independent rows so far."""
        return len(self._rows)

    def add(self, row: Sequence[int]) -> bool:
        """Add a row; True if it was independent of those before."""
        work = np.array(row, dtype=np.int64) % PRIME
        for pivot, known in self._rows.items():  # a later row has no entry at an earlier pivot
            if work[pivot]:
                work = (work - work[pivot] * known) % PRIME
        left = np.flatnonzero(work)
        if not left.size:
            return False
        self._rows[int(left[0])] = work * pow(int(work[left[0]]), -1, PRIME) % PRIME
        return True


def product(left: Residues, right: Residues) -> Residues:
    """left · right modulo p, by products of 16-bit halves in double precision (exact for an inner size below 2^20)."""
    mask = (1 << HALF) - 1
    l1, l0 = (left >> HALF).astype(np.float64), (left & mask).astype(np.float64)
    r1, r0 = (right >> HALF).astype(np.float64), (right & mask).astype(np.float64)
    high, low, cross = l1 @ r1, l0 @ r0, l1 @ r0 + l0 @ r1
    top = ((high.astype(np.int64) % PRIME << HALF) + cross.astype(np.int64)) % PRIME
    return ((top << HALF) + low.astype(np.int64)) % PRIME


def _by_flint(work: Residues) -> Echelon:
    import flint

    rows, columns = work.shape
    reduced, rank = flint.nmod_mat(rows, columns, work.ravel().tolist(), PRIME).rref()
    entries = np.array([int(x) for x in reduced.entries()], dtype=np.int64).reshape(rows, columns)[:rank]
    return Echelon(entries, tuple(int(j) for j in (entries != 0).argmax(axis=1)))


def _by_blocks(work: Residues) -> Echelon:
    pivots: list[int] = []
    for start in range(0, work.shape[1], BLOCK):
        stop = min(start + BLOCK, work.shape[1])
        found = _panel(work, len(pivots), start, stop)
        pivots += found
        if len(pivots) == work.shape[0]:
            break
    return Echelon(work[: len(pivots)].copy(), tuple(pivots))


def _panel(work: Residues, rank: int, start: int, stop: int) -> list[int]:
    """Eliminate columns start … stop in all rows; the columns to the right follow in one product. `work` changes."""
    rows = work.shape[0]
    panel, order = work[:, start:stop].copy(), np.arange(rows)
    record = np.zeros((rows, stop - start), dtype=np.int64)  # what each row has taken of the original pivot rows
    found: list[int] = []
    for j in range(stop - start):
        at = rank + len(found)
        candidates = np.flatnonzero(panel[at:, j])
        if not candidates.size:
            continue
        swap = at + int(candidates[0])
        for array in (panel, record, order):
            array[[at, swap]] = array[[swap, at]]
        record[at, len(found)] = 1
        scale = pow(int(panel[at, j]), -1, PRIME)
        panel[at], record[at] = panel[at] * scale % PRIME, record[at] * scale % PRIME
        _clear(panel, record, at, j)
        found.append(start + j)
        if rank + len(found) == rows:
            break
    _follow(work, panel, record, order, (rank, len(found), start, stop))
    return found


def _clear(panel: Residues, record: Residues, at: int, j: int) -> None:
    factors = panel[:, j].copy()
    factors[at] = 0
    touched = np.flatnonzero(factors)
    if touched.size:
        f = factors[touched, None]
        panel[touched] = (panel[touched] - f * panel[at]) % PRIME
        record[touched] = (record[touched] - f * record[at]) % PRIME


def _follow(work: Residues, panel: Residues, record: Residues, order: npt.NDArray[np.intp], span: tuple[int, ...]) -> None:
    rank, count, start, stop = span
    work[:] = work[order]
    work[:, start:stop] = panel
    if count and stop < work.shape[1]:
        taken = record[:, :count]
        chosen = work[rank : rank + count, stop:].copy()
        kept = work[:, stop:].copy()
        kept[rank : rank + count] = 0
        work[:, stop:] = (kept + product(taken, chosen)) % PRIME
