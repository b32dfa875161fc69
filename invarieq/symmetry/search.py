"""Looking for the generators that the counted Taylor series promise, from polynomials to functions to arbitrary functions."""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import sympy as sp

from invarieq.exact.primes import Residues
from invarieq.jets import VectorField
from invarieq.symmetry.ansatz import Ansatz, Basis
from invarieq.symmetry.arbitrary import Kind, arbitrary_families, kinds
from invarieq.symmetry.bases import function_basis, kernel_basis, polynomial_basis
from invarieq.symmetry.equations import Equations
from invarieq.symmetry.families import Family
from invarieq.symmetry.kernels import component_functions, pure_functions, suggested_kernels
from invarieq.symmetry.ledger import Ledger
from invarieq.symmetry.oracle import LocalSolutions, Oracle
from invarieq.symmetry.parametric import read_coefficients
from invarieq.symmetry.superposition import superposition
from invarieq.symmetry.verify import is_symmetry

MAX_DEGREE = 8
KERNEL_DEGREES = (1, 2, 3)
INFINITE_DEGREES = (1, 2, 3)
TOP_ORDER = 3
MAX_COLUMNS = 2_500


@dataclass(frozen=True)
class Found:
    """Verified generators and families; `complete` if they account for every local solution."""

    generators: tuple[VectorField, ...]
    families: tuple[Family, ...]
    complete: bool = False

    @property
    def size(self) -> tuple[bool, int, int]:
        """More is better."""
        return (self.complete, len(self.families), len(self.generators))


def find_finite(oracle: Oracle, local: LocalSolutions, deadline: float) -> Found:
    """Generators of an algebra of at most `local.dimension` dimensions."""
    best = Found((), ())
    for basis in _finite_bases(oracle, local):
        kernel, ansatz = _kernel(oracle, basis)
        if len(kernel) > len(best.generators):
            generators = tuple(v for v in _read(ansatz, kernel) if is_symmetry(v, oracle.equations, on_shell=oracle.on_shell))
            best = max(best, Found(generators, (), complete=len(generators) == local.dimension), key=lambda f: f.size)
        if best.complete or time.monotonic() > deadline:
            break
    return best


def _finite_bases(oracle: Oracle, local: LocalSolutions) -> Iterable[tuple[Basis, ...]]:
    """Polynomials of growing degree, then the functions that the components must be made of, then those of the equations."""
    variables, last = oracle.equations.variables, -1
    for degree in range(MAX_DEGREE + 1):
        basis = polynomial_basis(local, len(variables), degree)
        if len(basis) == last:
            return  # no monomial is left that the series allow: the polynomials are exhausted, and no other function is allowed
        if len(basis) > MAX_COLUMNS:
            break
        if len(basis) >= (local.dimension or 0):
            yield basis
        last = len(basis)
    functions = [component_functions(oracle, local, z, local.settled) for z in range(len(variables))]
    exact = function_basis(local, variables, functions)
    if exact is not None:
        yield exact
    yield from _kernel_bases(oracle, local, local.settled)


def _kernel_bases(oracle: Oracle, local: LocalSolutions, reliable: int) -> Iterable[tuple[Basis, ...]]:
    variables = oracle.equations.variables
    kernels = [sp.S.One, *suggested_kernels(oracle, local, reliable)]
    if len(kernels) == 1:
        return
    for degree in KERNEL_DEGREES:
        basis = kernel_basis(local, variables, degree, kernels)
        if len(basis) <= MAX_COLUMNS:
            yield basis


def _kernel(oracle: Oracle, basis: Sequence[Basis]) -> tuple[Residues, Ansatz]:
    ansatz = Ansatz(tuple(oracle.forms), tuple(basis))
    return ansatz.solve(), ansatz


def _read(ansatz: Ansatz, kernel: Residues) -> list[VectorField]:
    """The null vectors as fields, simplest first; those whose coefficients cannot be read are left out."""
    result = []
    for vector in kernel[::-1]:
        coefficients = read_coefficients(ansatz, vector)
        if coefficients:
            result.append(field_of(coefficients, ansatz))
    return result


def field_of(coefficients: dict[int, sp.Expr], ansatz: Ansatz) -> VectorField:
    """The vector field with the given coefficients, scaled to whole numbers without a common factor."""
    variables, basis = ansatz.equations.variables, ansatz.basis
    content, _ = sp.Add(*[c * sp.Dummy() for c in coefficients.values()]).primitive()
    lead = coefficients[min(coefficients, key=lambda j: (basis[j].weight, basis[j].powers))]
    scale = content if lead.as_coeff_Mul()[0] > 0 else -content
    components: dict[sp.Symbol, sp.Expr] = {}
    for j, c in coefficients.items():
        z = variables[basis[j].component]
        components[z] = components.get(z, sp.S.Zero) + c / scale * basis[j].expression(variables)
    return VectorField(components)


def find_infinite(oracle: Oracle, local: LocalSolutions, best: Found, deadline: float) -> Found:
    """Families with arbitrary functions, and the generators that are in none of them."""
    order = min(local.order - 1, TOP_ORDER)
    ledger = Ledger(oracle, local, order)
    families = best.families or tuple(_superpositions(oracle, local))
    current = _finite_part(ledger, families, deadline)
    for kind in () if current.complete else kinds(oracle.equations, local, order):
        if time.monotonic() > deadline:
            break
        wider = _with_kind(ledger, families, kind)
        if len(wider) > len(families):
            families = wider
            current = max(current, _finite_part(ledger, families, deadline), key=lambda f: f.size)
            if current.complete:
                break
    return current


def _superpositions(oracle: Oracle, local: LocalSolutions) -> Iterable[Family]:
    """Families u^a → u^a + m α^a, with the multipliers m that the fields' own equations suggest."""
    fields = oracle.equations.space.fields
    multipliers: list[sp.Expr] = [sp.S.One]
    if len(fields) == 1:
        last = len(oracle.equations.variables) - 1
        multipliers += [m for m in pure_functions(oracle, local, last, last, local.order - 1) if m != 1]
    for m in multipliers:
        family = superposition(oracle.equations, m, on_shell=oracle.on_shell)
        if family is not None:
            yield family


def _with_kind(ledger: Ledger, families: tuple[Family, ...], kind: Kind) -> tuple[Family, ...]:
    """The families of one kind that are new, each checked symbolically, together with those known."""
    oracle = ledger.oracle
    superposed = any(_is_plain_sum(f, oracle.equations) for f in families)
    p = len(oracle.equations.space.coordinates)

    def allowed(basis: Basis) -> bool:
        return not (superposed and basis.component >= p and not any(basis.powers[p:]))

    for family in arbitrary_families(oracle.forms, ledger.local, kind, allowed):
        if ledger.ranks([*families, family]) != ledger.ranks(families) and is_symmetry(
            family.generator, oracle.equations, on_shell=oracle.on_shell, functions=family.functions
        ):
            families = (*families, family)
    return families


def _is_plain_sum(family: Family, equations: Equations) -> bool:
    """Whether the family adds its functions to the fields as they are."""
    fields = {f.symbol for f in equations.space.fields}
    return all(z in fields and c.is_Symbol for z, c in family.generator.components)


def _finite_part(ledger: Ledger, families: tuple[Family, ...], deadline: float) -> Found:
    """Generators that no family holds, from bases of growing degree, until jets of all orders are accounted for."""
    oracle, local = ledger.oracle, ledger.local
    size = len(oracle.equations.variables)
    best = Found((), families, complete=ledger.complete(families, ledger.no_jets))
    bases = itertools.chain(
        (polynomial_basis(local, size, d) for d in INFINITE_DEGREES), _kernel_bases(oracle, local, local.order - 1)
    )
    for basis in bases:
        if best.complete or time.monotonic() > deadline:
            break
        if len(basis) > MAX_COLUMNS:
            continue
        kernel, ansatz = _kernel(oracle, basis)
        chosen, complete = ledger.outside(families, ansatz, kernel)
        if complete or len(chosen) > len(best.generators):
            generators = tuple(v for v in _read(ansatz, chosen) if is_symmetry(v, oracle.equations, on_shell=oracle.on_shell))
            found = Found(generators, families, complete and len(generators) == len(chosen))
            best = max(best, found, key=lambda f: f.size)
    return best
