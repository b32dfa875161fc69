"""Similarity reduction: a law on the functions that a symmetry leaves invariant, with a coordinate less a generator."""

from __future__ import annotations

import itertools
import time
from collections.abc import Sequence
from dataclasses import dataclass

import sympy as sp

from invarieq.errors import DeclarationError, Undecided
from invarieq.expressions import write_expression
from invarieq.jets import JetSpace, VectorField, substitute
from invarieq.limit import bounded
from invarieq.reduction.ansatz import one_angle, substituted, without_parameter
from invarieq.reduction.similarity import Similarity, similarity
from invarieq.symmetry.check import check_symmetry


@dataclass(frozen=True, slots=True)
class Reduction:
    """A law with fewer coordinates.

    `space` and `equations` (each = 0) are the reduced law; `variables` its coordinates and `forms` the fields, both in terms of
    the original coordinates, where the reduced fields stand for functions of the `variables`. Exact: with these forms the
    original law holds exactly where the reduced one does.
    """

    original: JetSpace
    law: tuple[sp.Expr, ...]
    generators: tuple[VectorField, ...]
    space: JetSpace
    equations: tuple[sp.Expr, ...]
    variables: tuple[sp.Expr, ...]
    forms: tuple[sp.Expr, ...]
    seconds: float

    def document(self) -> dict[str, object]:
        """The reduction as JSON, expressions in the TOML notation."""
        names = [c.name for c in self.space.coordinates]
        return {
            "generators": [{s.name: write_expression(c) for s, c in g.components} for g in self.generators],
            "variables": {n: write_expression(v) for n, v in zip(names, self.variables, strict=True)},
            "forms": {f.name: write_expression(e) for f, e in zip(self.original.fields, self.forms, strict=True)},
            "coordinates": names,
            "fields": {f.name: [a.name for a in f.arguments] for f in self.space.fields},
            "equations": [write_expression(e) for e in self.equations],
            "seconds": round(self.seconds, 3),
        }


@bounded("the reduction")
def reduce_by(
    space: JetSpace,
    law: Sequence[sp.Expr],
    generators: Sequence[VectorField],
    leading: Sequence[sp.Symbol] = (),
    *,
    budget: float = 60.0,
) -> Reduction:
    """Reduce a law by a generator, or by several of a subalgebra one after another (each must act on the invariants before).

    `budget`: seconds. Raises `NotASymmetry` for a generator that the law does not admit, `DeclarationError` for one that moves no coordinate, and
    `Undecided` where orbits or the reduced law have no closed form that was found in time.
    """
    start = time.monotonic()
    if not law:
        raise DeclarationError("there is no law to reduce; give the equations in `law` (TOML: `equations`)")
    if not generators or len(generators) > len(space.coordinates):
        raise DeclarationError(f"{len(generators)} generators for {len(space.coordinates)} coordinates; give one to as many")
    for field in space.fields:
        if field.arguments != space.coordinates:
            raise DeclarationError(f"{field.name} does not depend on all coordinates; such systems are not reduced")
    check_symmetry(generators, space, law, leading)
    here, equations, chosen = space, tuple(law), list(generators)
    steps: list[Similarity] = []
    while chosen:
        forms = similarity(chosen[0], here)
        if not forms.reduced.coordinates:
            raise DeclarationError(
                f"{chosen[0].label} leaves no coordinate; first integrals serve ordinary differential equations"
            )
        equations = without_parameter(substituted(equations, forms), forms)
        chosen = [pushed(v, forms) for v in chosen[1:]]
        steps.append(forms)
        here = forms.reduced
    variables, shapes = _composed(steps)
    return Reduction(space, tuple(law), tuple(generators), here, equations, variables, shapes, time.monotonic() - start)


def pushed(generator: VectorField, forms: Similarity) -> VectorField:
    """What a generator does to the invariants of another one: v(ω), v(F) in terms of ω and F.

    Raises `Undecided` where that is no function of them: the two generators span no subalgebra in which the first is an ideal.
    """
    positive = {z: sp.Dummy(z.name, positive=True) for z in forms.reduced.coordinates}
    back = {d: z for z, d in positive.items()}
    values = dict(zip(forms.space.coordinates, forms.coordinates, strict=True))
    values |= {f.symbol: u for f, u in zip(forms.space.fields, forms.fields, strict=True)}
    values = {key: substitute(value, positive) for key, value in values.items()}
    targets = [*forms.reduced.coordinates, *(f.symbol for f in forms.reduced.fields)]
    components: dict[sp.Symbol, sp.Expr] = {}
    for target, invariant in zip(targets, (*forms.variables, *forms.amplitudes), strict=True):
        shown = one_angle(sp.expand(sp.powsimp(substitute(generator(invariant), values))))
        if shown.has(forms.parameter):
            shown = sp.simplify(shown)
        if shown.has(forms.parameter):
            raise Undecided(
                f"{generator.label} does not act on the invariants of the generator before it; give generators that span a "
                "subalgebra, ideals first"
            )
        components[target] = sp.expand(substitute(shown, back))
    return VectorField(components)


def _composed(steps: Sequence[Similarity]) -> tuple[tuple[sp.Expr, ...], tuple[sp.Expr, ...]]:
    """Variables and forms of a chain of reductions in the first coordinates."""
    variables, forms = steps[0].variables, steps[0].forms
    for before, after in itertools.pairwise(steps):
        values = dict(zip(before.reduced.coordinates, variables, strict=True))
        inner = {f.symbol: substitute(e, values) for f, e in zip(before.reduced.fields, after.forms, strict=True)}
        forms = tuple(sp.powsimp(substitute(e, inner)) for e in forms)
        variables = tuple(sp.powsimp(substitute(v, values)) for v in after.variables)
    return variables, forms
