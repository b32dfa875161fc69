"""A finished run looked at again: one of its laws beside its data, or beside other data."""

from __future__ import annotations

from pathlib import Path

from invarieq.data import check_dataset, read_dataset
from invarieq.data.records import prepare
from invarieq.discovery.work import stored_dataset
from invarieq.forecast.hold_out import how_held, trials
from invarieq.law import law_from_json
from invarieq.progress import Silent
from invarieq.report.review import Review
from invarieq.session.run import Context
from invarieq.session.stages import system_of
from invarieq.store.catalogue import chosen, result_document
from invarieq.store.folder import Store

OTHER, OWN = "other data", "own data"


def review(folder: Path, number: int | None, other: Path | None = None) -> Review:
    """Law `number` of a run (as `show` counts, None: the best) with the run's data, or those of the file `other`."""
    with Store.read(folder) as store:
        document = result_document(store)
        context = Context(store, Silent())
        system, share = system_of(context).searchable(), store.settings.hold_out
        record = chosen(document, number)
        units = dict(context.document("data").get("units", {}))
        own = stored_dataset(context)
    law = law_from_json(record)
    if other is None:
        return Review(document, record, law, trials(prepare(own, system.space), share), how_held(own, share), units)
    dataset = read_dataset(other, system.space, axes=system.axes or None)
    check_dataset(dataset, system.space)
    seen = any(a.equals(b) for a in dataset.segments for b in own.segments)
    held = f"{'data of which the run had records itself' if seen else 'other data, which the search never saw'}: {dataset.source}"
    return Review(document, record, law, trials(prepare(dataset, system.space), 0.0, role=OWN if seen else OTHER), held, units)
