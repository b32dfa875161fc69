"""Complete contractions: every way to join the indices of some factors by δ_ij, and by one ε.

All tensors that SO(d) leaves fixed are sums of products of δ_ij, with at most one ε_{i…} (the first fundamental theorem of
invariants), so these contractions span every covariant; which of them are independent is left to exact linear algebra.

Source: Weyl, The Classical Groups, 1939, ch. II; a product of two ε is a sum of products of δ.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

RESULT = -1
VALUE, DERIVATIVE = 0, 1
Slot = tuple[int, int]  # (number of the factor, VALUE or DERIVATIVE); (RESULT, VALUE) is the index of the result
Polynomial = dict[tuple[int, ...], int]  # numbers of the variables of a monomial, sorted → coefficient


@dataclass(frozen=True)
class Factor:
    """A scalar or a vector with `order` derivatives by the turned coordinates.

    `table` gives the number of the variable for (component, how often each turned coordinate); component 0 for a scalar.
    """

    name: str
    vector: bool
    order: int
    table: Mapping[tuple[int, ...], int]

    @property
    def rank(self) -> int:
        """Number of indices."""
        return self.vector + self.order


@dataclass(frozen=True)
class Contraction:
    """Pairs of slots joined by δ, and the slots joined by ε (empty: none)."""

    pairs: tuple[tuple[Slot, Slot], ...]
    epsilon: tuple[Slot, ...]


def contractions(factors: Sequence[Factor], *, rank: int, dimension: int) -> Iterator[Contraction]:
    """All contractions of the factors to a scalar (rank 0) or a vector (rank 1), each once; those without ε first."""
    slots: list[Slot] = [(RESULT, VALUE)] * rank
    for n, factor in enumerate(factors):
        slots += [(n, VALUE)] * factor.vector + [(n, DERIVATIVE)] * factor.order
    seen: set[tuple[object, ...]] = set()
    for size in (0, dimension):
        if len(slots) < size or (len(slots) - size) % 2:
            continue
        for epsilon in sorted(set(itertools.combinations(slots, size))):
            if any(epsilon.count(s) > 1 for s in epsilon):
                continue
            rest = list(slots)
            for slot in epsilon:
                rest.remove(slot)
            epsilon = tuple(sorted(epsilon, key=_order))
            for pairs in _matchings(tuple(rest)):
                key = _key(factors, pairs, epsilon)
                if key not in seen:
                    seen.add(key)
                    yield Contraction(pairs, epsilon)


def _order(slot: Slot) -> tuple[bool, int, int]:
    """The order of indices in ε that makes (∇×u)_i = ε_jki ∂_j u_k and (u^⊥)_i = ε_ji u_j: derivatives first, the result last."""
    return (slot[0] == RESULT, slot[0], -slot[1])


def _matchings(slots: tuple[Slot, ...]) -> Iterator[tuple[tuple[Slot, Slot], ...]]:
    if not slots:
        yield ()
        return
    first, rest = slots[0], slots[1:]
    for other in sorted(set(rest)):
        n = rest.index(other)
        for more in _matchings(rest[:n] + rest[n + 1 :]):
            yield ((first, other), *more)


def _key(factors: Sequence[Factor], pairs: Sequence[tuple[Slot, Slot]], epsilon: Sequence[Slot]) -> tuple[object, ...]:
    """The same for contractions that differ in the order of equal factors only."""
    groups = [list(g) for _, g in itertools.groupby(range(len(factors)), key=lambda n: id(factors[n]))]
    best: tuple[object, ...] | None = None
    for choice in itertools.product(*[itertools.permutations(g) for g in groups]):
        names = {RESULT: RESULT} | {
            n: m for group, turned in zip(groups, choice, strict=True) for n, m in zip(group, turned, strict=True)
        }
        renamed = sorted(tuple(sorted((names[n], role) for n, role in pair)) for pair in pairs)
        key = (tuple(renamed), tuple(sorted((names[n], role) for n, role in epsilon)))
        if best is None or key < best:  # type: ignore[operator]
            best = key
    assert best is not None
    return best


def components(factors: Sequence[Factor], contraction: Contraction, *, rank: int, dimension: int) -> tuple[Polynomial, ...]:
    """The contraction as polynomials, one a component of the result (a single one for a scalar)."""
    result: list[Polynomial] = [{} for _ in range(dimension if rank else 1)]
    turns = list(itertools.permutations(range(dimension))) if contraction.epsilon else [()]
    for turn in turns:
        sign = _sign(turn)
        for values in itertools.product(range(dimension), repeat=len(contraction.pairs)):
            places = [0] * len(factors)
            counts = [[0] * dimension for _ in factors]
            at = 0
            for slot, value in _assigned(contraction, values, turn):
                if slot[0] == RESULT:
                    at = value
                elif slot[1] == VALUE:
                    places[slot[0]] = value
                else:
                    counts[slot[0]][value] += 1
            monomial = tuple(sorted(f.table[p, *c] for f, p, c in zip(factors, places, counts, strict=True)))
            total = result[at].get(monomial, 0) + sign
            result[at][monomial] = total
    return tuple({m: c for m, c in part.items() if c} for part in result)


def _assigned(contraction: Contraction, values: Sequence[int], turn: Sequence[int]) -> Iterator[tuple[Slot, int]]:
    for (first, second), value in zip(contraction.pairs, values, strict=True):
        yield first, value
        yield second, value
    yield from zip(contraction.epsilon, turn, strict=True)


def _sign(turn: Sequence[int]) -> int:
    return -1 if sum(a > b for a, b in itertools.combinations(turn, 2)) % 2 else 1
