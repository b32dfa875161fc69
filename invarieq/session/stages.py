"""The discovery of a law, as stages that a session keeps.

data → a search for each order in time → the law beside the data → laws with certificates → result. Each stage is a function of what the store gives
back, so a resumed run ends in the same bytes. The search sees data and symmetry (`System.searchable()`); a declared law
serves to simulate data before, and to judge the result after.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr

from invarieq.data import Dataset, add_noise, check_dataset, measured, read_dataset, simulate
from invarieq.discovery import search
from invarieq.discovery.automatic import generators_of, search_automatically
from invarieq.discovery.constraints import constraint_record, seek_constraints, with_constraints
from invarieq.discovery.regularized import search_regularized
from invarieq.discovery.relaxed import search_relaxed
from invarieq.errors import DataError, NoInvariants, NotASymmetry, SessionError
from invarieq.forecast import hold_out as after
from invarieq.progress import Progress
from invarieq.session.begin import KEPT, STARTED_IN, begin, keep_system
from invarieq.session.catalogue import result_document
from invarieq.session.run import Context, Result, Stage, run_stages
from invarieq.session.settings import Settings
from invarieq.session.store import Json, Store
from invarieq.system import System, read_toml
from invarieq.system.clock import time_first
from invarieq.system.system import changed

MEASURED = "measured:"


def discover(settings: Settings, folder: Path, progress: Progress) -> Json:
    """Start a discovery in a new folder and run it to its end; the answer is the JSON of the command `discover`."""
    begin(settings, folder)
    return resume(folder, progress)


def resume(folder: Path, progress: Progress) -> Json:
    """Go on with a discovery that was stopped or killed, to the same result."""
    with Store.open(folder) as store:
        keep_system(store)
        return _run(store, progress)


def _run(store: Store, progress: Progress) -> Json:
    stages = [
        Stage("data", _data, "data"),
        Stage("constraints", _constraints, "laws without time derivatives"),
        Stage("order_1", lambda c: _search(c, 1), "laws of first order in time"),
        Stage("order_2", lambda c: _search(c, 2), "laws of second order in time"),
        Stage("doubt", _doubt, "the declared symmetry"),
        Stage("prediction", _prediction, "the law beside the data"),
        Stage("result", _result, "certificates"),
    ]
    run_stages(store, stages, progress)
    return result_document(store)


def system_of(context: Context) -> System:
    """The run's system, from the text kept in its folder, with time as the first coordinate."""
    text = context.text(KEPT)
    if text is None:
        raise SessionError(f"run folder {str(context.store.folder)!r} has lost {KEPT}; start the discovery again")
    return time_first(read_toml(text, where=KEPT))


def _data(context: Context) -> Result:
    """Read, simulate or load the data, add noise, refuse what is unfit."""
    system, settings = system_of(context), context.settings
    space = system.space
    if settings.data is not None:
        dataset = read_dataset(settings.data, space, axes=system.axes or None)
    elif system.data is not None and system.data.startswith(MEASURED):
        dataset = measured(system.data.removeprefix(MEASURED))
    elif system.data is not None:
        dataset = read_dataset(_beside(context.store, system.data), space, axes=system.axes or None)
    elif system.law and system.simulation is not None:
        dataset = simulate(system, progress=context.progress.advance)
    else:
        raise DataError(f"system {system.name!r} has no data and nothing to simulate; give a file with --data FILE")
    check_dataset(dataset, space)
    dataset = add_noise(dataset, settings.noise, settings.seed)
    names = [str(n) for n in (*dataset.segments[0].coords, *dataset.segments[0].data_vars)]
    arrays = {f"{name}_{k}": np.asarray(s[name].values, dtype=float) for k, s in enumerate(dataset.segments) for name in names}
    document = {
        "source": dataset.source,
        "periodic": sorted(dataset.periodic),
        "segments": len(dataset.segments),
        "units": {n: str(u) for n in names if (u := dataset.segments[0][n].attrs.get("units"))},
        "dims": {n: list(map(str, dataset.segments[0][n].dims)) for n in names},
    }
    return Result(document, arrays)


def _beside(store: Store, data: str) -> Path:
    """A relative data path of a system counts from where the discovery was started, else from the system file's folder."""
    start = Path(store.meta().get(STARTED_IN, ""))
    return start / data if (start / data).exists() else (start / store.settings.system).parent / data


def dataset_of(context: Context) -> Dataset:
    """The data of the stage `data`, as stored."""
    document, arrays = context.document("data"), context.arrays("data")
    dims = document["dims"]
    segments = []
    for k in range(document["segments"]):
        variables = {n: (d, arrays[f"{n}_{k}"]) for n, d in dims.items()}
        coords = {n: v for n, v in variables.items() if dims[n] == [n]}
        segments.append(xr.Dataset({n: v for n, v in variables.items() if n not in coords}, coords=coords))
    return Dataset(tuple(segments), frozenset(document["periodic"]), document["source"])


def _constraints(context: Context) -> Result:
    """What vanishes on the data at every time, where the system asks for it."""
    system = system_of(context).searchable()
    if not system.terms.seek_constraints:
        return Result({"found": []})
    found = seek_constraints(system, _searched(context), seed=context.settings.seed)
    return Result({"found": [constraint_record(c) for c in found]})


def _seen(context: Context) -> System:
    """The system as a search may see it, with the constraints found."""
    return with_constraints(system_of(context).searchable(), context.document("constraints")["found"])


def _searched(context: Context) -> Dataset:
    """The data that the search may see."""
    return after.searched(dataset_of(context), context.settings.hold_out)


def _prediction(context: Context) -> Result:
    """The chosen law in motion beside the data; nothing where there is none."""
    chosen = search.preferred([context.document(f"order_{m}") for m in (1, 2)])
    if chosen is None or context.document("doubt")["contradicted"]:
        return Result({})
    system, dataset, share = system_of(context).searchable(), dataset_of(context), context.settings.hold_out
    law = search.law_of(system.space, chosen, chosen["models"][chosen["chosen"]], ())
    return Result(after.examine(law, after.trials(dataset, system.space, share), held=after.how_held(dataset, share)))


def _search(context: Context, time_order: int) -> Result:
    if time_order > 1 and not search.doubtful(context.document("order_1")):
        return Result({"skipped": "the question is settled by the laws of first order"})
    system, dataset = _seen(context), _searched(context)
    if context.settings.mode == "auto":
        blank = changed(system, symmetry=(), discrete=())  # a declared symmetry must not help
        return Result(search_automatically(blank, dataset, time_order=time_order, **_options(context)))
    if context.settings.mode == "relaxed":
        return Result(search_relaxed(system, dataset, time_order=time_order, **_options(context)))
    if context.settings.mode == "regularized":
        return Result(search_regularized(system, dataset, time_order=time_order, **_options(context)))
    return Result(search.search(system, dataset, time_order=time_order, **_options(context), symmetry=context.settings.symmetry))


def _options(context: Context) -> dict[str, Any]:
    return {"engine": context.settings.engine, "seed": context.settings.seed}


def _doubt(context: Context) -> Result:
    """Do the data contradict the declared symmetry? Asked of the chosen order; of each where no symmetric law explains them."""
    system, dataset = _seen(context), _searched(context)
    if context.settings.mode != "declared" or not (context.settings.symmetry and (system.symmetry or system.discrete)):
        return Result({"contradicted": None})
    found = {m: context.document(f"order_{m}") for m in (1, 2)}
    chosen = search.preferred(list(found.values()))
    asked = [m for m, d in found.items() if "skipped" not in d and (d is chosen or not (chosen and chosen["explains"]))]
    for m in asked:
        contradicted = search.contradiction(system, dataset, found[m], time_order=m, **_options(context))
        if contradicted:
            return Result({"contradicted": contradicted})
    return Result({"contradicted": None})


def _result(context: Context) -> Result:
    system, settings = system_of(context), context.settings
    contradicted = context.document("doubt")["contradicted"]
    if contradicted:
        raise NotASymmetry(contradicted)
    found = [context.document(f"order_{m}") for m in (1, 2)]
    chosen = search.preferred(found)
    if chosen is None:
        raise NoInvariants("; ".join(d["refused"] for d in found if "refused" in d))
    if "automatic" in chosen:
        found_symmetry = generators_of(system.space, chosen["automatic"]["kept"])
        seen = changed(system, symmetry=(), discrete=()) if system.symmetry or system.discrete else system
        answer = search.result(seen, chosen, symmetry=True, generators=found_symmetry)
    else:
        answer = search.result(system, chosen, symmetry=settings.symmetry)
    for key in ("automatic", "relaxed", "regularized", "invariants", "trajectories"):
        if chosen.get(key):
            answer[key] = chosen[key]
    if found_constraints := context.document("constraints")["found"]:
        answer["constraints"] = found_constraints
    return Result({**answer, "prediction": context.document("prediction"), "data": context.document("data")["source"]})
