"""Functions as combinations, with constant coefficients, of independent terms.

Linear independence over the constants is read off a normal form: hyperbolic functions become exponentials, tan becomes
sin/cos, angles that are commensurable become multiples of one angle, sin² becomes 1 − cos², exponentials and powers are
gathered, logarithms split, and common denominators cleared over all functions at once. What the normal form may miss
(a relation between two roots, say) is caught by numbers: `independence`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import gcd, lcm
from typing import Any, cast

import sympy as sp
from sympy.simplify.fu import TR2

from invarieq.errors import Undecided
from invarieq.jets import substitute

Factors = tuple[tuple[sp.Expr, sp.Expr], ...]
Terms = dict[Factors, sp.Expr]
MAX_PASSES = 8
_HYPERBOLIC = (sp.sinh, sp.cosh, sp.tanh, sp.coth, sp.sech, sp.csch)
_RATIOS = (sp.tan, sp.cot, sp.sec, sp.csc)


def independent_terms(functions: Sequence[sp.Expr], variables: Sequence[sp.Symbol]) -> list[Terms]:
    """Each function, times one common denominator of all, as {factors (base, exponent): constant}.

    `variables` are what the functions depend on; everything else counts as constant. Raises `Undecided` where the
    expansion does not come to rest.
    """
    known = frozenset(variables)
    work = _common_angles([_rewritten(f) for f in functions], known)
    for _ in range(MAX_PASSES):
        parsed = [[_split(t, known) for t in sp.Add.make_args(f)] for f in work]
        lowest = _denominators(parsed)
        if all(_settled(factors, lowest) for terms in parsed for _, factors in terms):
            return [_collected(terms) for terms in parsed]
        work = [_expanded(sp.Add(*[c * _rebuilt(p, lowest) for c, p in terms])) for terms in parsed]
    raise Undecided(f"the components {', '.join(map(str, functions))} could not be expanded into independent terms")


def term_text(factors: Factors) -> sp.Expr:
    """The term as an expression."""
    return sp.Mul(*[base**exponent for base, exponent in factors])


def is_monomial(factors: Factors) -> bool:
    """Whether a term is a product of rational powers of variables (those are independent beyond doubt)."""
    return all(base.is_Symbol and exponent.is_Rational for base, exponent in factors)


def _rewritten(expr: sp.Expr) -> sp.Expr:
    if expr.has(*_HYPERBOLIC):
        expr = expr.rewrite(_HYPERBOLIC, sp.exp)
    if expr.has(*_RATIOS):
        expr = TR2(expr)
    if expr.has(sp.log):
        expr = sp.expand_log(expr, force=True)
    return _expanded(expr)


def _expanded(expr: sp.Expr) -> sp.Expr:
    return sp.expand_power_base(sp.expand(expr), force=True)


def _common_angles(functions: list[sp.Expr], variables: frozenset[sp.Symbol]) -> list[sp.Expr]:
    """Sines and cosines of multiples and sums written in those of the largest common parts of all angles."""
    angles = sorted({a.args[0] for f in functions for a in f.atoms(sp.sin, sp.cos) if a.free_symbols & variables}, key=str)
    if not angles:
        return functions
    shares: dict[sp.Expr, Any] = {}
    for angle in angles:
        for part in sp.Add.make_args(sp.expand(angle)):
            c, m = part.as_coeff_Mul()
            shares[m] = _common(shares.get(m, sp.S.Zero), abs(c))
    atoms = {m: sp.Dummy(f"angle{i}", real=True) for i, m in enumerate(shares)}
    renamed = {a: sp.Add(*[_in_units(p, shares, atoms) for p in sp.Add.make_args(sp.expand(a))]) for a in angles}
    back = {atoms[m]: shares[m] * m for m in shares}
    pairs = {kind(a): sp.expand_trig(kind(renamed[a])).xreplace(back) for a in angles for kind in (sp.sin, sp.cos)}
    return [_expanded(substitute(f, pairs)) for f in functions]


def _in_units(part: sp.Expr, shares: dict[sp.Expr, Any], atoms: dict[sp.Expr, sp.Dummy]) -> sp.Expr:
    c, m = part.as_coeff_Mul()
    return c / shares[m] * atoms[m]


def _common(left: Any, right: Any) -> Any:
    """The largest rational of which both are whole multiples."""
    return sp.Rational(gcd(left.p * right.q, right.p * left.q), left.q * right.q) if left else right


def _split(term: sp.Expr, variables: frozenset[sp.Symbol]) -> tuple[sp.Expr, dict[sp.Expr, sp.Expr]]:
    """A product as (constant, {base: exponent}); all exponentials become one power of e."""
    constant, powers, exponent = sp.S.One, dict[sp.Expr, sp.Expr](), sp.S.Zero
    for factor in sp.Mul.make_args(term):
        if not factor.free_symbols & variables:
            constant *= factor
        elif isinstance(factor, sp.exp):
            exponent += cast("sp.Expr", factor.args[0])
        else:
            base, power = factor.as_base_exp()
            if power.free_symbols & variables:
                exponent += power * sp.log(base)
            else:
                powers[base] = powers.get(base, sp.S.Zero) + power
    for base in [b for b in powers if isinstance(b, sp.sin) and powers[b].is_Integer and not 0 <= powers[b] <= 1]:
        half = powers[base] // 2
        square = 1 - sp.cos(base.args[0]) ** 2
        powers[square] = powers.get(square, sp.S.Zero) + half
        powers[base] -= 2 * half
    fixed, moving = sp.expand(exponent).as_independent(*variables, as_Add=True) if exponent != 0 else (sp.S.Zero, exponent)
    if moving != 0:
        powers[sp.E] = moving
    return constant * sp.exp(fixed), {b: sp.expand(e) for b, e in powers.items() if e != 0}


def _whole(exponent: sp.Expr) -> int:
    """The integer part of an exponent's rational summand."""
    return int(sp.floor(exponent.as_coeff_Add()[0]))


def _denominators(parsed: Iterable[Iterable[tuple[sp.Expr, dict[sp.Expr, sp.Expr]]]]) -> dict[sp.Expr, int]:
    lowest: dict[sp.Expr, int] = {}
    for terms in parsed:
        for _, powers in terms:
            for base, exponent in powers.items():
                if base.is_Add:
                    lowest[base] = min(lowest.get(base, 0), _whole(exponent))
    return lowest


def _settled(powers: dict[sp.Expr, sp.Expr], lowest: dict[sp.Expr, int]) -> bool:
    return all(_whole(powers.get(base, sp.S.Zero)) == 0 and low == 0 for base, low in lowest.items())


def _rebuilt(powers: dict[sp.Expr, sp.Expr], lowest: dict[sp.Expr, int]) -> sp.Expr:
    """The product times the common denominator, whole powers of sums multiplied out."""
    result = sp.Mul(*[b**e for b, e in powers.items() if b not in lowest])
    for base, low in lowest.items():
        exponent = powers.get(base, sp.S.Zero)
        whole = _whole(exponent)
        result *= sp.expand(base ** (whole - low)) * base ** (exponent - whole)
    return result


def _collected(terms: Iterable[tuple[sp.Expr, dict[sp.Expr, sp.Expr]]]) -> Terms:
    result: Terms = {}
    for constant, powers in terms:
        key = tuple(sorted(powers.items(), key=lambda pair: sp.default_sort_key(pair[0])))
        result[key] = result.get(key, sp.S.Zero) + constant
    return {key: c for key, c in result.items() if c != 0}


def whole_coefficients(values: Iterable[Any]) -> Any:
    """The factor that turns rational numbers into whole ones without a common divisor; 1 if one is not rational."""
    given = [v for v in values if v != 0]
    if not given or not all(v.is_Rational for v in given):
        return sp.S.One
    return sp.Rational(lcm(*(int(v.q) for v in given)), gcd(*(int(v.p) for v in given)))
