"""Read the fields of a system from a file."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from invarieq.data.dataset import Dataset
from invarieq.data.memory import fitting
from invarieq.data.read.assemble import assembled
from invarieq.data.read.formats import read_contents
from invarieq.data.read.named import Question
from invarieq.jets import JetSpace


@fitting()
def read_dataset(
    path: str | Path, space: JetSpace, *, periodic: Iterable[str] | None = None, axes: Sequence[str] | None = None
) -> Dataset:
    """The fields of `space` from a .nc, .zarr, .npz, .mat, .csv or .parquet file.

    A complex array gives its real part to the first and its imaginary part to the second of two fields. A dimension or
    column `trajectory` splits the data into segments. NaN, empty cells, absent rows of a grid and what a `mask` hides (see
    `invarieq.data.read.masks`) are missing samples. Coordinates in falling order are turned round. `periodic` names the
    periodic coordinates; without it the file's own statement counts, else they are found from the data (never the first
    coordinate). A periodic grid that repeats its first point at the end loses the last. `axes` names the axes of arrays
    whose order cannot be told by length. `units` and `errors` of the result are those that the file states (for errors see
    `invarieq.data.read.uncertainty`); its `source` tells whatever was not taken literally.

    Raises `DataError`, `GridError`, `MissingExtra` (.parquet without pyarrow, .zarr without zarr).
    """
    path = Path(path)
    question = Question(space, path, None if axes is None else tuple(axes))
    return assembled([read_contents(path)], question, source=f"file {path.name}", periodic=periodic)
