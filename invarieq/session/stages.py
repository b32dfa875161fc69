"""A discovery in a folder: the steps of `invarieq.discovery`, kept one by one.

Each step is a function of what the store gives back, so a resumed run ends in the same bytes. The search sees data and symmetry
(`System.searchable()`); a declared law serves to simulate data before, and to judge the result after.
"""

from __future__ import annotations

from pathlib import Path

from invarieq.budget import Meter
from invarieq.data import Dataset, add_noise, check_dataset, infer_system, measured, read_dataset, simulate
from invarieq.data.memory import fitting
from invarieq.discovery.steps import Step, steps
from invarieq.discovery.work import Work
from invarieq.errors import DataError, SessionError
from invarieq.progress import Progress
from invarieq.session.begin import STARTED_IN, TAKEN, begin, keep_system
from invarieq.session.run import Context, Stage, run_stages
from invarieq.store.catalogue import result_document
from invarieq.store.folder import KEPT, Json, Store
from invarieq.store.settings import Settings
from invarieq.system import System, read_toml
from invarieq.system.clock import time_first

MEASURED = "measured:"


def discover(settings: Settings, folder: Path, progress: Progress) -> Json:
    """Start a discovery in a new folder and run it to its end; the answer is the JSON of the command `discover`."""
    begin(settings, folder)
    return resume(folder, progress)


def resume(folder: Path, progress: Progress) -> Json:
    """Go on with a discovery that was stopped or killed, to the same result."""
    with Store.open(folder) as store:
        keep_system(store)
        if not store.stages() or store.finished() != store.stages():
            work = work_of(Context(store, progress))
            run_stages(store, [_stage(step, work) for step in steps()], progress)
        return result_document(store)


def work_of(context: Context) -> Work:
    """The run of a folder as work for the steps."""
    system, settings, progress = system_of(context), context.settings, context.progress
    options = settings.options
    taken = str(context.store.meta().get(TAKEN) or "")
    if taken:
        progress.step(f"taken for granted: {taken}")
    return Work(context, system, options, lambda p: _obtained(context, system, p), progress, Meter(options.budget), taken)


def _stage(step: Step, work: Work) -> Stage:
    return Stage(step.name, lambda _: step.compute(work), step.title)


def system_of(context: Context) -> System:
    """The run's system, from the text kept in its folder, with time as the first coordinate."""
    text = context.text(KEPT)
    if text is None:
        raise SessionError(f"run folder {str(context.store.folder)!r} has lost {KEPT}; start the discovery again")
    return time_first(read_toml(text, where=KEPT))


@fitting()
def _obtained(context: Context, system: System, progress: Progress) -> Dataset:
    """Read or simulate the data, and add the noise asked for; raises `DataError` where memory ends on the way."""
    settings = context.settings
    if context.store.meta().get(TAKEN) and settings.data is not None:
        dataset = infer_system(settings.data).dataset
    elif settings.data is not None:
        dataset = read_dataset(settings.data, system.space, axes=system.axes or None)
    elif system.data is not None and system.data.startswith(MEASURED):
        dataset = measured(system.data.removeprefix(MEASURED))
    elif system.data is not None:
        dataset = read_dataset(_beside(context.store, system.data), system.space, axes=system.axes or None)
    elif system.law and system.simulation is not None:
        dataset = simulate(system, progress=progress.advance)
    else:
        raise DataError(f"system {system.name!r} has no data and nothing to simulate; give a file with --data FILE")
    if settings.noise:
        check_dataset(dataset, system.space)  # what is unfit must not be computed with
    return add_noise(dataset, settings.noise, settings.seed)


def _beside(store: Store, data: str) -> Path:
    """A relative data path of a system counts from where the discovery was started, else from the system file's folder."""
    start = Path(store.meta().get(STARTED_IN, ""))
    return start / data if (start / data).exists() else (start / store.settings.system).parent / data
