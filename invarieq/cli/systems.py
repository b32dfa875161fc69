"""Commands about a system: list the shipped ones, its simulation."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from invarieq.cli.output import AsJson, Debug, SystemName, complain, emit, guarded
from invarieq.report.tables import print_table, say

if TYPE_CHECKING:
    from invarieq.jets import VectorField
    from invarieq.system import System


@guarded
def systems(as_json: AsJson = False, debug: Debug = False) -> None:
    """List the shipped systems."""
    from invarieq.system import load_system, shipped_systems

    found = [load_system(name) for name in shipped_systems()]
    if as_json:
        emit([_describe(system) for system in found])
        return
    rows = [
        (
            system.name,
            system.title,
            "" if system.order is None else str(system.order),
            ", ".join(f.name for f in system.unknowns),
            ", ".join(v.label for v in (*system.symmetry, *system.discrete)),
        )
        for system in found
    ]
    print_table(("name", "title", "order", "unknowns", "symmetry"), rows)


@guarded
def simulate(
    system: SystemName,
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="File to write: .nc or .npz.")],
    noise: Annotated[
        float, typer.Option("--noise", min=0.0, help="Standard deviation of added noise over that of the field.")
    ] = 0.0,
    seed: Annotated[int, typer.Option("--seed", min=0, help="Seed of the noise.")] = 0,
    as_json: AsJson = False,
    debug: Debug = False,
) -> None:
    """Make data from a system's law."""
    from invarieq.cli.progress import shown
    from invarieq.data import add_noise, write_dataset
    from invarieq.data import simulate as make
    from invarieq.errors import DataError
    from invarieq.system import load_system

    if not out.parent.is_dir():
        raise DataError(f"{str(out)!r} cannot be written: its folder does not exist; make it, or give another --out FILE")
    loaded = load_system(system)
    with shown() as progress:
        progress.step(f"simulating {loaded.name}")
        data = add_noise(make(loaded, progress=progress.advance), noise, seed)
    write_dataset(data, out)
    sizes = {c.name: int(data.segments[0].sizes[c.name]) for c in loaded.coordinates}
    fields, trajectories = [f.name for f in loaded.unknowns], len(data.segments)
    if as_json:
        shape = {"shape": list(sizes.values()), "coordinates": list(sizes), "fields": fields, "trajectories": trajectories}
        emit({"path": str(out), "noise": noise, "seed": seed, **shape})
        return
    grid = " x ".join(f"{n} {c}" for c, n in sizes.items())
    several = f", {trajectories} trajectories" if trajectories > 1 else ""
    complain(f"{', '.join(fields)} on {grid}{several}, noise {100 * noise:g} %")
    say(str(out))


def _describe(system: System) -> dict[str, Any]:
    return {
        "name": system.name,
        "title": system.title,
        "order": system.order,
        "unknowns": [f.name for f in system.unknowns],
        "symmetry": [_components(v) for v in system.symmetry],
        "discrete": [{s.name: str(e) for s, e in m.images} for m in system.discrete],
        "coordinates": [c.name for c in system.coordinates],
    }


def _components(generator: VectorField) -> dict[str, str]:
    from invarieq.expressions import write_expression

    return {symbol.name: write_expression(component) for symbol, component in generator.components}
