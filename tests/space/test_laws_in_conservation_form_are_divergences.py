"""Claim: `conserved` leaves exactly the total divergences in space, as the Euler operator and the rank of its matrix tell."""

from __future__ import annotations

import pytest
import sympy as sp

from invarieq import Field, JetSpace, System, Terms, coordinates, load_system, read_toml, rotations, translation, write_toml
from invarieq.conservation.euler import euler, is_divergence
from invarieq.errors import DeclarationError
from invarieq.jets import VectorField
from invarieq.space import build_library
from invarieq.space.searchspace import SearchSpace
from invarieq.system.system import changed

t, x, y = coordinates("t x y")
LAWS = ("burgers", "kdv", "shallow_water")


def space_euler(expr: sp.Expr, space: JetSpace) -> list[sp.Expr]:
    """E of a function without time derivatives (the time plays no part in it)."""
    return [e for e in euler(expr, space) if e != 0]


@pytest.mark.parametrize("name", LAWS)
def test_their_number_is_that_of_candidates_less_the_rank_of_the_euler_operator(name: str) -> None:
    system = load_system(name).searchable()
    homogeneous = changed(system, symmetry=[translation(c) for c in system.coordinates])
    free = SearchSpace(homogeneous).library()
    bound = SearchSpace(changed(homogeneous, terms=Terms(conserved=True))).library()
    monomials = sorted({e for term in free.terms for e in term if e != 0}, key=str)
    images = [euler(m, system.space) for m in monomials]
    columns = [
        {(a, n): c for a, e in enumerate(image) for n, c in sp.expand(e).as_coefficients_dict().items()} for image in images
    ]
    keys = sorted({k for column in columns for k in column}, key=str)
    rank = sp.Matrix([[column.get(k, 0) for k in keys] for column in columns]).rank()
    assert bound.restricted == free.restricted - rank * len(system.unknowns)
    assert all(is_divergence(e, system.space) for term in bound.terms for e in term)


def test_the_counts_of_the_shipped_laws() -> None:
    """Without further symmetry 18 of 26 candidates are divergences; with it one flux is left to each law."""
    counts = {}
    for name in LAWS:
        system = load_system(name).searchable()
        bound = changed(system, terms=Terms(conserved=True))
        counts[name] = tuple(SearchSpace(s).library().restricted for s in (system, bound))
    assert counts == {"burgers": (1, 1), "kdv": (1, 1), "shallow_water": (2, 1)}


def test_the_symmetry_and_the_form_together_give_the_law_of_mass() -> None:
    """The boost forces −u u_x and −u h_x, which is no divergence without −h u_x."""
    system = load_system("shallow_water").searchable()
    library = SearchSpace(changed(system, terms=Terms(conserved=True))).library()
    h, u = system.unknowns
    assert [sp.expand(e) for e in library.fixed] == [sp.expand(-h * u[x] - u * h[x]), -u * u[x]]


def test_rates_of_a_law_of_second_order_are_parameters() -> None:
    """u_tt + ∇·F(u, u_t, …) = 0: u_t u_x is no divergence, u_t u_tx is; vectors keep their covariance."""
    u = Field("u", t, x)
    line = JetSpace((t, x), (u,))
    symmetry: list[VectorField] = [translation(t), translation(x)]
    found = build_library(line, symmetry, time_order=2, order=3, degree=2, terms=Terms(conserved=True))
    flat = {term[0] for term in found.terms}
    assert u[t] * u[t, x] in flat and u[t] * u[x] not in flat
    v, w = Field("v", t, x, y), Field("w", t, x, y)
    plane = JetSpace((t, x, y), (v, w))
    symmetry = [*(translation(c) for c in (t, x, y)), *rotations((x, y), [(v, w)])]
    vectors = build_library(plane, symmetry, time_order=1, order=2, degree=2, terms=Terms(conserved=True))
    assert all(is_divergence(e, plane) for term in vectors.terms for e in term)
    assert any("(v·∇)v" in name and "(∇·v) v" in name for name in vectors.names)


def test_what_cannot_be_in_that_form_is_refused() -> None:
    u = Field("u", t, x)
    with pytest.raises(DeclarationError, match=r"expected polynomial candidates; leave out terms\.functions"):
        build_library(
            JetSpace((t, x), (u,)), [translation(t)], time_order=1, order=2, degree=2, functions=(sp.exp(u.symbol),),
            terms=Terms(conserved=True),
        )  # fmt: skip
    with pytest.raises(DeclarationError, match=r"is not in conservation form"):
        System("growing", [u], law=[u[t] - u[x, x] - u**2], terms=Terms(conserved=True))


def test_the_form_reads_back_from_toml() -> None:
    system = changed(load_system("navier_stokes"), terms=Terms(order=2, conserved=False, seek_constraints=True))
    assert read_toml(write_toml(system)) == system
    burgers = changed(load_system("burgers"), terms=Terms(conserved=True))
    assert read_toml(write_toml(burgers)) == burgers
