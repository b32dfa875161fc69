"""Claim: a question that is too large ends as undecided near its budget, wherever in the work the time goes."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sympy as sp
from typer.testing import CliRunner

import invarieq.limit as limit
import invarieq.system.system as declared
from invarieq.cli.main import app
from invarieq.conservation import conservation_laws
from invarieq.errors import Undecided
from invarieq.invariants import differential_invariants
from invarieq.jets import Field, JetSpace, VectorField, coordinates
from invarieq.reduction import reduce_by
from invarieq.symmetry import point_symmetries, translation
from invarieq.system import System

T, X = coordinates("t x")
U = Field("u", T, X)
SPACE = JetSpace((T, X), (U,))
CPU = 60.0  # seconds in which each ends on any machine; without a limit they take minutes to forever


def nested(depth: int) -> sp.Expr:
    """1/(1/(…1/(u + 1)… + 1) + 1): its prolongation, expanded, has a number of terms that explodes with the depth."""
    expr = 1 / (U.symbol + 1)
    for _ in range(depth - 1):
        expr = 1 / (expr + 1)
    return expr


def tower(height: int) -> sp.Expr:
    expr: sp.Expr = U.symbol
    for _ in range(height):
        expr = sp.tan(expr)
    return expr


def wide(degree: int) -> sp.Expr:
    """u_t = Σ u^i x^j, first order: the candidate for its symmetries is a product of many terms."""
    return U[T] - sp.Add(*[U.symbol**i * X**j for i in range(degree) for j in range(degree)])


def many(count: int) -> tuple[list[VectorField], JetSpace]:
    fields = tuple(Field(f"u{k}", T) for k in range(count))
    return [translation(T)], JetSpace((T,), fields)


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(limit, "LEAST", 0.5)
    begun = time.process_time()
    yield
    assert time.process_time() - begun < CPU


ASKED: dict[str, Callable[[], object]] = {
    "invariants of nested fractions": lambda: differential_invariants([VectorField({X: nested(4)})], SPACE, 2, budget=0.2),
    "invariants of a tower of tangents": lambda: differential_invariants([VectorField({X: tower(8)})], SPACE, 2, budget=0.2),
    "invariants in many fields": lambda: differential_invariants(*many(300), 1, budget=0.2),
    "conservation laws of nested fractions": lambda: conservation_laws(SPACE, [U[T] - U[X, X] * nested(5)], budget=0.2),
    "a declared symmetry of nested fractions": lambda: System(
        "h", unknowns=[U], symmetry=[VectorField({X: nested(4)})], law=[U[T] - U[X, X]]
    ),
    "a reduction by nested fractions": lambda: reduce_by(SPACE, [U[T] - U[X, X]], [VectorField({X: nested(4)})], budget=0.2),
}


@pytest.mark.parametrize("asked", ASKED)
def test_what_is_too_large_is_undecided_in_time(asked: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(declared, "CHECK_SECONDS", 0.5)
    with pytest.raises(Undecided, match=r"not decided in 0\.[25] s|budget"):
        ASKED[asked]()


def test_a_check_that_does_not_end_leaves_the_rest_of_the_answer() -> None:
    try:
        found = point_symmetries(SPACE, [wide(40)], budget=1.0)
    except Undecided as error:
        assert "the point symmetries: not decided in 1 s" in str(error)
    else:
        assert not found.complete
        assert "the budget ended before some candidates were checked" in found.note


@pytest.mark.parametrize("command", ["invariants", "symmetries", "conserve", "algebra"])
def test_commands_that_read_a_system_end_in_their_budget(command: str, tmp_path: Path) -> None:
    file = tmp_path / "h.toml"
    law = 'equations = ["u_t - u_xx"]\n[[symmetry]]\nx = "1/(1/(1/(1/(u+1)+1)+1)+1)"\n'
    file.write_text('name = "h"\ncoordinates = ["t", "x"]\nfields = { u = ["t", "x"] }\n' + law)
    done = CliRunner().invoke(app, [command, str(file), "--budget", "0.3"])
    assert done.exit_code == 1
    assert "not decided in 0.3 s" in done.stderr
