"""Is the integer power of the radius right? Its exponent as a continuous number, with a standard error.

Beside a term r^k·w the law is given r^k·ln(r)·w; the ratio of their coefficients is the correction of the exponent to first
order.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np
import sympy as sp

from invarieq.data.records import Segment
from invarieq.engines.weak.problem import build_problem, score_covariance, whiten
from invarieq.engines.weak.select import Fit
from invarieq.engines.weak.sparse import measure
from invarieq.space.library import Library, WeakForm
from invarieq.space.parts import Atom


@dataclass(frozen=True)
class Exponent:
    """The magnitude of term number `term` of a law goes as radius**value, with standard error `error`."""

    term: int
    value: float
    error: float


def refine_exponents(library: Library, fit: Fit, pieces: Sequence[Segment], *, seed: int) -> tuple[Exponent, ...]:
    """The exponent of the radius in each term that holds one; empty without a radius."""
    radius = next((s for s, _ in library.definitions if s.name == "_rho"), None)
    if radius is None:
        return ()
    powers = [_power(library.weak_terms[k], radius) for k in fit.support]
    result = []
    for number, power in enumerate(powers):
        if power is not None:
            correction, error = _correction(library, fit, pieces, radius, number, seed)
            result.append(Exponent(number, power + _degree(library.weak_terms[fit.support[number]], radius) + correction, error))
    return tuple(result)


def _power(term: tuple[WeakForm, ...], radius: sp.Symbol) -> int | None:
    found = {dict(atom.monomial).get(radius, 0) for form in term for atom, _ in form}
    return found.pop() if len(found) == 1 and found != {0} else None


def _degree(term: tuple[WeakForm, ...], radius: sp.Symbol) -> int:
    """Degree of the term in everything but the radius."""
    return max(sum(n for s, n in atom.monomial if s != radius) for form in term for atom, _ in form)


def _correction(
    library: Library, fit: Fit, pieces: Sequence[Segment], radius: sp.Symbol, number: int, seed: int
) -> tuple[float, float]:
    """(δ, its standard error) for the term's exponent."""
    log = sp.Symbol("_log", real=True)
    chosen = [library.weak_terms[k] for k in fit.support]

    def with_log(form: WeakForm) -> WeakForm:
        rows: list[tuple[Atom, Fraction]] = []
        for atom, c in form:
            rows.append((Atom(atom.index, tuple(sorted((*atom.monomial, (log, 1)), key=lambda p: p[0].name))), c))
        return tuple(rows)

    extended = replace(
        library,
        terms=(*(library.terms[k] for k in fit.support), tuple(sp.S.Zero for _ in library.leading)),
        weak_terms=(*chosen, tuple(with_log(form) for form in chosen[number])),
        definitions=(*library.definitions, (log, sp.log(dict(library.definitions)[radius]))),
    )
    measurement = measure(extended, pieces, seed=seed)
    problem = build_problem(extended, measurement.parts, measurement.effects)
    start = np.append(fit.coefficients, 0.0) * problem.scales
    x, y = whiten(problem, score_covariance(problem, start), floor=min(1e-4, max(fit.residual, 1e-9)))
    scaled = np.linalg.lstsq(x, y, rcond=None)[0]
    spread = np.sqrt(np.diag(np.linalg.inv(x.T @ x)))
    values, errors = scaled / problem.scales, spread / problem.scales
    return float(values[-1] / values[number]), float(errors[-1] / abs(values[number]))
