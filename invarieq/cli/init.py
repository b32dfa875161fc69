"""The command `invarieq init`: a commented system file from a data file."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import Annotated

import typer

from invarieq.cli.output import AsJson, Debug, complain, emit, guarded


@guarded
def init(
    file: Annotated[str, typer.Argument(metavar="FILE", help="Data: .nc, .zarr, .npz, .mat, .csv or .parquet.")],
    out: Annotated[
        Path | None, typer.Option("--out", metavar="SYSTEM.toml", help="System file to write; default: named as FILE, here.")
    ] = None,
    axes: Annotated[
        str | None,
        typer.Option(
            "--axes", metavar="A,B", help="Names of the coordinates, in the order of an array's axes, where FILE does not tell."
        ),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Write over a file that exists.")] = False,
    as_json: AsJson = False,
    debug: Debug = False,
) -> None:
    """Write a commented system file from a data file, to be edited and handed to `invarieq discover`."""
    from invarieq.data import infer_system
    from invarieq.data.outline import outline
    from invarieq.errors import DataError

    target = Path(f"{Path(file).stem or 'system'}.toml") if out is None else out
    if target.suffix != ".toml":
        raise DataError(f"{str(target)!r}: a system file ends in .toml; give another --out")
    if not force and os.path.lexists(target):
        raise DataError(f"{str(target)!r} exists; add --force to write over it, or give another --out")
    words = None if axes is None else [a.strip() for a in axes.split(",")]
    found = infer_system(Path(file), axes=words)
    _write(target, outline(found, _beside(Path(file), target), axes=words or ()), force=force)
    complain(found.statement)
    coordinates = [c.name for c in found.system.coordinates]
    fields = {f.name: [a.name for a in f.arguments] for f in found.system.unknowns}
    if as_json:
        emit({"path": str(target), "coordinates": coordinates, "fields": fields})
    else:
        print(target)


def _beside(file: Path, target: Path) -> str:
    """The data file as seen from the system file, where it lies there or below; else its whole path."""
    whole, folder = file.resolve(), target.resolve().parent
    return whole.relative_to(folder).as_posix() if whole.is_relative_to(folder) else str(whole)


def _write(target: Path, text: str, *, force: bool) -> None:
    """Write a new file, or with `force` put it in the place of an old one in one step; nothing is left of a file that fails."""
    from invarieq.errors import DataError

    place = target.with_name(f".{target.name}.{secrets.token_hex(8)}") if force else target
    try:
        with place.open("x", encoding="utf-8", newline="\n") as opened:
            try:
                opened.write(text)
                opened.flush()
                if force:
                    place.replace(target)
            except BaseException:
                place.unlink(missing_ok=True)
                raise
    except OSError as error:
        raise DataError(
            f"{str(target)!r} cannot be written: {error.strerror or error}; choose a folder that exists and is writable"
        ) from None
