"""The name of an isomorphism type, and how it is written in text and in LaTeX."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import sympy as sp

_SIGNS = {"⊕": r"\oplus", "⋉": r"\ltimes", "~": r"\tilde{}", "*": "^{*}"}
_CLASSICAL = re.compile(r"\b(sl|so|su|sp|gl|sch|sim|iso|aff|sa|gal|e|h)(?=[(_])")


@dataclass(frozen=True)
class AlgebraType:
    """An isomorphism type over the reals.

    `name` as in Patera, Sharp, Winternitz and Zassenhaus (1976) to dimension 4 ("A_{3,5}^{1/2}", "2A_1"), by its factors
    beyond ("sl(2,R) ⋉ h_1"); `also` holds other names of the same algebra. `complete`: the name fixes the algebra up to
    isomorphism; otherwise it only describes it. `remark` says what was assumed or could not be decided.
    """

    name: str
    dimension: int
    also: tuple[str, ...] = ()
    parameters: tuple[sp.Expr, ...] = ()
    complete: bool = True
    remark: str = ""

    @property
    def latex(self) -> str:
        """The name in LaTeX."""
        return latex_name(self.name)

    @property
    def text(self) -> str:
        """The name with the others in parentheses and the remark behind it."""
        others = f" ({', '.join(self.also)})" if self.also else ""
        return f"{self.name}{others}" + (f"; {self.remark}" if self.remark else "")

    def __str__(self) -> str:
        return self.name


def latex_name(name: str) -> str:
    """A name in LaTeX: Fraktur for the classical algebras, blackboard bold for the fields."""
    text = _CLASSICAL.sub(lambda m: rf"\mathfrak{{{m.group(1)}}}", name)
    text = re.sub(r",(R|C|H)\)", lambda m: rf",\mathbb{{{m.group(1)}}})", text)
    text = re.sub(r"√(\d+)", r"\\sqrt{\1}", text)
    for sign, command in _SIGNS.items():
        text = text.replace(sign, command)
    return text


def with_parameters(stem: str, values: Sequence[sp.Expr]) -> str:
    """A_{3,5}^{1/2} for the stem A_{3,5} and the value 1/2."""
    return f"{stem}^{{{','.join(str(v).replace('**', '^') for v in values)}}}" if values else stem


def multiple(count: int, name: str) -> str:
    """`2A_1` for two copies of A_1; `A ⊕ A` where a number in front would be unclear."""
    if count == 1:
        return name
    if re.fullmatch(r"A_(\d|\{\d,\d+\})", name):
        return f"{count}{name}"
    return " ⊕ ".join([name] * count)


def sum_of(types: Sequence[AlgebraType]) -> AlgebraType:
    """The type of a direct sum, equal summands gathered, larger ones first."""
    ordered = sorted(types, key=lambda t: (-t.dimension, t.name))
    names = list(dict.fromkeys(t.name for t in ordered))
    counts = {name: sum(t.name == name for t in ordered) for name in names}
    wrapped = {name: f"({name})" if "⋉" in name and len(names) > 1 else name for name in names}
    remarks = list(dict.fromkeys(f"{t.name}: {t.remark}" for t in ordered if t.remark))
    single = ordered[0] if len(ordered) == 1 else None
    return AlgebraType(
        " ⊕ ".join(multiple(counts[name], wrapped[name]) for name in names) or "0",
        sum(t.dimension for t in ordered),
        single.also if single else _other_names(counts, names, ordered),
        tuple(p for t in ordered for p in t.parameters),
        all(t.complete for t in ordered),
        single.remark if single else "; ".join(remarks),
    )


def _other_names(counts: dict[str, int], names: Sequence[str], ordered: Sequence[AlgebraType]) -> tuple[str, ...]:
    """so(4), so(2,2), gl(n), and the sum written with the first other name of each summand."""
    known = {("so(3)", 2): "so(4)", ("sl(2,R)", 2): "so(2,2)"}
    found = [known[name, counts[name]] for name in names if (name, counts[name]) in known and len(names) == 1]
    if counts.get("A_1") == 1 and len(ordered) == 2 and (match := re.fullmatch(r"sl\((\d+),R\)", names[0])):
        found.append(f"gl({match.group(1)},R)")
    return tuple(found)
