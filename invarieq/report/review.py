"""A finished run looked at again: one of its laws beside its data, or beside other data."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from invarieq.data import Dataset, check_dataset, read_dataset
from invarieq.forecast.hold_out import HELD, Trial, examine, how_held, trials
from invarieq.forecast.prediction import predict
from invarieq.forecast.residuals import residual_maps
from invarieq.law import Law, law_from_json
from invarieq.progress import Silent
from invarieq.report.figure import Exhibit, draw
from invarieq.session.catalogue import chosen, result_document
from invarieq.session.run import Context
from invarieq.session.stages import dataset_of, system_of
from invarieq.session.store import Store

DRAWN = 3  # records of a figure
OTHER = "other data"


@dataclass(frozen=True)
class Review:
    """A law of a run, its record in the result, and what it is compared with."""

    document: dict[str, Any]
    record: dict[str, Any]
    law: Law
    found: tuple[Trial, ...]
    held: str
    units: dict[str, str]


def review(folder: Path, number: int | None, other: Path | None = None) -> Review:
    """Law `number` of a run (as `show` counts, None: the best) with the run's data, or those of the file `other`."""
    with Store.read(folder) as store:
        document = result_document(store)
        context = Context(store, Silent())
        system, share = system_of(context).searchable(), store.settings.hold_out
        record = chosen(document, number)
        law = law_from_json(record)
        units = dict(context.document("data").get("units", {}))
        dataset: Dataset = dataset_of(context) if other is None else read_dataset(other, system.space, axes=system.axes or None)
    if other is None:
        return Review(document, record, law, trials(dataset, system.space, share), how_held(dataset, share), units)
    check_dataset(dataset, system.space)
    held = f"other data, which the search never saw: {dataset.source}"
    return Review(document, record, law, trials(dataset, system.space, 0.0, role=OTHER), held, units)


def prediction_of(seen: Review) -> dict[str, Any]:
    """The law in motion beside the data, as a document."""
    return examine(seen.law, seen.found, held=seen.held)


def picture(seen: Review, path: Path) -> None:
    """The figure of a review, held-back records first."""
    ordered = sorted(seen.found, key=lambda t: t.role != HELD)[:DRAWN]
    maps = residual_maps(seen.law, [t.piece for t in ordered])
    exhibits = [
        Exhibit(t.piece, predict(seen.law, "fitted", t.piece, border=t.border), m, f"record {t.piece.record} ({t.role})")
        for t, m in zip(ordered, maps, strict=True)
    ]
    space = seen.document["search_space"]
    title = (
        f"{seen.document['system']}: {seen.record['rounded']} = 0\n{space['restricted']} candidate terms with the symmetry, "
        f"{space['unrestricted']} without; {certificate_line(seen.record)}"
    )
    intervals = {c["symbol"]: tuple(c["interval"]) for c in seen.record["coefficients"] if c.get("interval")}
    draw(seen.law, exhibits, path, title=title, units=seen.units, intervals=intervals)


def certificate_line(law: dict[str, Any]) -> str:
    """The certificate of a law record in one line."""
    method = (law.get("certificate") or {}).get("method", "")
    verdict = {True: "every declared generator leaves it invariant", False: "FAILS", None: "none"}[law.get("certified")]
    return f"certificate: {verdict}" + (f" ({method})" if method else "")
