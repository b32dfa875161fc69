"""A law of a discovery with its separate answers: does it explain the data, and does it respect the symmetry?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from invarieq.discovery.verdict import Verdict
from invarieq.documents import Json, from_document, to_document
from invarieq.errors import ReadError
from invarieq.expressions import read_expression
from invarieq.jets import JetSpace
from invarieq.law import Certificate, Law, law_from_json, law_record


@dataclass(frozen=True, slots=True)
class Finding:
    """A law, its certificate (symmetric?) and its verdict (explained?)."""

    law: Law
    certificate: Certificate | None
    verdict: Verdict

    def to_json(self) -> Json:
        """The law's record with its certificate, and the verdict."""
        return {**law_record(self.law, self.certificate), "verdict": to_document(self.verdict)}

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> Finding:
        """The finding that `to_json` wrote; raises `ReadError` for anything else."""
        law = law_from_json(document)
        return cls(law, certificate_of(document.get("certificate"), law), from_document(Verdict, document.get("verdict")))


def certificate_of(document: Mapping[str, Any] | None, law: Law) -> Certificate | None:
    """The certificate that was stored with a law."""
    if document is None:
        return None
    names = JetSpace(law.space.coordinates, law.space.fields, tuple(c.symbol for c in law.coefficients)).names
    try:
        left = tuple(
            (str(row["generator"]), tuple(read_expression(e, names) for e in row["left"])) for row in document["generators"]
        )
        return Certificate(document["certified"], left, str(document["method"]))
    except (KeyError, TypeError) as error:
        raise ReadError(f"this is not a certificate that invarieq wrote: {type(error).__name__} {error}") from None
