"""Looking for the generators that the counted Taylor series promise, from polynomials to functions to arbitrary functions."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import sympy as sp

from invarieq.exact.primes import Residues
from invarieq.jets import VectorField
from invarieq.limit import Deadline, attempted
from invarieq.symmetry.ansatz import Ansatz, AnsatzTerm
from invarieq.symmetry.arbitrary import DEGREES, Kind, arbitrary_families, kinds
from invarieq.symmetry.bases import function_basis, kernel_basis, polynomial_basis
from invarieq.symmetry.component_functions import Part, component_functions, crossed_kernels, pure_functions, suggested_kernels
from invarieq.symmetry.equations import Equations
from invarieq.symmetry.families import Family
from invarieq.symmetry.first_order import affine_ansatz, flow_family
from invarieq.symmetry.ledger import Ledger
from invarieq.symmetry.oracle import LocalSolutions, Oracle
from invarieq.symmetry.parametric import read_coefficients
from invarieq.symmetry.roots import OtherParameters, radicands, squares
from invarieq.symmetry.superposition import superposition
from invarieq.symmetry.verify import is_symmetry

MAX_DEGREE = 8
FIRST_DEGREE = 2
KERNEL_DEGREES = (1, 2, 3)
INFINITE_DEGREES = (1, 2, 3)
HIGHER_DEGREES = (4, 5, 6)
TOP_ORDER = 4
MAX_COLUMNS = 2_500
LAST_CHECK = 2.0  # seconds for a check when the budget has ended


@dataclass(frozen=True)
class SymmetriesFound:
    """Verified generators and families; `complete` if they account for every local solution."""

    generators: tuple[VectorField, ...]
    families: tuple[Family, ...]
    complete: bool = False

    @property
    def size(self) -> tuple[bool, int, int]:
        """More is better."""
        return (self.complete, len(self.families), len(self.generators))


@dataclass(frozen=True)
class Search:
    """What a search works with: the oracle, when to stop, and the generators that are checked already."""

    oracle: Oracle
    deadline: Deadline
    cut: list[VectorField] = field(default_factory=list[VectorField])  # those whose check did not end in time
    _checked: dict[VectorField, bool] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        """The oracle stops in time too."""
        self.oracle.deadline = self.deadline

    @property
    def late(self) -> bool:
        """Whether the time is up."""
        return self.deadline.over

    def verified(self, candidates: Iterable[VectorField], functions: Equations | None = None) -> tuple[VectorField, ...]:
        """The candidates that are symmetries, decided symbolically, each once."""
        result = []
        for v in candidates:
            if v not in self._checked:
                self._checked[v] = self._holds(v, functions)
            if self._checked[v]:
                result.append(v)
        return tuple(result)

    def _holds(self, v: VectorField, functions: Equations | None) -> bool:
        """Whether v is shown to be a symmetry in the time that is left; past it the first check that does not end is the last."""
        if self.cut and self.late:
            return False
        equations, on_shell = self.oracle.equations, self.oracle.on_shell
        seconds = max(self.deadline.left, LAST_CHECK)
        found = attempted(seconds, lambda: is_symmetry(v, equations, on_shell=on_shell, functions=functions))
        if found is None:
            self.cut.append(v)
        return bool(found)


def find_affine(search: Search, flow: VectorField) -> SymmetriesFound:
    """The flow of first-order equations as a family, and the affine generators besides."""
    equations = search.oracle.equations
    ansatz = affine_ansatz(equations, on_shell=search.oracle.on_shell)
    family = flow_family(equations, flow)
    families = (family,) if search.verified([family.generator], family.functions) else ()
    return SymmetriesFound(search.verified(_read(ansatz, ansatz.solve(), search.deadline)), families)


def find_finite(search: Search, local: LocalSolutions, *, steady: bool) -> SymmetriesFound:
    """Generators of an algebra of at most `local.dimension` dimensions.

    Unless the bound is `steady`, it is likely to fall, and only low polynomials are tried.
    """
    best = SymmetriesFound((), ())
    for basis in _finite_bases(search.oracle, local, steady=steady):
        kernel, ansatz = _kernel(search.oracle, basis)
        if len(kernel) > len(best.generators):
            generators = search.verified(_read(ansatz, kernel, search.deadline))
            best = max(best, SymmetriesFound(generators, (), complete=len(generators) == local.dimension), key=lambda f: f.size)
        if best.complete or search.late:
            break
    return best


def _finite_bases(oracle: Oracle, local: LocalSolutions, *, steady: bool) -> Iterable[tuple[AnsatzTerm, ...]]:
    """Polynomials of growing degree, then the functions that the components must be made of, then those of the equations."""
    variables, last = oracle.equations.variables, -1
    for degree in range((MAX_DEGREE if steady else FIRST_DEGREE) + 1):
        basis = polynomial_basis(local, len(variables), degree)
        if len(basis) == last:
            return  # no monomial is left that the series allow: the polynomials are exhausted, and no other function is allowed
        if len(basis) > MAX_COLUMNS:
            break
        if len(basis) >= (local.dimension or 0):
            yield basis
        last = len(basis)
    if not steady:
        return
    functions = [component_functions(oracle, local, z, local.settled) for z in range(len(variables))]
    exact = function_basis(functions)
    if exact is not None:
        yield exact
    yield from _kernel_bases(oracle, local, local.settled)


def _kernel_bases(oracle: Oracle, local: LocalSolutions, reliable: int) -> Iterable[tuple[AnsatzTerm, ...]]:
    variables = oracle.equations.variables
    kernels = [sp.S.One, *suggested_kernels(oracle, local, reliable)]
    if len(kernels) == 1:
        return
    for degree in KERNEL_DEGREES:
        basis = kernel_basis(local, variables, degree, kernels)
        if len(basis) <= MAX_COLUMNS:
            yield basis
    crossed = crossed_kernels(oracle, kernels)
    basis = kernel_basis(local, variables, 1, [*kernels, *crossed]) if crossed else ()
    if 0 < len(basis) <= MAX_COLUMNS:
        yield basis


def _kernel(oracle: Oracle, basis: Sequence[AnsatzTerm]) -> tuple[Residues, Ansatz]:
    roots = radicands([b.kernel for b in basis], oracle.equations.space.parameters)
    if not squares(oracle.values_at_point(), roots):
        raise OtherParameters(roots)
    ansatz = Ansatz(tuple(oracle.forms), tuple(basis))
    return ansatz.solve(), ansatz


def _read(ansatz: Ansatz, kernel: Residues, deadline: Deadline) -> list[VectorField]:
    """The null vectors as fields, simplest first; those whose coefficients cannot be read are left out."""
    result = []
    for vector in kernel[::-1]:
        coefficients = read_coefficients(ansatz, vector, deadline)
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


def find_infinite(
    search: Search, local: LocalSolutions, best: SymmetriesFound, *, reliable: int, steady: bool
) -> SymmetriesFound:
    """Families with arbitrary functions, and the generators that are in none of them.

    `reliable`: the highest order up to which the counts are final. Unless `steady`, only superposition and polynomials are tried.
    """
    ledger = Ledger(search.oracle, local, min(reliable, TOP_ORDER))
    families = best.families or tuple(_superpositions(search.oracle, local))
    current = _finite_part(search, ledger, families, steady=steady)
    tried = itertools.product(DEGREES, kinds(search.oracle.equations, local, ledger.order)) if steady else ()
    for degree, kind in tried if not current.complete else ():
        wider = _with_kind(search, ledger, families, kind, degree)
        if len(wider) > len(families):
            families = wider
            current = max(current, _finite_part(search, ledger, families, steady=steady), key=lambda f: f.size)
        if current.complete or search.late:
            break
    return current


def _superpositions(oracle: Oracle, local: LocalSolutions) -> Iterable[Family]:
    """Families u^a → u^a + m α^a, with the multipliers m that the fields' own equations suggest."""
    space, variables = oracle.equations.space, oracle.equations.variables
    multipliers: list[sp.Expr] = [sp.S.One]
    if len(space.fields) == 1:
        last = len(variables) - 1
        whole = Part(last, (((0,) * len(variables), 1),))
        multipliers += [m for m in pure_functions(oracle, local, whole, last, local.order - 1) or () if m != 1]

    def possible(moved: Sequence[tuple[sp.Symbol, Sequence[sp.Symbol]]]) -> bool:
        return local.leaves_infinitely_many([(variables.index(z), [variables.index(s) for s in a]) for z, a in moved])

    usual = [(f.symbol, f.arguments) for f in space.fields]
    multipliers = multipliers if possible(usual) else multipliers[1:]
    found = [superposition(oracle.equations, usual, m, on_shell=oracle.on_shell) for m in multipliers]
    if not any(found) and len(space.coordinates) > 1:
        fields = [f.symbol for f in space.fields]
        moving = [x for z, x in enumerate(space.coordinates) if _depends_on_fields(oracle, local, z)]
        hodograph = [[(x, [z for z in variables if z != x])] for x in moving]
        hodograph += [[(x, fields) for x in space.coordinates]] if len(moving) == len(space.coordinates) else []
        found = [superposition(oracle.equations, moved, on_shell=oracle.on_shell) for moved in hodograph if possible(moved)]
    yield from (family for family in found if family is not None)


def _depends_on_fields(oracle: Oracle, local: LocalSolutions, z: int) -> bool:
    """Whether component z may be other than a polynomial in some field."""
    places = range(len(oracle.equations.space.coordinates), len(oracle.equations.variables))
    return any(not any(sum(low) == low[j] for low in local.vanishing[z]) for j in places)


def _with_kind(search: Search, ledger: Ledger, families: tuple[Family, ...], kind: Kind, degree: int) -> tuple[Family, ...]:
    """The families of one kind that are new, each checked symbolically, together with those known."""
    oracle = ledger.oracle
    superposed = degree == DEGREES[0] and any(_is_plain_sum(f, oracle.equations) for f in families)
    p = len(oracle.equations.space.coordinates)

    def allowed(basis: AnsatzTerm) -> bool:
        return not (superposed and basis.component >= p and not any(basis.powers[p:]))

    for family in arbitrary_families(oracle.forms, ledger.local, kind, allowed, degree=degree, deadline=search.deadline):
        if ledger.ranks([*families, family]) != ledger.ranks(families) and search.verified([family.generator], family.functions):
            families = (*families, family)
    return families


def _is_plain_sum(family: Family, equations: Equations) -> bool:
    """Whether the family adds its functions of all coordinates to the fields as they are."""
    fields, given = {f.symbol for f in equations.space.fields}, {f.arguments for f in equations.space.fields}
    return all(f.arguments in given for f in family.functions.space.fields) and all(
        z in fields and c.is_Symbol for z, c in family.generator.components
    )


def _finite_part(search: Search, ledger: Ledger, families: tuple[Family, ...], *, steady: bool) -> SymmetriesFound:
    """Generators that no family holds, from bases of growing degree, until jets of all orders are accounted for."""
    oracle, local = search.oracle, ledger.local
    size = len(oracle.equations.variables)
    best = SymmetriesFound((), families, complete=ledger.complete(families, ledger.no_jets))
    polynomials = (polynomial_basis(local, size, d) for d in INFINITE_DEGREES)
    kernels = _kernel_bases(oracle, local, local.order - 1) if steady else ()
    higher = (polynomial_basis(local, size, d) for d in HIGHER_DEGREES) if steady else ()
    for basis in itertools.chain(polynomials, kernels, higher):
        if best.complete or search.late:
            break
        if len(basis) > MAX_COLUMNS:
            continue
        kernel, ansatz = _kernel(oracle, basis)
        chosen, complete = ledger.outside(families, ansatz, kernel)
        if complete or len(chosen) > len(best.generators):
            generators = search.verified(_read(ansatz, chosen, search.deadline))
            found = SymmetriesFound(generators, families, complete and len(generators) == len(chosen))
            best = max(best, found, key=lambda f: f.size)
    return best
