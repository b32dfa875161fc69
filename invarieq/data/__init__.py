"""Data: reading, simulating, noise, derivatives, weak form. Names are loaded on first use."""

from __future__ import annotations

import sys
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from invarieq.data.clean.derivatives import differentiate
    from invarieq.data.clean.noise import add_noise, estimate_noise
    from invarieq.data.clean.periodic import detect_periodic, periodic_axes
    from invarieq.data.dataset import Dataset, check_dataset
    from invarieq.data.infer import Inferred, infer_system
    from invarieq.data.read.files import read_dataset
    from invarieq.data.read.given import dataset_from
    from invarieq.data.read.measured import measured
    from invarieq.data.simulate.law import simulate
    from invarieq.data.transform import TransformedData, transform_dataset
    from invarieq.data.write import write_dataset

_HOMES = {
    "dataset": ("Dataset", "check_dataset"),
    "clean.derivatives": ("differentiate",),
    "read.measured": ("measured",),
    "clean.noise": ("add_noise", "estimate_noise"),
    "clean.periodic": ("detect_periodic", "periodic_axes"),
    "infer": ("Inferred", "infer_system"),
    "read.files": ("read_dataset",),
    "read.given": ("dataset_from",),
    "simulate.law": ("simulate",),
    "transform": ("TransformedData", "transform_dataset"),
    "write": ("write_dataset",),
}
_HOME = {name: f"invarieq.data.{module}" for module, names in _HOMES.items() for name in names}

__all__ = [
    "Dataset",
    "Inferred",
    "TransformedData",
    "add_noise",
    "check_dataset",
    "dataset_from",
    "detect_periodic",
    "differentiate",
    "estimate_noise",
    "infer_system",
    "measured",
    "periodic_axes",
    "read_dataset",
    "simulate",
    "transform_dataset",
    "write_dataset",
]


def __getattr__(name: str) -> Any:
    if name in _HOME:
        return getattr(import_module(_HOME[name]), name)
    raise AttributeError(f"module 'invarieq.data' has no attribute {name!r}")


def __dir__() -> list[str]:
    return __all__


class _Room(ModuleType):
    """Importing the module `simulate` binds it in its package; the public name `simulate` stays the function."""

    def __setattr__(self, name: str, value: Any) -> None:
        if not (name in _HOME and isinstance(value, ModuleType)):
            super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Room
