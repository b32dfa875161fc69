"""Sessions: one discovery in one folder, resumable.

Names are loaded on first use, so that listing runs stays light. The discovery itself is `invarieq.session.stages`.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from invarieq.discovery.result import Result
    from invarieq.session.interrupt import Stopped
    from invarieq.session.run import Context, Stage, run_stages
    from invarieq.store.catalogue import RESULT, Run, list_runs, next_folder, result_document
    from invarieq.store.folder import Store
    from invarieq.store.settings import Settings

_HOMES = {
    "invarieq.discovery.result": ("Result",),
    "invarieq.session.interrupt": ("Stopped",),
    "invarieq.session.run": ("Context", "Stage", "run_stages"),
    "invarieq.store.catalogue": ("RESULT", "Run", "list_runs", "next_folder", "result_document"),
    "invarieq.store.folder": ("Store",),
    "invarieq.store.settings": ("Settings",),
}
_HOME = {name: module for module, names in _HOMES.items() for name in names}

__all__ = [
    "RESULT",
    "Context",
    "Result",
    "Run",
    "Settings",
    "Stage",
    "Stopped",
    "Store",
    "list_runs",
    "next_folder",
    "result_document",
    "run_stages",
]


def __getattr__(name: str) -> Any:
    if name in _HOME:
        return getattr(import_module(_HOME[name]), name)
    raise AttributeError(f"module 'invarieq.session' has no attribute {name!r}")


def __dir__() -> list[str]:
    return __all__
