"""A commented system file from data: what was seen, what is known of any autonomous law, and what a user may add."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import numpy as np

from invarieq.data.dataset import Dataset, field_values
from invarieq.data.infer import Inferred
from invarieq.data.read.roles import clock_of
from invarieq.system.system import System, changed
from invarieq.system.toml import write_toml

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")


def outline(found: Inferred, data: str, *, axes: Sequence[str] = ()) -> str:
    """TOML text of a system that names `data` as its data file (and `axes` as its axes), to be edited; `read_toml` reads it as it stands.

    Comments tell shapes and ranges, and show how further symmetry and the terms of the search are written.
    """
    system = changed(found.system, data=data, axes=tuple(axes))
    declared, *generators = write_toml(system).split("\n\n[[symmetry]]")
    head = [line for line in declared.splitlines() if line not in ("parameters = []", "equations = []", "leading = []")]
    head.insert(1, '# title = "what it is, in a line"\n# source = "where the data come from"')
    return "\n".join(
        [
            *_comments(found, data),
            "",
            *head,
            "",
            *_search(system),
            "",
            "# What leaves the law as it is. Each [[symmetry]] is a generator, with its components by coordinate and field; those that are missing",
            "# are 0. Translations say that the law holds anywhere: take one out where it does not.",
            *(f"[[symmetry]]{text.rstrip()}\n" for text in generators),
            *_suggestions(system),
            "",
        ]
    )


def _comments(found: Inferred, data: str) -> Iterator[str]:
    yield _comment(f"A system read off {data}: edit it, then run  invarieq discover  on this file.")
    yield _comment(f"Taken for: {found.statement}.")
    yield _comment(f"Data: {found.dataset.source}.")
    for name in (c.name for c in found.system.coordinates):
        yield _comment(f"  {_coordinate(found.dataset, name)}")
    for name in (f.name for f in found.system.unknowns):
        yield _comment(f"  {_field(found.dataset, name)}")


def _comment(text: str) -> str:
    """One line of comment, whatever stands in names and units that others wrote."""
    return f"# {_CONTROL.sub(' ', text)}".rstrip()


def _coordinate(dataset: Dataset, name: str) -> str:
    grids = [np.asarray(s[name].values, dtype=float) for s in dataset.segments]
    counts = sorted({len(g) for g in grids})
    size = f"{counts[0]}" if len(counts) == 1 else f"{counts[0]} to {counts[-1]}"
    several = f" in each of {len(grids)} records" if len(grids) > 1 else ""
    periodic = ", periodic" if name in dataset.periodic else ""
    return f"{name}: {min(g[0] for g in grids):g} to {max(g[-1] for g in grids):g}{_unit(dataset, name)}, {size} samples{several}{periodic}"


def _field(dataset: Dataset, name: str) -> str:
    low = min(float(np.nanmin(v)) for v in field_values(dataset, name))
    high = max(float(np.nanmax(v)) for v in field_values(dataset, name))
    lost = sum(int(np.isnan(v).sum()) for v in field_values(dataset, name))
    size = sum(v.size for v in field_values(dataset, name))
    shape = " × ".join(map(str, dataset.segments[0][name].shape))
    missing = f", {lost} of {size} samples missing" if lost else ""
    errors = ", with standard errors" if name in dataset.errors else ""
    return f"{name}: {low:g} to {high:g}{_unit(dataset, name)}, shape {shape}{missing}{errors}"


def _unit(dataset: Dataset, name: str) -> str:
    return f" {dataset.units[name]}" if name in dataset.units else ""


def _search(system: System) -> list[str]:
    sought = f"# sought = {system.unknowns[0].name!r}".replace("'", '"').replace("= ", "= [") + "]"
    order = 2 if len(system.coordinates) == 1 else 4
    return [
        "# How large the search is; without it invarieq chooses. `sought` names the fields whose laws are wanted, where others only stand in them.",
        "# [terms]",
        f"# order = {order}       # derivatives in a term together",
        "# degree = 3      # factors in a term",
        sought,
        "# To judge the law on data that the search does not see:  invarieq discover FILE --hold-out 0.2",
    ]


def _suggestions(system: System) -> list[str]:
    """More symmetry to choose from, commented out."""
    names, fields = [c.name for c in system.coordinates], [f.name for f in system.unknowns]
    clock = clock_of(names)
    places = [n for n in names if n != clock]
    lines = ["# More, where it holds of the law; take the signs # away and correct the numbers."]
    lines += _table("symmetry", "scaling", {names[0]: f"2*{names[0]}", **{p: p for p in places}, fields[0]: f"-{fields[0]}"})
    if clock is not None and places:
        lines += _table("symmetry", f"Galilean boost in {places[0]}", {places[0]: clock, fields[0]: "1"})
    if len(places) > 1:
        lines += _table(
            "symmetry", f"rotation in the plane {places[0]}, {places[1]}", {places[1]: places[0], places[0]: f"-{places[1]}"}
        )
    if len(fields) > 1 and not places:
        lines += _table(
            "symmetry", f"rotation in the plane {fields[0]}, {fields[1]}", {fields[1]: fields[0], fields[0]: f"-{fields[1]}"}
        )
    turned = places[0] if places else fields[0]
    return lines + _table("discrete", f"reflection of {turned}", {turned: f"-{turned}"})


def _table(kind: str, label: str, components: dict[str, str]) -> list[str]:
    return [f"# [[{kind}]]", f'# label = "{label}"', *(f'# {n} = "{text}"' for n, text in components.items()), "#"]
