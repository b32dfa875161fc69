"""A library that the user names: a list of monomials that replaces order and degree.

Every entry may stand in every equation. An entry is a product of coordinates, jets and functions of coordinates and fields, such as
u*v, u_xx, x*u, exp(u)*v or sqrt(u).
"""

from __future__ import annotations

import sympy as sp

from invarieq.errors import DeclarationError, NoInvariants
from invarieq.jets import JetSpace, VectorField, substitute, symbols_of
from invarieq.jets.prolong import check_variables
from invarieq.space.action import Action, Algebra
from invarieq.space.ambient import Ambient

SHOWN = 12  # missing terms that a note lists


def named_ambient(space: JetSpace, entries: tuple[sp.Expr, ...], *, time_order: int, sought: tuple[str, ...] = ()) -> Ambient:
    """The candidates for ∂_t^m u^a, m = `time_order`, that `entries` name; those that hold a higher derivative in time are left out.

    Raises `DeclarationError` for an entry that is a sum, `NoInvariants` where no entry may stand on the right.
    """
    t_index = tuple(time_order if i == 0 else 0 for i in range(len(space.coordinates)))
    leading = tuple(space.jet(a, t_index) for a, f in enumerate(space.fields) if f.name in sought or not sought)
    fitting = [e for e in entries if not any((f := space.index(s)) and f[1][0] >= time_order for s in symbols_of(e))]
    if not fitting:
        raise NoInvariants(
            f"no entry of terms.library may stand in a law for {', '.join(map(str, leading))}: each holds as many derivatives in "
            f"{space.coordinates[0]}; add entries of lower order"
        )
    factored = [factors_of(e, space) for e in fitting]
    found = sorted({b for f in factored for b in f}, key=sp.default_sort_key)
    plain = [b for b in (*space.coordinates, *space.jets(max(map(space.order, fitting)))) if b in found]
    functions = [b for b in found if not isinstance(b, sp.Symbol)]
    named = tuple((sp.Symbol(f"_f{i}", real=True), f) for i, f in enumerate(functions))
    bases, variables = [*plain, *functions], (*plain, *(s for s, _ in named))
    monomials = tuple(dict.fromkeys(tuple(f.get(b, 0) for b in bases) for f in factored))
    return Ambient(space, leading, variables, named, None, monomials)


def factors_of(entry: sp.Expr, space: JetSpace, *, where: str = "terms.library") -> dict[sp.Expr, int]:
    """Base → whole positive power of one entry, without its number.

    Raises `DeclarationError` for a sum, and for a function of a derivative.
    """
    whole = sp.powsimp(sp.expand(entry))
    if whole.is_Add:
        raise DeclarationError(
            f"{where} holds {entry}, a sum; expected products: write its terms one by one, their coefficients are what is sought"
        )
    powers: dict[sp.Expr, int] = {}
    for factor in sp.Mul.make_args(whole.as_coeff_Mul()[1]):
        base, power = factor.as_base_exp() if isinstance(factor, sp.Pow) else (factor, sp.S.One)
        if base == 1:
            continue
        if not (power.is_Integer and (power > 0 or isinstance(base, sp.Symbol))):
            base, power = factor, sp.S.One
        elif power < 0:
            base, power = 1 / base, -power
        if not isinstance(base, sp.Symbol) and space.order(base) > 0:
            raise DeclarationError(
                f"{where} holds {entry}, in which {base} is a function of a derivative; expected whole powers of derivatives"
            )
        powers[base] = powers.get(base, 0) + int(power)
    return powers


def missing_terms(candidates: Ambient, generator: VectorField) -> tuple[sp.Expr, ...]:
    """Terms outside the library that the generator makes of its terms, but not of the left-hand side: none if it is closed.

    Source: Yang et al., Symmetry-informed governing equation discovery, NeurIPS 2024, sec. 4 (J_Θ v ∈ span Θ).
    """
    check_variables(generator, candidates.space)
    algebra = Algebra(candidates)
    action = Action(algebra, generator, f"the prolongation of generator {generator.label!r}")
    named = [algebra.monomial(m)[0] for m in candidates.monomials]
    known = {next(iter(poly.keys())) for poly in named}
    known |= {e for s in candidates.leading for e in action.of_variable(s).keys()}
    stray = {e for poly in named for e in action.of_monomial(poly, 0).keys() if e not in known}
    written = {s: e for e, s in algebra.functions.items()}
    terms = [sp.Mul(*[s**n for s, n in zip(algebra.symbols, e, strict=True)]) for e in sorted(stray, key=lambda e: (sum(e), e))]
    return tuple(substitute(term, written) for term in terms)


def closure_note(label: str, missing: tuple[sp.Expr, ...], left: int) -> str:
    """What to tell a user about a library that is not closed under a generator."""
    shown = ", ".join(map(str, missing[:SHOWN])) + (f" and {len(missing) - SHOWN} more" if len(missing) > SHOWN else "")
    return f"the library is not closed under {label}: missing {shown}; the symmetric laws inside it are {left}"
