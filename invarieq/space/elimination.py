"""Exact elimination, one sparse row at a time: is a row a combination of those before?"""

from __future__ import annotations

from typing import Any


def reduce_row(row: dict[Any, Any], pivots: dict[Any, dict[Any, Any]]) -> bool:
    """Reduce a row (column → entry of a field) by those in `pivots`; if something is left, keep it there and say so."""
    for key in [key for key, c in row.items() if not c]:
        del row[key]
    while row:
        lead = min(row)
        if lead not in pivots:
            pivots[lead] = {key: c / row[lead] for key, c in row.items()}
            return True
        factor = row[lead]
        for key, c in pivots[lead].items():
            left = row.get(key, 0) - factor * c
            if left:
                row[key] = left
            else:
                row.pop(key, None)
    return False
