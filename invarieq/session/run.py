"""Run a discovery stage by stage, so that a killed one goes on to the same bytes.

A stage sees the settings, the kept texts and what the *store* gives back of earlier stages, nothing else: a run that was never
interrupted reads the same bytes as one that was.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from invarieq.discovery.result import Result
from invarieq.errors import InvarieqError, SessionError
from invarieq.progress import Progress
from invarieq.session.interrupt import stop_requests
from invarieq.store.folder import Json, Store
from invarieq.store.origin import now
from invarieq.store.settings import Settings

if TYPE_CHECKING:
    from invarieq.store.files import Array

STATE = "state:"


@dataclass(frozen=True, slots=True)
class Context:
    """All that a stage may know. Documents and arrays are fresh copies: changing one changes nothing."""

    store: Store
    progress: Progress

    @property
    def settings(self) -> Settings:
        """The settings of the run."""
        return self.store.settings

    def document(self, stage: str) -> Json:
        """The document of an earlier stage."""
        return self.store.document(stage)

    def arrays(self, stage: str) -> dict[str, Array]:
        """All arrays of an earlier stage."""
        return self.store.arrays(stage)

    def array(self, stage: str, name: str) -> Array:
        """One array of an earlier stage."""
        return self.store.array(stage, name)

    def kept(self, stage: str) -> Mapping[str, Any] | None:
        """The state in which an unfinished stage was left, if it was kept."""
        return self.store.meta().get(f"{STATE}{stage}")

    def keep(self, stage: str, state: Mapping[str, Any]) -> None:
        """Keep the state of an unfinished stage."""
        self.store.note(f"{STATE}{stage}", dict(state))

    def text(self, name: str) -> str | None:
        """A kept text, e.g. `system.toml`."""
        return self.store.get_text(name)


@dataclass(frozen=True, slots=True)
class Stage:
    """One step of a run: its name in the store, the function that computes it, and what the user reads meanwhile."""

    name: str
    compute: Callable[[Context], Result]
    title: str = ""


def run_stages(store: Store, stages: Sequence[Stage], progress: Progress) -> Context:
    """Compute and store, in order, the stages that are not finished yet; the context reads all results.

    Raises `Stopped` on SIGTERM or Ctrl-C. A stage that fails leaves the store as it was, with the failure noted.
    """
    store.plan([stage.name for stage in stages])
    context = Context(store, progress)
    done = store.finished()
    store.note("failure", None)
    with stop_requests(store.folder, progress) as request:
        for stage in stages:
            if stage.name in done:
                continue
            request.raise_if_made()
            progress.step(stage.title or stage.name)
            _compute(stage, context)
        store.note("ended", now())
    return context


def _compute(stage: Stage, context: Context) -> None:
    start = time.monotonic()
    try:
        result = stage.compute(context)
    except Exception as error:
        what = str(error) if isinstance(error, InvarieqError) else f"{type(error).__name__}: {error}"
        with suppress(SessionError):  # the stage's own error is the one to show
            context.store.note("failure", f"{stage.name}: {what}")
        raise
    context.store.put(stage.name, result.document, result.arrays, seconds=time.monotonic() - start)
    context.store.note(f"{STATE}{stage.name}", None)
