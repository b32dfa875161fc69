"""What a reader has to know beside a law, in sentences."""

from __future__ import annotations

from invarieq.discovery.contradiction import ASKED
from invarieq.discovery.orders import SUSPICIOUS
from invarieq.discovery.verdict import left_sides
from invarieq.engines.found import Found

LISTED = 6  # terms in a note


def notes_of(found: Found) -> tuple[str, ...]:
    """The notes of the chosen law."""
    notes = ["noise estimated: " + ", ".join(f"{name} {value:.2g}" for name, value in found.noise)]
    notes += found.remarks
    if gaps := found.gaps:
        split = f", which split {gaps.records} record(s) into {gaps.parts} parts" if gaps.parts != gaps.records else ""
        notes.append(
            f"gaps: {100 * gaps.missing:.2g} % of the samples are missing{split}; {100 * gaps.lost:.2g} % of the test functions touch a gap "
            "and were left out"
        )
    if found.undetermined:
        notes.append(f"{found.undetermined} of {found.restricted} directions of the candidates cannot be told from these data")
    if found.vanishing:
        more = f" and {len(found.vanishing) - LISTED} more" if len(found.vanishing) > LISTED else ""
        shown = ", ".join(found.vanishing[:LISTED])
        notes.append(f"left out, since the constraints make them vanish or follow from others: {shown}{more}")
    if found.unrestricted > ASKED and not (found.explains and found.size <= SUSPICIOUS):
        notes.append(
            f"whether the data contradict the symmetry was not asked: {found.unrestricted} candidates without it are too many"
        )
    if found.unmoved:
        notes.append(f"not integrated by parts: {', '.join(found.unmoved)} (derivatives of smoothed data)")
    if not found.explains:
        notes.append(
            f"not an explanation: the law leaves {100 * found.residual:.0f} % of {left_sides(found.law)}, noise alone "
            f"would leave {100 * found.noise_residual:.0f} %"
        )
    notes += [f"exponent of the distance: {e.value:.6f} ± {e.error:.1g}" for e in found.exponents]
    return tuple(notes)
