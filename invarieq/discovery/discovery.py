"""A discovery as a value: the laws found, and everything that was found on the way to them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sympy as sp
import xarray as xr

from invarieq.data.records import Records, prepare
from invarieq.discovery.answer import Answer
from invarieq.discovery.finding import Finding
from invarieq.discovery.saved import read_folder, write_folder
from invarieq.discovery.steps import steps
from invarieq.discovery.work import Memory, Work, stored_dataset
from invarieq.documents import Json
from invarieq.errors import DeclarationError
from invarieq.forecast.forward import Forecast, forecast
from invarieq.forecast.hold_out import how_held, trials
from invarieq.forecast.residuals import ResidualMap, residual_maps
from invarieq.law import Law, export, latex
from invarieq.law.show import html as law_html
from invarieq.law.shown import Kind
from invarieq.report.figure import figure_of
from invarieq.report.review import exhibits_of
from invarieq.store.options import Options
from invarieq.system import System

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Discovery:
    """What `discover` found. `answer` holds all of it, `system` and `options` what was asked, `journal` each step's result.

    `law` is the best law; two discoveries are equal when their JSON is.
    """

    system: System
    options: Options
    answer: Answer
    journal: Memory
    _memo: dict[str, Records] = field(default_factory=dict[str, Records])

    @property
    def law(self) -> Law:
        """The best law."""
        return self.best.law

    @property
    def best(self) -> Finding:
        """The best law with its certificate and its verdict."""
        return self.answer.laws[0]

    @property
    def front(self) -> tuple[Finding, ...]:
        """All laws, from simple to complex."""
        return tuple(sorted(self.answer.laws, key=lambda f: f.law.complexity))

    @property
    def records(self) -> Records:
        """The data, prepared as the laws were compared with them; once, however often they are asked for."""
        if "records" not in self._memo:
            self._memo["records"] = prepare(stored_dataset(self.journal), self.system.space)
        return self._memo["records"]

    def to_json(self) -> Json:
        """The JSON document of the command `discover`, less the run's folder and its seconds."""
        return self.journal.document("result")

    def to_latex(self) -> str:
        """The best law in LaTeX, coefficients with their uncertainty."""
        return latex(self.law)

    def to_sympy(self, kind: Kind = "rounded") -> tuple[sp.Expr, ...]:
        """The best law as expressions that vanish, with rounded or fitted values, or its coefficients as symbols."""
        return self.law.equations(kind)

    def to_python(self) -> str:
        """The best law as the text of a NumPy program."""
        counts = self.answer.search_space
        space = {"restricted": counts.restricted, "unrestricted": counts.unrestricted}
        return export(self.law, "python", self.best.certificate, space)

    def predict(self, start: Mapping[str, Any], times: Any, *, kind: Kind = "fitted") -> xr.Dataset:
        """The best law in motion from another start: numbers by field (and, of second order in time, by name such as `u_t`), or arrays
        over the data's own places. Raises `SimulationError` where the law cannot be set in motion, `DeclarationError` for a start that
        does not fit.
        """
        return forecast(self.law, Forecast.of(self.records.samples[0], start, times), kind=kind)

    def residuals(self, kind: Kind = "fitted") -> tuple[ResidualMap, ...]:
        """Where the best law fails: of every record its residual in windows of the weak form."""
        return residual_maps(self.law, self.records.samples, kind)

    def plot(self) -> Figure:
        """The data, the law in motion, their difference, the residual and the coefficients; a matplotlib figure."""
        records, share = self.records, self.options.hold_out
        exhibits = exhibits_of(self.law, trials(records, share))
        intervals = {c.symbol.name: c.interval for c in self.law.coefficients if c.interval is not None}
        title = f"{self.answer.system}: {how_held(records.dataset, share)}"
        return figure_of(self.law, exhibits, title=title, units=records.units, intervals=intervals)

    def save(self, folder: str | Path) -> None:
        """Write a run folder, as the command `discover` does; raises `SessionError` for one that is in use or cannot be written."""
        write_folder(Path(folder), self.system, self.options, self.journal)

    @classmethod
    def load(cls, folder: str | Path) -> Discovery:
        """The discovery of a finished run, whether a command or `save` wrote it.

        Raises `SessionError` for a folder that is damaged or no finished run, `ReadError` for one of a version whose laws had no verdicts
        (`invarieq show` and `export` read those).
        """
        system, options, journal = read_folder(Path(folder))
        return cls(system, options, Answer.from_json(journal.document("result")), journal)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Discovery) and self.to_json() == other.to_json()

    def __hash__(self) -> int:
        return hash(self.answer.system)

    def __repr__(self) -> str:
        best, counts = self.best, self.answer.search_space
        lines = [f"Discovery of {self.answer.system}: {best.verdict.status}, {_symmetric(best)}"]
        lefts = best.law.leading or ("0",) * len(best.law.right)  # an implicit law is solved for nothing
        lines += [f"  {left} = {right}" for left, right in zip(lefts, best.law.right, strict=True)]
        lines += [f"  {line}" for line in best.law.coefficients_table().splitlines()]
        lines.append(f"  {counts.restricted} candidates with the symmetry, {counts.unrestricted} without; {self.answer.data}")
        return "\n".join(lines + ([f"  cut: {self.answer.cut}"] if self.answer.cut else []))

    def _repr_html_(self) -> str:
        best, counts = self.best, self.answer.search_space
        verdict = f"<b>{escape(best.verdict.status)}</b>: {escape(best.verdict.evidence)}"
        return (
            f"<div>{law_html(best.law)}<p>{verdict}</p><p>{escape(_symmetric(best))}; {counts.restricted} candidates with the symmetry, "
            f"{counts.unrestricted} without</p><p>{escape(self.answer.data)}</p></div>"
        )

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        return {
            "text/plain": repr(self),
            "text/html": self._repr_html_(),
            "text/latex": f"$\\displaystyle {self.to_latex()}$",
        }


def _symmetric(finding: Finding) -> str:
    certified = None if finding.certificate is None else finding.certificate.certified
    return {True: "respects the symmetry (proved)", False: "does not respect the symmetry", None: "symmetry not decided"}[
        certified
    ]


def completed(work: Work) -> Discovery:
    """Run all steps of a discovery in memory."""
    journal = work.journal
    if not isinstance(journal, Memory):
        raise DeclarationError(f"a discovery in memory needs a journal in memory; got {type(journal).__name__}")
    for step in steps():
        work.progress.step(step.title)
        journal.put(step.name, step.compute(work))
    return Discovery(work.system, work.options, Answer.from_json(journal.document("result")), journal)
