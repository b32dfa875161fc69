"""Other names that physics has for a semidirect sum: Euclidean, Poincaré, similarity, affine, Galilei, Schrödinger.

Each test fixes the algebra up to isomorphism: a subalgebra of gl(V) of dimension n(n−1)/2 that keeps a form of signature
(p, q) on V of dimension n *is* so(p, q); a perfect one of dimension n² − 1 is sl(n, ℝ); and so on.
"""

from __future__ import annotations

from invarieq.algebra.constants import StructureConstants
from invarieq.algebra.directsum import direct_summands
from invarieq.algebra.killing import killing_signature, signature
from invarieq.algebra.levi import LeviDecomposition
from invarieq.algebra.radical import nilradical
from invarieq.algebra.representation import action_on, casimir_values, invariant_forms
from invarieq.algebra.series import is_abelian
from invarieq.algebra.subspaces import Subspace, centralizer, centre, product
from invarieq.exact.characteristic import characteristic_polynomial
from invarieq.exact.sparse import Span, Vector, combine, intersection


def heisenberg_degree(algebra: StructureConstants) -> int:
    """n if the algebra is the Heisenberg algebra h_n of dimension 2n + 1, else 0."""
    if algebra.dimension % 2 == 0 or algebra.dimension < 3:
        return 0
    derived = product(algebra, algebra.units, algebra.units)
    middle = centre(algebra)
    if len(derived) != 1 or len(middle) != 1 or derived[0] not in Span(algebra.domain, middle):
        return 0
    return algebra.dimension // 2


def familiar_names(algebra: StructureConstants, levi: LeviDecomposition) -> tuple[str, ...]:
    """Names such as e(3), iso(3,1), sim(3), aff(2,R), sch(1), gal(3) of an algebra with Levi factor; () for none."""
    nil = nilradical(algebra, levi.radical)
    inner = algebra.restricted(nil)
    found: str | None = None
    if nil and is_abelian(inner):
        found = _over_abelian(algebra, levi, nil)
    elif heisenberg_degree(inner):
        found = _schroedinger(algebra, levi, nil)
    return tuple(n for n in (found or _galilei(algebra, levi, nil),) if n)


def _over_abelian(algebra: StructureConstants, levi: LeviDecomposition, nil: Subspace) -> str | None:
    n, rest = len(nil), len(levi.radical) - len(nil)
    if rest > 1 or centralizer_within(algebra, nil, levi.factor):
        return None
    if rest == 1 and not _acts_as_scalar(algebra, levi, nil):
        return None
    if len(levi.factor) == n * n - 1:
        return f"aff({n},R)" if rest else f"sa({n},R)"
    if len(levi.factor) != n * (n - 1) // 2:
        return None
    forms = invariant_forms([action_on(algebra, x, nil) for x in levi.factor], n, algebra.domain)
    squares = signature(forms[0], algebra.field) if len(forms) == 1 else None
    if squares is None or squares[2]:
        return None
    p, q = max(squares[:2]), min(squares[:2])
    kind = "sim" if rest else ("iso" if q else "e")
    return f"{kind}({p},{q})" if q else f"{kind}({p})"


def centralizer_within(algebra: StructureConstants, vectors: Subspace, subalgebra: Subspace) -> Subspace:
    """The part of a subalgebra that commutes with the vectors: the kernel of its action on them."""
    return intersection(subalgebra, centralizer(algebra, vectors), algebra.domain)


def _commuting(algebra: StructureConstants, levi: LeviDecomposition) -> Subspace:
    """The part of the radical that commutes with the Levi factor."""
    return intersection(levi.radical, centralizer(algebra, levi.factor), algebra.domain)


def _acts_as_scalar(algebra: StructureConstants, levi: LeviDecomposition, nil: Subspace) -> bool:
    inside = Span(algebra.domain, nil)
    outside = [v for v in _commuting(algebra, levi) if v not in inside]
    if not outside:
        return False
    columns = action_on(algebra, outside[0], nil)
    first = columns[0].get(0)
    return bool(first) and all(column == {j: first} for j, column in enumerate(columns))


def _schroedinger(algebra: StructureConstants, levi: LeviDecomposition, nil: Subspace) -> str | None:
    """sch(n) = (sl(2,R) ⊕ so(n)) ⋉ h_n: sl(2,R) moves N/Z as n planes, so(n) keeps a definite form."""
    n = len(nil) // 2
    parts = direct_summands(algebra.restricted(levi.factor))
    lifted = [[combine(v, levi.factor) for v in part.basis] for part in parts]
    signatures = [killing_signature(part.algebra) for part in parts]
    split = [k for k, s in enumerate(signatures) if s == (2, 1, 0)]
    rest = sum(len(part) for part in lifted) - 3
    if len(split) != 1 or casimir_values(algebra, lifted[split[0]], nil) != {1: 1, 2: 2 * n}:
        return None
    compact = all(s is not None and s[0] == 0 for k, s in enumerate(signatures) if k != split[0])
    outer = len(levi.radical) - len(nil)
    if n == 1 and rest == 0 and outer == 0:
        return "sch(1)"
    if n == 2 and rest == 0 and outer == 1 and _turns(algebra, levi, nil):
        return "sch(2)"
    others = [v for k, part in enumerate(lifted) if k != split[0] for v in part]
    faithful = n >= 3 and rest == n * (n - 1) // 2 and compact and not centralizer_within(algebra, nil, others)
    return f"sch({n})" if faithful and outer == 0 else None


def _turns(algebra: StructureConstants, levi: LeviDecomposition, nil: Subspace) -> bool:
    """Whether the radical has a vector that rotates the nilradical: eigenvalues 0, ±iω twice."""
    inside = Span(algebra.domain, nil)
    outside = [v for v in _commuting(algebra, levi) if v not in inside]
    if not outside:
        return False
    coefficients = characteristic_polynomial(action_on(algebra, outside[0], nil), algebra.field).rep.to_list()
    square = coefficients[2] / 2  # t (t² + s)² = t⁵ + 2 s t³ + s² t
    wanted = [algebra.domain.one, algebra.domain.zero, 2 * square, algebra.domain.zero, square * square, algebra.domain.zero]
    return algebra.field.sign(square) == 1 and coefficients == wanted


def _galilei(algebra: StructureConstants, levi: LeviDecomposition, nil: Subspace) -> str | None:
    """gal(n) = so(n) ⋉ (H, K, P) with [H, K_i] = P_i; extended by a central M = [K_i, P_i]."""
    fixed = _commuting(algebra, levi)
    moved = Span(algebra.domain, product(algebra, levi.factor, levi.radical)).basis
    n = len(moved) // 2
    mass = product(algebra, moved, moved)
    squares = killing_signature(algebra.restricted(levi.factor))
    sized = len(nil) == len(levi.radical) == 2 * n + len(fixed) and len(levi.factor) == n * (n - 1) // 2 and n >= 3
    if (
        not sized
        or squares is None
        or squares[0]
        or len(fixed) != 1 + len(mass)
        or centralizer_within(algebra, moved, levi.factor)
    ):
        return None
    if mass and not _is_central(algebra, mass):
        return None
    energy = next(v for v in fixed if v not in Span(algebra.domain, mass))
    columns = action_on(algebra, energy, moved)
    image = Span(algebra.domain, columns)
    if image.dimension != n or any(combine(c, columns) for c in columns):
        return None
    forms = invariant_forms([action_on(algebra, x, _lifted(image.basis, moved)) for x in levi.factor], n, algebra.domain)
    if len(forms) != 1:
        return None
    return f"extended gal({n})" if mass else f"gal({n})"


def _is_central(algebra: StructureConstants, vectors: list[Vector]) -> bool:
    return len(vectors) == 1 and not any(algebra.adjoint(vectors[0]))


def _lifted(coordinates: list[Vector], basis: Subspace) -> Subspace:
    return [combine(c, basis) for c in coordinates]
