"""delierium on one case, in an interpreter that has it: `PYTHON benchmarks/symbolic_peer.py ROOM NAME`, ROOM symmetry or invariants.

Symmetries: a line of JSON after each stage, so that what was reached before a time limit is kept: the dimension by its Janet basis, then
generators with its default settings. Invariants: those of one generator. Seconds are CPU seconds of its own calls.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import sympy as sp

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "symmetry"), str(ROOT / "tests" / "invariants")]


def translated(space: Any, exprs: Sequence[sp.Expr]) -> tuple[list[sp.Expr], list[sp.Expr], list[sp.Symbol]]:
    """Expressions with plain symbols and `Derivative`s of functions, as delierium takes them."""
    from invarieq.jets import substitute

    plain = {s: sp.Symbol(s.name) for s in (*space.coordinates, *space.parameters)}
    independent = [plain[x] for x in space.coordinates]
    functions = [sp.Function(f.name)(*independent) for f in space.fields]
    jets: dict[sp.Expr, sp.Expr] = {}
    for symbol in space.jets(max(space.order(e) for e in exprs)):
        a, index = space.index(symbol)
        steps = [(x, n) for x, n in zip(independent, index, strict=True) if n]
        jets[symbol] = sp.Derivative(functions[a], *steps) if steps else functions[a]
    return [substitute(e, {**plain, **jets}) for e in exprs], functions, independent


def symmetry(name: str) -> Iterator[dict[str, Any]]:
    """Dimension, then generators."""
    from delierium import lie_symmetries
    from symmetry_cases import CASES

    case = next(c for c in CASES if c.name == name)
    equations, functions, independent = translated(case.space, case.law)
    found = lie_symmetries(equations if len(equations) > 1 else equations[0], functions, independent)
    yield {"dimension": str(found.dimension)}
    generators = found.generators()
    yield {"generators": len(generators), "whole": bool(found.complete(generators))}


def invariants(name: str) -> Iterator[dict[str, Any]]:
    """How many invariants of one generator it lists."""
    from delierium import differential_invariants
    from invariants_cases import ACTIONS, fields_of, space_of

    case = ACTIONS[name]
    space = space_of(case)
    (field,) = fields_of(case["generators"], space)
    _, functions, independent = translated(space, [f.symbol for f in space.fields])
    variables = [*space.coordinates, *(f.symbol for f in space.fields)]
    plain = {s: sp.Symbol(s.name) for s in (*variables, *space.parameters)}
    generator = tuple(field.component(z).xreplace(plain) for z in variables)
    yield {"count": len(differential_invariants(generator, functions, independent, case["order"]))}


def main(room: str, name: str) -> None:
    """Print what is reached."""
    report: dict[str, Any] = {}
    stages = {"symmetry": symmetry, "invariants": invariants}[room](name)
    started = time.process_time()
    try:
        for reached in stages:
            report |= {**reached, "cpu": time.process_time() - started}
            print(json.dumps(report), flush=True)
    except NotImplementedError as reason:
        print(json.dumps({**report, "refused": str(reason), "cpu": time.process_time() - started}))
    except Exception as reason:  # whatever it raises is its answer
        print(json.dumps({**report, "failed": f"{type(reason).__name__}: {reason}", "cpu": time.process_time() - started}))


if __name__ == "__main__":
    main(*sys.argv[1:])
