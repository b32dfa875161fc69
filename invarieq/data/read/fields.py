"""Which array of a file is which field: by its name, else as what is left of fitting shape.

Two real fields may also be one complex array, two arrays for real and imaginary part, or one array with a short axis more.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from invarieq.data.read.named import Array, Named, Question, listing, truly_complex
from invarieq.data.read.names import find_name, paired_parts, without_derivatives
from invarieq.errors import DataError

USUAL = ("usol", "uu", "sol", "solution", "data", "values", "field", "psi")
Grids = Mapping[str, Array]


def find_fields(arrays: Mapping[str, Named], grids: Grids, question: Question, notes: list[str]) -> dict[str, Named]:
    """A real array for every field of the system. Raises `DataError` when a field has none, or several."""
    wanted = [f.name for f in question.space.fields]
    found = _by_name(arrays, grids, question)
    if (whole := _complex_pair(found, arrays, grids, question)) is not None:
        notes.append(f"{wanted[0]} the real part, {wanted[1]} the imaginary part of {whole.name!r}")
        return {n: Named(whole.name, part(whole.values), whole.dims) for n, part in zip(wanted, (np.real, np.imag), strict=True)}
    if missing := [n for n in wanted if n not in found]:
        found |= _by_shape(missing, found, arrays, grids, question)
    notes += [f"{f} from {a.name!r}" for f, a in found.items() if f != a.name]
    return {n: _real(n, found[n], question, notes) for n in wanted}


def _by_name(arrays: Mapping[str, Named], grids: Grids, question: Question) -> dict[str, Named]:
    wanted = [f.name for f in question.space.fields]
    found: dict[str, Named] = {}
    for name in wanted:
        taken = {a.name for a in found.values()}
        chosen = find_name(name, [n for n in arrays if n not in taken and (n == name or n not in wanted)])
        if chosen is not None and _fits(arrays[chosen], name, grids, question):
            found[name] = arrays[chosen]
        elif name in arrays and arrays[name].values.ndim > 0:
            found[name] = arrays[name]  # the right name with a wrong shape: let the axes say what is wrong
    return found


def _complex_pair(found: Mapping[str, Named], arrays: Mapping[str, Named], grids: Grids, question: Question) -> Named | None:
    """The one complex array that two real fields stand for; a potential beside it is not a field."""
    wanted = [f.name for f in question.space.fields]
    if len(wanted) != 2:
        return None
    if len(found) == 2 and not any(truly_complex(a.values) for a in found.values()):
        return None
    complexes = [a for a in arrays.values() if truly_complex(a.values) and _fits(a, wanted[0], grids, question)]
    return _preferred(complexes, found, question)


def _preferred(fitting: list[Named], found: Mapping[str, Named], question: Question) -> Named | None:
    """The only one; of several the one that bears a field's name, else a usual name, else no derivative of another."""
    by_name = [a for a in fitting if a.name in {n.name for n in found.values()}]
    base = without_derivatives([a.name for a in fitting], question.names)
    rest = [a for a in fitting if a.name in base]
    for some in (by_name, [a for a in rest if a.name.lower() in USUAL], rest):
        if len(some) == 1:
            return some[0]
    return None


def _by_shape(
    missing: Sequence[str], found: Mapping[str, Named], arrays: Mapping[str, Named], grids: Grids, question: Question
) -> dict[str, Named]:
    """Arrays for fields that no name gives: the only one that fits, real and imaginary part for two, or a short axis for all."""
    taken = {a.name for a in found.values()}
    fitting = {n: a for n, a in arrays.items() if n not in taken and _fits(a, missing[0], grids, question)}
    if len(missing) == 1 and (single := _preferred(list(fitting.values()), {}, question)) is not None:
        return {missing[0]: single}
    if len(missing) == len(question.space.fields) > 1:
        if len(missing) == 2 and (pair := paired_parts(fitting)) is not None:
            return {n: fitting[part] for n, part in zip(missing, pair, strict=True)}
        stacks = [s for a in arrays.values() if (s := _unstacked(a, missing, grids, question)) is not None]
        if len(stacks) == 1:
            return stacks[0]
    shape = " × ".join(f"{n}: {len(grids[n])}" for n in question.arguments(missing[0]))
    raise DataError(
        f"{question.where}: no array for the field {missing[0]!r} of shape ({shape}); given are {listing(arrays)}. "
        f"Name one array {missing[0]!r}, or name the unknown in the system as the data do"
    )


def _unstacked(array: Named, fields: Sequence[str], grids: Grids, question: Question) -> dict[str, Named] | None:
    """All fields out of one real array that has, besides an axis a coordinate, one with an entry a field."""
    lengths, count = sorted(len(grids[n]) for n in question.arguments(fields[0])), len(fields)
    shape = array.values.shape
    if np.iscomplexobj(array.values) or count in lengths or sorted(shape) != sorted([*lengths, count]):
        return None
    axis = shape.index(count)
    dims = tuple(d for i, d in enumerate(array.dims) if i != axis)
    parts = np.moveaxis(array.values, axis, 0)
    return {n: Named(f"{array.name}, column {j + 1}", parts[j], dims) for j, n in enumerate(fields)}


def _fits(array: Named, field: str, grids: Grids, question: Question) -> bool:
    left = list(array.values.shape)
    for length in [len(grids[n]) for n in question.arguments(field)]:
        if length not in left:
            return False
        left.remove(length)
    return len(left) <= 1


def _real(name: str, array: Named, question: Question, notes: list[str]) -> Named:
    """The array as real numbers, a vanishing imaginary part dropped."""
    if not np.iscomplexobj(array.values):
        return array
    if truly_complex(array.values):
        imaginary = float(np.max(np.abs(np.imag(array.values))))
        raise DataError(
            f"{question.where}: {array.name!r} is complex (imaginary part up to {imaginary:.3g}), and the system takes it for {name!r} alone; "
            f"declare two real fields, for example {name}r and {name}i: the first takes the real part, the second the imaginary part"
        )
    notes.append("imaginary parts vanish and were dropped")
    return Named(array.name, np.real(array.values), array.dims)
