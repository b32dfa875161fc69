"""Claim: an option that is not known is one clear error before any data are read."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from swings import SYSTEM

from invarieq.discovery.discover import discover
from invarieq.errors import DataError, DeclarationError, UnknownSystem
from invarieq.store.options import Options
from invarieq.system import System

NOWHERE = Path("there") / "is" / "no.csv"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"engine": "spares"}, "engine 'spares' is unknown.*sparse"),
        ({"engine": ""}, "engine '' is unknown"),
        ({"symmetry": "automatic"}, "symmetry 'automatic': expected one of declared, auto, relaxed, regularized, none"),
        ({"engine": "invariants", "symmetry": "auto"}, "searches in the invariants of the declared symmetry"),
        ({"seed": -1}, "seed -1: expected a whole number of at least 0"),
        ({"seed": 1.5}, r"seed 1\.5: expected a whole number"),
        ({"seed": True}, "seed True: expected a whole number"),
        ({"hold_out": 0.95}, r"hold_out 0\.95: expected a share of the data from 0 to 0\.8"),
        ({"hold_out": -0.1}, r"hold_out -0\.1: expected a share"),
        ({"hold_out": float("nan")}, "hold_out nan: expected a share"),
        ({"hold_out": "a fifth"}, "hold_out 'a fifth': expected a share"),
        ({"engine": 3}, "engine 3 is unknown"),
        ({"symmetry": None}, "symmetry None: expected one of"),
        ({"budget": 10}, "budget"),
        ({"progress": 10}, "progress"),
    ],
)
def test_an_unknown_option_is_refused_before_data_are_read(options: dict[str, Any], message: str) -> None:
    with pytest.raises(DeclarationError, match=message):
        discover(SYSTEM, NOWHERE, **options)


@pytest.mark.parametrize("given", [{"t": [0.0] * 400}, [{"t": [0.0]}], 5, b"kdv", System])
def test_what_is_no_system_is_told_by_its_type_and_where_data_go(given: Any) -> None:
    """Data as the first argument, which is the system's: a mapping was read as the name of a file."""
    with pytest.raises(DeclarationError, match=rf"system: got a {type(given).__name__}; expected a System.*discover\(data=…\)"):
        discover(given)


@pytest.mark.parametrize("name", ["a" * 400, "a" * 400 + ".toml"])
def test_a_name_that_no_file_can_have_is_an_unknown_system(name: str) -> None:
    with pytest.raises(UnknownSystem, match="cannot be looked for"):
        discover(name)


@pytest.mark.parametrize("name", ["a" * 400, "a" * 400 + ".csv"])
def test_a_name_that_no_file_can_have_holds_no_data(name: str) -> None:
    with pytest.raises(DataError, match="cannot be looked for"):
        discover(data=name)


@pytest.mark.parametrize("budget", [0, False, ""])
def test_a_budget_that_counts_as_false_is_not_taken_for_none(budget: Any) -> None:
    with pytest.raises(DeclarationError, match=r"budget .*: expected limits such as Budget\(seconds=60\), or None"):
        discover(SYSTEM, NOWHERE, budget=budget)


def test_whole_numbers_and_shares_of_numpy_are_numbers() -> None:
    given: dict[str, Any] = {"seed": np.int64(3), "hold_out": np.float32(0.25)}
    options = Options(**given)
    assert options == Options(seed=3, hold_out=0.25)
    assert type(options.seed) is int and type(options.hold_out) is float
