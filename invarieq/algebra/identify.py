"""The isomorphism type of a Lie algebra: split into ideals, each named by its Levi factor and radical.

Complete to dimension 4 (Patera, Sharp, Winternitz, Zassenhaus 1976), for semisimple algebras and for the families of
`familiar`; larger soluble parts are described by their nilradical, and the answer says so.
"""

from __future__ import annotations

from invarieq.algebra.algebra import LieAlgebra
from invarieq.algebra.constants import StructureConstants
from invarieq.algebra.directsum import Summand, direct_summands
from invarieq.algebra.familiar import familiar_names, heisenberg_degree
from invarieq.algebra.levi import LeviDecomposition, levi_decomposition
from invarieq.algebra.lowdimensional import GENERIC, soluble_type
from invarieq.algebra.naming import AlgebraType, sum_of
from invarieq.algebra.radical import nilradical
from invarieq.algebra.representation import module_dimensions
from invarieq.algebra.series import is_abelian, lower_central_series
from invarieq.algebra.simple import simple_type
from invarieq.errors import Undecided

MAX_SMALL = 4


def algebra_type(algebra: LieAlgebra | StructureConstants) -> AlgebraType:
    """The isomorphism type over the reals, for generic values of parameters.

    Raises `AlgebraError` for generators that do not close.

    >>> from invarieq.algebra import structure_constants
    >>> algebra_type(structure_constants(3, {(1, 2): {0: 1}})).name
    'A_{3,1}'
    """
    constants = algebra.constants if isinstance(algebra, LieAlgebra) else algebra
    return sum_of([summand_type(s) for s in direct_summands(constants)])


def summand_type(summand: Summand) -> AlgebraType:
    """The type of an ideal that is no direct sum."""
    algebra = summand.algebra
    levi = levi_decomposition(algebra)
    if not levi.radical:
        found = simple_type(algebra, complex_structure=summand.complex_structure)
    elif not levi.factor:
        found = _soluble(algebra)
    else:
        found = _semidirect(algebra, levi)
    if summand.remark:
        return AlgebraType(found.name, found.dimension, found.also, found.parameters, False, summand.remark)
    return found


def _soluble(algebra: StructureConstants) -> AlgebraType:
    n = algebra.dimension
    if n <= MAX_SMALL:
        try:
            return soluble_type(algebra)
        except Undecided as reason:
            return AlgebraType(f"soluble of dimension {n}", n, complete=False, remark=str(reason))
    if degree := heisenberg_degree(algebra):
        return AlgebraType(f"h_{degree}", n, ("Heisenberg",))
    nil = nilradical(algebra)
    if len(nil) == n:
        steps = ", ".join(str(len(term)) for term in lower_central_series(algebra))
        return AlgebraType(f"nilpotent of dimension {n}", n, complete=False, remark=f"lower central series {steps}")
    outer = "A_1" if n - len(nil) == 1 else f"{n - len(nil)}A_1"
    inner = _inner_name(algebra.restricted(nil))
    return AlgebraType(f"{outer} ⋉ {inner}", n, complete=False, remark="named by its nilradical only")


def _semidirect(algebra: StructureConstants, levi: LeviDecomposition) -> AlgebraType:
    factor = sum_of([summand_type(s) for s in direct_summands(algebra.restricted(levi.factor))])
    soluble = algebra.restricted(levi.radical)
    left = f"({factor.name})" if " ⊕ " in factor.name else factor.name
    name = f"{left} ⋉ {_inner_name(soluble)}"
    also = familiar_names(algebra, levi)
    modules = module_dimensions(algebra, levi, factor.name)
    complete = bool(also) or (is_abelian(soluble) and bool(modules))
    remark = "" if complete else "named by Levi factor and radical only"
    if len(modules) > 1 and not also:
        name += f" [{'+'.join(map(str, modules))}]"
    if algebra.field.has_parameters:
        remark = "; ".join(r for r in (remark, GENERIC) if r)
    return AlgebraType(name, algebra.dimension, also, (), complete, remark)


def _inner_name(algebra: StructureConstants) -> str:
    """The radical's name within a semidirect sum: h_n instead of A_{3,1}, sums in parentheses."""
    if is_abelian(algebra):
        return "A_1" if algebra.dimension == 1 else f"{algebra.dimension}A_1"
    if degree := heisenberg_degree(algebra):
        return f"h_{degree}"
    name = algebra_type(algebra).name
    return f"({name})" if "⊕" in name or "⋉" in name or " of " in name else name
