"""Claim: an option that is not known is one clear error before any data are read."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from swings import SYSTEM

from invarieq.discovery.discover import discover
from invarieq.errors import DeclarationError

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
