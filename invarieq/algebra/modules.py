"""Maps that commute with an action: the commutant of matrices, found by spinning.

A map φ with φ A = A φ for all matrices A of the action is fixed by its values on a few vectors that generate the module,
so there are few unknowns (one vector for a cyclic module) instead of n². With A = ad x for all x, φ runs through the
centroid of the algebra (Jacobson 1962, X.1; Rand, Winternitz and Zassenhaus 1988 split algebras with it).
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

from invarieq.exact.sparse import Basis, Span, Vector, add_scaled, combine, kernel_of

Columns = list[Vector]


def commutant(actions: Sequence[Columns], dimension: int, domain: Any) -> list[Columns]:
    """A basis of the matrices (as columns) that commute with all `actions`."""
    words, images, unknowns = _spun(actions, dimension, domain)
    frame, span = Basis(domain, words), Span(domain)
    for action in actions:
        for number, word in enumerate(words):
            if span.dimension == unknowns - 1:  # the identity is always there
                break
            target = frame.coordinates(combine(word, action)) or {}
            moved = _moved(images[number], action)
            for k, c in target.items():
                for i, row in enumerate(images[k]):
                    add_scaled(moved[i], -c, row)
            for row in moved:
                span.add(row)
    values = kernel_of(span, unknowns)
    coordinates = [frame.coordinates({i: domain.one}) or {} for i in range(dimension)]
    result: list[Columns] = []
    for value in values:
        on_words = [_evaluated(image, value) for image in images]
        result.append([combine(c, on_words) for c in coordinates])
    return result


def random_element(basis: Sequence[Columns], domain: Any, *, seed: int) -> Columns:
    """A random combination with small whole coefficients."""
    source = random.Random(seed)
    size = len(basis[0])
    result: Columns = [{} for _ in range(size)]
    for matrix in basis:
        c = domain.convert(source.randint(-999, 999))
        if c:
            for j in range(size):
                add_scaled(result[j], c, matrix[j])
    return result


def cyclic_submodule(actions: Sequence[Columns], vector: Vector, domain: Any) -> list[Vector]:
    """The smallest subspace that holds a vector and is mapped to itself by all actions."""
    span, queue = Span(domain), [vector]
    while queue:
        new = queue.pop()
        if span.add(new):
            queue += [combine(new, action) for action in actions]
    return span.basis


def _spun(actions: Sequence[Columns], n: int, domain: Any) -> tuple[list[Vector], list[list[Vector]], int]:
    """Words A…A m that form a basis, and φ of each as n rows over the unknowns φ(m)."""
    words, images, span, unknowns = list[Vector](), list[list[Vector]](), Span(domain), 0
    while span.dimension < n:
        start: Vector = {min(span.complement(n)): domain.one}
        queue = [(start, [{unknowns + i: domain.one} for i in range(n)])]
        unknowns += n
        while queue:
            word, image = queue.pop(0)
            if span.add(word):
                words.append(word)
                images.append(image)
                queue += [(combine(word, a), _moved(image, a)) for a in actions]
    return words, images, unknowns


def _moved(image: Sequence[Vector], action: Columns) -> list[Vector]:
    """A · φ(word), row by row."""
    result: list[Vector] = [{} for _ in image]
    for j, column in enumerate(action):
        if image[j]:
            for i, value in column.items():
                add_scaled(result[i], value, image[j])
    return result


def _evaluated(image: Sequence[Vector], value: Vector) -> Vector:
    result: Vector = {}
    for i, row in enumerate(image):
        total = [c * value[k] for k, c in row.items() if k in value]
        if total and (s := sum(total[1:], total[0])):
            result[i] = s
    return result
