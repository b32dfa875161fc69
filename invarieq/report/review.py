"""A law of a discovery looked at again: beside its data, or beside other data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from invarieq.documents import Json, to_document
from invarieq.forecast.comparison import compare_with
from invarieq.forecast.hold_out import HELD, Trial
from invarieq.forecast.prediction import predict
from invarieq.forecast.residuals import residual_maps
from invarieq.law import Law
from invarieq.report.figure import Exhibit, draw

DRAWN = 3  # records of a figure


@dataclass(frozen=True)
class Review:
    """A law of a run, its record in the result, and what it is compared with."""

    document: dict[str, Any]
    record: dict[str, Any]
    law: Law
    found: tuple[Trial, ...]
    held: str
    units: dict[str, str]


def prediction_of(seen: Review) -> Json:
    """The law in motion beside the data, as a document."""
    return to_document(compare_with(seen.law, seen.found, held=seen.held))


def exhibits_of(law: Law, found: Sequence[Trial]) -> list[Exhibit]:
    """What a figure shows of a law: it in motion and its residual beside a few records, those held back first."""
    ordered = sorted(found, key=lambda t: t.role != HELD)[:DRAWN]
    maps = residual_maps(law, [t.piece for t in ordered])
    return [
        Exhibit(t.piece, predict(law, "fitted", t.piece, border=t.border), m, f"record {t.piece.record} ({t.role})")
        for t, m in zip(ordered, maps, strict=True)
    ]


def picture(seen: Review, path: Path) -> None:
    """The figure of a review."""
    space = seen.document["search_space"]
    title = (
        f"{seen.document['system']}: {seen.record['rounded']} = 0\n{space['restricted']} candidate terms with the symmetry, "
        f"{space['unrestricted']} without; {certificate_line(seen.record)}"
    )
    intervals = {c["symbol"]: tuple(c["interval"]) for c in seen.record["coefficients"] if c.get("interval")}
    draw(seen.law, exhibits_of(seen.law, seen.found), path, title=title, units=seen.units, intervals=intervals)


def certificate_line(law: dict[str, Any]) -> str:
    """The certificate of a law record in one line."""
    method = (law.get("certificate") or {}).get("method", "")
    verdict = {True: "every declared generator leaves it invariant", False: "FAILS", None: "none"}[law.get("certified")]
    return f"certificate: {verdict}" + (f" ({method})" if method else "")
