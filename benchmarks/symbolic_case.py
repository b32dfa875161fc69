"""One case of a benchmark of the symbolic core in a process of its own: `python benchmarks/symbolic_case.py ROOM NAME [--no-flint]` prints JSON.

The process starts with empty caches. Imports and the reading of the case come first and are not counted; then the public function
is called once, in CPU seconds, wall seconds and peak memory of the process; what it returns is compared with the known answer
afterwards, by other means than those that found it.
"""

from __future__ import annotations

import json
import random
import resource
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import sympy as sp

ROOT = Path(__file__).resolve().parents[1]
ROOMS = ("symmetry", "first_order", "invariants", "equivariant", "conservation", "integrals")
for folder in ("symmetry", "invariants", "conservation"):
    sys.path.append(str(ROOT / "tests" / folder))

if "--no-flint" in sys.argv:
    sys.modules["flint"] = None  # type: ignore[assignment]  # what an interpreter without it would see

Outcome = dict[str, Any]


def timed(call: Callable[[], Any]) -> tuple[Any, Outcome]:
    """What a call returns, and its CPU seconds, wall seconds and the peak memory of the process in MiB."""
    cpu, wall = time.process_time(), time.perf_counter()
    answer = call()
    cost = {"cpu": time.process_time() - cpu, "wall": time.perf_counter() - wall}
    return answer, {**cost, "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}


def symmetry(name: str) -> Outcome:
    """Dimension, number of families, completeness, and whether the known generators lie in the span of what was found."""
    from symmetry_cases import CASES

    from invarieq.symmetry.point import point_symmetries

    case = next(c for c in CASES if c.name == name)
    answer, cost = timed(lambda: point_symmetries(case.space, case.law, case.leading))
    dimension, families = case.entry["dimension_finite"], len(case.entry["infinite_part"])
    return {
        **cost,
        "got": f"{answer.dimension}+{len(answer.families)}",
        "known": f"{dimension}+{families}",
        "solved": answer.complete
        and (answer.dimension, len(answer.families)) == (dimension, families)
        and in_span(answer, case.generators),
    }


def first_order(name: str) -> Outcome:
    """The affine generators of a first-order system."""
    from symmetry_cases import FIRST_ORDER

    from invarieq.symmetry.point import point_symmetries

    case = next(c for c in FIRST_ORDER if c.name == name)
    answer, cost = timed(lambda: point_symmetries(case.space, case.law, case.leading))
    known = case.entry["dimension"]
    solved = answer.dimension == known and in_span(answer, case.generators)
    return {**cost, "got": f"{answer.dimension}", "known": f"{known}", "solved": solved}


def in_span(answer: Any, known: Sequence[Any]) -> bool:
    """Whether the jets of the known fields at a random point (mod p) are combinations of those of what was found."""
    from invarieq.exact import echelon
    from invarieq.symmetry.families import family_jets
    from invarieq.symmetry.oracle import Oracle

    variables = answer.equations.variables
    oracle = Oracle(answer.equations)
    order = 3 if len(variables) < 6 else 2
    local = oracle.solve(max(answer.equations.order, 1))
    columns = [c for c in local.columns if sum(c[1]) <= order]
    values = oracle.values_at_point()

    def row(field: Any) -> list[int]:
        steps = [[(v, n) for v, n in zip(variables, index, strict=True) if n] for _, index in columns]
        parts = [field.component(variables[z]) for z, _ in columns]
        return [int(values(sp.diff(e, *s) if s else e)[0]) for e, s in zip(parts, steps, strict=True)]

    blocks = [family_jets(oracle, f, columns) for f in answer.families]
    ours = [*blocks, np.array([row(v) for v in answer.generators], dtype=np.int64).reshape(-1, len(columns))]
    theirs = np.array([row(v) for v in known], dtype=np.int64).reshape(-1, len(columns))
    return echelon(np.concatenate(ours)).rank == echelon(np.concatenate([*ours, theirs])).rank


def invariants(name: str) -> Outcome:
    """Number, certificate, and functional equivalence with the known set (rank of gradients at a random point)."""
    from invariants_cases import ACTIONS, fields_of, read, space_of

    from invarieq.invariants import differential_invariants

    case = ACTIONS[name]
    space, order = space_of(case), case["order"]
    generators = fields_of(case["generators"], space)
    answer, cost = timed(lambda: differential_invariants(generators, space, order))
    known = [read(text, space) for text in case["invariants"]]
    ranks = [gradient_rank(e, space, order) for e in (answer.expressions, [*answer.expressions, *known])]
    count = case["number_of_invariants"]
    solved = answer.certified and answer.count == count and ranks == [count, count]
    return {**cost, "got": f"{answer.count}", "known": f"{count}", "solved": solved}


def gradient_rank(expressions: Sequence[sp.Expr], space: Any, order: int) -> int:
    """Functional rank: singular values of gradients of length 1, evaluated with 40 digits at a random positive point."""
    from invarieq.jets import substitute

    source, symbols = random.Random(5), space.variables(order)
    point = {z: sp.Rational(source.randrange(500, 1500), 1009) for z in (*symbols, *space.parameters)}
    rows = np.array([[float(substitute(sp.diff(e, z), point).evalf(40)) for z in symbols] for e in expressions])
    values = np.linalg.svd(rows / np.linalg.norm(rows, axis=1)[:, None], compute_uv=False)
    return int((values > 1e-11 * values[0]).sum())


def equivariant(name: str) -> Outcome:
    """Module generators of right-hand sides up to degree 2: as many as known, and the same span."""
    from invariants_cases import EQUIVARIANTS, fields_of, read

    from invarieq.invariants import equivariant_fields
    from invarieq.jets import Field, JetSpace, coordinates

    case = EQUIVARIANTS[name]
    (clock,) = coordinates("s" if "t" in case["variables"] else "t")
    space = JetSpace((clock,), tuple(Field(v, clock) for v in case["variables"]))
    generators = fields_of(case["generators"], space)
    answer, cost = timed(lambda: equivariant_fields(generators, space, 2))
    known = [tuple(read(row.get(v, "0"), space) for v in case["variables"]) for row in case["fields"]]
    symbols = [f.symbol for f in space.fields]
    ranks = {polynomial_rank(rows, symbols) for rows in (answer.module, known, [*answer.module, *known])}
    solved = len(answer.module) == len(known) and ranks == {len(known)}
    return {**cost, "got": f"{len(answer.module)}", "known": f"{len(known)}", "solved": solved}


def polynomial_rank(rows: Sequence[Sequence[sp.Expr]], symbols: Sequence[sp.Symbol]) -> int:
    """Dimension of the span of polynomial vectors over the constants."""
    terms = [{(i, m): c for i, e in enumerate(row) for m, c in sp.Poly(e, *symbols).terms()} for row in rows]
    keys = sorted({key for row in terms for key in row})
    return sp.Matrix([[row.get(key, 0) for key in keys] for row in terms]).rank()


def conservation(name: str) -> Outcome:
    """Listed multipliers that are combinations of those found."""
    from conserved import BENCHMARK, case, read

    from invarieq.conservation import conservation_laws, contains

    entry = next(e for e in BENCHMARK["conservation_laws"] if e["id"] == name)
    space, law = case(entry)
    answer, cost = timed(lambda: conservation_laws(space, law))
    held = sum(contains(answer, read(space, *texts)) for texts in entry["multipliers"])
    return _listed(cost, held, len(entry["multipliers"]))


def integrals(name: str) -> Outcome:
    """Listed first integrals that are polynomials in those found."""
    from conserved import BENCHMARK, case, polynomial_in, read

    from invarieq.conservation import first_integrals

    entry = next(e for e in BENCHMARK["first_integrals"] if e["id"] == name)
    space, law = case(entry)
    leading = [space.name(text) for text in entry["leading"]]
    answer, cost = timed(lambda: first_integrals(space, law, leading))
    held = sum(polynomial_in(space, answer.integrals, read(space, text)[0]) for text in entry["first_integrals"])
    return _listed(cost, held, len(entry["first_integrals"]))


def _listed(cost: Outcome, held: int, wanted: int) -> Outcome:
    return {**cost, "got": f"{held}", "known": f"{wanted}", "solved": held == wanted}


def names(room: str) -> list[str]:
    """The cases of a room, as the files list them."""
    folder = {"first_order": "symmetry", "equivariant": "invariants", "integrals": "conservation"}.get(room, room)
    key = {
        "symmetry": "equations",
        "first_order": "restricted_first_order_systems",
        "invariants": "differential_invariants",
        "equivariant": "equivariant_fields",
        "conservation": "conservation_laws",
        "integrals": "first_integrals",
    }[room]
    path = ROOT / "tests" / folder / f"{folder}_benchmark.json"
    return [e["id"] for e in json.loads(path.read_text(encoding="utf-8"))[key]] if path.exists() else []


if __name__ == "__main__":
    calls = (symmetry, first_order, invariants, equivariant, conservation, integrals)
    room, case = sys.argv[1:3]
    print(json.dumps(calls[ROOMS.index(room)](case)))
