"""A discovery in a folder: the steps of `invarieq.discovery`, kept one by one.

Each step is a function of what the store gives back, so a resumed run ends in the same bytes. The search sees data and symmetry
(`System.searchable()`); a declared law serves to simulate data before, and to judge the result after.
"""

from __future__ import annotations

from pathlib import Path

from invarieq.budget import Meter
from invarieq.data import Dataset, add_noise, infer_system
from invarieq.data.read.given import MEASURED
from invarieq.discovery.obtained import obtained
from invarieq.discovery.steps import Step, steps
from invarieq.discovery.work import Work
from invarieq.errors import SessionError
from invarieq.progress import Progress
from invarieq.session.begin import STARTED_IN, TAKEN, begin, keep_system
from invarieq.session.run import Context, Stage, run_stages
from invarieq.store.catalogue import result_document
from invarieq.store.folder import KEPT, Json, Store
from invarieq.store.settings import Settings
from invarieq.system import System, read_toml
from invarieq.system.clock import time_first


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


def _obtained(context: Context, system: System, progress: Progress) -> Dataset:
    """The data of the run, with the noise asked for."""
    settings = context.settings
    if context.store.meta().get(TAKEN) and settings.data is not None:
        dataset = infer_system(settings.data).dataset
    else:
        dataset = obtained(system, _given(context, system), progress)
    return add_noise(dataset, settings.noise, settings.seed)


def _given(context: Context, system: System) -> str | Path | None:
    """What names the data: the file of the settings, else that of the system; None where its law is to be simulated."""
    if context.settings.data is not None:
        return context.settings.data
    if system.data is None or system.data.startswith(MEASURED):
        return system.data
    return _beside(context.store, system.data)


def _beside(store: Store, data: str) -> Path:
    """A relative data path of a system counts from where the discovery was started, else from the system file's folder."""
    start = Path(store.meta().get(STARTED_IN, ""))
    return start / data if (start / data).exists() else (start / store.settings.system).parent / data
