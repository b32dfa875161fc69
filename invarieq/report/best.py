"""The law that a result document names as best."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]


def best_law(document: Json) -> Json | None:
    """The best law as it stands in `laws`; None if there is none."""
    best = document.get("best")
    return next(
        (law for law in document.get("laws") or [] if best is not None and law.get("equation") == best.get("equation")), None
    )
