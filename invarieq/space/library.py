"""The library: candidate terms that the symmetry allows, ready for regression.

A law is sought as ℓ_a = fixed_a + Σ_k c_k term_k,a with ℓ the leading derivatives. Each term is an invariant (relative to
ℓ) or, for several unknowns, an equivariant: one coefficient serves all equations.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

import sympy as sp

from invarieq.errors import DeclarationError
from invarieq.jets import JetSpace, VectorField
from invarieq.space.ambient import Ambient, ambient
from invarieq.space.constraints import modulo
from invarieq.space.contradiction import admitted
from invarieq.space.known import Range, ranges, with_known
from invarieq.space.named import SHOWN, closure_note, missing_terms, named_ambient
from invarieq.space.parts import Atom, Monomial, atoms
from invarieq.space.restrict import Restriction
from invarieq.symmetry.discrete import Discrete
from invarieq.system.system import Terms

DEFAULT = Terms()
WeakForm = tuple[tuple[Atom, Fraction], ...]


@dataclass(frozen=True)
class Library:
    """Candidate terms, as expressions and in weak form.

    `terms[k][a]` is term k in equation a; `fixed[a]` the part of equation a that the symmetry forces. `weak_terms`,
    `weak_fixed` and `weak_leading` are the same as sums of atoms. `definitions` give the user functions and the radius
    that occur in atoms. `restricted` and `unrestricted` count candidates with and without the symmetry; the last `further` terms are
    combinations of the others that are as short (see `sparsest`). `notes` say what a user should know about the candidates. `names`
    (and `fixed_name`) are the terms in vector notation where rotations of space make them scalars and vectors, else empty; `vanishing`
    those that are left out because declared constraints make them vanish or follow from the others.
    `ranges` are those in which coefficients must stay.
    """

    space: JetSpace
    leading: tuple[sp.Symbol, ...]
    fixed: tuple[sp.Expr, ...]
    terms: tuple[tuple[sp.Expr, ...], ...]
    weak_leading: tuple[WeakForm, ...]
    weak_fixed: tuple[WeakForm, ...]
    weak_terms: tuple[tuple[WeakForm, ...], ...]
    definitions: tuple[tuple[sp.Symbol, sp.Expr], ...]
    unrestricted: int
    further: int = 0
    notes: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    fixed_name: str = ""
    vanishing: tuple[str, ...] = ()
    ranges: tuple[Range, ...] = ()

    @property
    def restricted(self) -> int:
        """Number of independent terms left by the symmetry: the dimension of the search space."""
        return len(self.terms) - self.further

    @property
    def time_order(self) -> int:
        """Order in the first coordinate of the leading derivatives."""
        return self.space.order(self.leading[0])

    def unmoved(self, term: int) -> tuple[sp.Symbol, ...]:
        """The derivatives that integration by parts leaves in a term (u_x of u_x²): they are taken of smoothed data."""
        symbols = {s for form in self.weak_terms[term] for atom, _ in form for s, _ in atom.monomial}
        return tuple(sorted((s for s in symbols if self.space.order(s) > 0), key=lambda s: s.name))


def build_library(
    space: JetSpace,
    symmetry: Sequence[VectorField | Discrete],
    *,
    time_order: int,
    order: int,
    degree: int,
    functions: tuple[sp.Expr, ...] = (),
    terms: Terms = DEFAULT,
    restricted: bool = True,
) -> Library:
    """All candidate terms for ∂_t^m of the fields that `terms.sought` names (none: all), of given order and degree, that the symmetry
    allows.

    Coordinates enter as coefficients only where no declared translation forbids it. With `restricted=False` the same
    candidates are left unrestricted. `terms.powers` are the integer powers of the radius that a rotation of the fields makes
    available (second-order trajectories by default: −6 to 2).

    `terms.library` names the candidates one by one instead; where it is not closed under a generator, a note says what is missing (the
    null space on its span is exact all the same).

    `terms.known` are coefficients that are no longer sought; they stand in the fixed part, with what the symmetry forces.

    A symmetry that forces the whole law leaves a library without terms. Raises `NoInvariants`, with the generators that cause it, if
    nothing is left at all.
    """
    candidates = _candidates(space, symmetry, time_order=time_order, order=order, degree=degree, functions=functions, terms=terms)
    candidates = with_known(candidates, terms.known)
    imposed = symmetry if restricted else ()
    missing = [(g.label, missing_terms(candidates, g)) for g in imposed if isinstance(g, VectorField)] if terms.library else []
    found = admitted(candidates, imposed, mend=_mend(terms, missing))
    if terms.constraints:
        found = modulo(candidates, found, terms.constraints)
    notes = tuple(closure_note(label, some, len(found.basis)) for label, some in missing if some)
    return replace(
        library_from(candidates, found), notes=notes, ranges=ranges(candidates, found.fixed, found.vectors, terms.bounds)
    )


def _mend(terms: Terms, missing: Sequence[tuple[str, tuple[sp.Expr, ...]]]) -> str:
    """What enlarges the search space."""
    if not terms.library:
        return "raise terms.order or terms.degree, or drop a generator"
    wanted = sorted({t for _, some in missing for t in some}, key=sp.default_sort_key)
    return f"add to terms.library{': ' + ', '.join(map(str, wanted[:SHOWN])) if wanted else ''}, or drop a generator"


def candidates_of(
    space: JetSpace,
    symmetry: Sequence[VectorField | Discrete],
    *,
    time_order: int,
    order: int,
    degree: int,
    functions: tuple[sp.Expr, ...] = (),
    terms: Terms = DEFAULT,
) -> Ambient:
    """The candidates that `build_library` restricts, unrestricted: explicit coordinates and the radius follow from the symmetry.

    Raises `DeclarationError` for known terms and bounds: what compares laws with and without a symmetry does not honour them.
    """
    if terms.known or terms.bounds:
        raise DeclarationError(
            f"--symmetry auto, relaxed and regularized cannot honour terms.{'known' if terms.known else 'bounds'}: take --symmetry declared "
            "or none, or leave it out"
        )
    return _candidates(space, symmetry, time_order=time_order, order=order, degree=degree, functions=functions, terms=terms)


def _candidates(
    space: JetSpace,
    symmetry: Sequence[VectorField | Discrete],
    *,
    time_order: int,
    order: int,
    degree: int,
    functions: tuple[sp.Expr, ...],
    terms: Terms,
) -> Ambient:
    if terms.library:
        return replace(named_ambient(space, terms.library, time_order=time_order, sought=terms.sought), conserved=terms.conserved)
    generators = [g for g in symmetry if isinstance(g, VectorField)]
    translated = {s for g in generators if len(g.components) == 1 for s, c in g.components if c.is_number}
    radius = field_radius(space, generators) if len(space.coordinates) == 1 else None
    powers = terms.powers
    if powers is None:
        powers = tuple(range(-6, 3)) if radius is not None and time_order == 2 else (0,)
    found = ambient(
        space,
        time_order=time_order,
        order=order,
        degree=degree,
        explicit=tuple(c for c in space.coordinates if c not in translated),
        functions=functions,
        radius=(radius, powers) if radius is not None and powers != (0,) else None,
        sought=terms.sought,
    )
    return replace(found, conserved=terms.conserved)


def field_radius(space: JetSpace, symmetry: Sequence[VectorField]) -> sp.Expr | None:
    """√(Σ u_a²) if the symmetry rotates the fields into one another, else None."""
    fields = [f.symbol for f in space.fields]
    square = sp.Add(*[s**2 for s in fields])
    mixes = False
    for generator in symmetry:
        moved = sp.expand(generator(square))
        if moved != 0 and not sp.cancel(moved / square).is_number:
            return None
        mixes = mixes or any(generator.component(s).has(*[o for o in fields if o != s]) for s in fields)
    return sp.sqrt(square) if mixes else None


def library_from(candidates: Ambient, found: Restriction) -> Library:
    """The library of what a restriction leaves."""
    space, count = candidates.space, len(candidates.monomials)
    weak = [atoms(space, _monomial(candidates, m)) for m in candidates.monomials]
    values = [candidates.expression(m) for m in candidates.monomials]

    def expressions(vector: dict[int, sp.Rational]) -> tuple[sp.Expr, ...]:
        parts: list[sp.Expr] = [sp.Integer(0)] * len(candidates.leading)
        for i, c in vector.items():
            parts[i // count] += c * values[i % count]
        return tuple(parts)

    def weak_forms(vector: dict[int, sp.Rational]) -> tuple[WeakForm, ...]:
        sums: list[dict[Atom, Fraction]] = [{} for _ in candidates.leading]
        for i, c in vector.items():
            for atom, k in weak[i % count].items():
                sums[i // count][atom] = sums[i // count].get(atom, Fraction(0)) + k * Fraction(int(c.p), int(c.q))
        return tuple(tuple((a, c) for a, c in total.items() if c) for total in sums)

    return Library(
        space=space,
        leading=candidates.leading,
        fixed=expressions(found.fixed),
        terms=tuple(expressions(v) for v in found.vectors),
        weak_leading=tuple(tuple(atoms(space, ((s, 1),)).items()) for s in candidates.leading),
        weak_fixed=weak_forms(found.fixed),
        weak_terms=tuple(weak_forms(v) for v in found.vectors),
        definitions=candidates.definitions,
        unrestricted=candidates.size - len(candidates.known),
        further=len(found.further),
        names=found.names,
        fixed_name=found.fixed_name,
        vanishing=found.vanishing,
    )


def freed(library: Library) -> Library:
    """The same library with the forced part as one more term, the first, whose coefficient is to be fitted."""
    if all(side == 0 for side in library.fixed):
        return library
    nothing = tuple(sp.S.Zero for _ in library.leading)
    return replace(
        library,
        fixed=nothing,
        terms=(library.fixed, *library.terms),
        weak_fixed=tuple(() for _ in library.leading),
        weak_terms=(library.weak_fixed, *library.weak_terms),
        names=(library.fixed_name, *library.names) if library.names else (),
    )


def _monomial(candidates: Ambient, exponents: tuple[int, ...]) -> Monomial:
    """A monomial for the weak form: the function 1/r of a coordinate becomes its power −1, by which it is differentiated."""
    known = dict(candidates.definitions)
    powers: dict[sp.Symbol, int] = {}
    for variable, n in zip(candidates.variables, exponents, strict=True):
        inverse = [c for c in candidates.space.coordinates if variable in known and known[variable] == 1 / c]
        symbol, power = (inverse[0], -n) if inverse else (variable, n)
        powers[symbol] = powers.get(symbol, 0) + power
    return tuple((s, n) for s, n in powers.items() if n)
