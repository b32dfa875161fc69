"""Laws: the equation found, its certificate, LaTeX, exports, and the comparison with a known law."""

from invarieq.law.certificate import Certificate, certify
from invarieq.law.coefficient import Coefficient
from invarieq.law.export import export
from invarieq.law.judge import Truth, judge
from invarieq.law.judge_relations import judge_relations
from invarieq.law.latex import latex, latex_document
from invarieq.law.law import Law, count_terms
from invarieq.law.record import law_from_json, law_record

__all__ = [
    "Certificate",
    "Coefficient",
    "Law",
    "Truth",
    "certify",
    "count_terms",
    "export",
    "judge",
    "judge_relations",
    "latex",
    "latex_document",
    "law_from_json",
    "law_record",
]
