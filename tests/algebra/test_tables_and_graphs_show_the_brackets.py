"""Claim: tables and graphs say what the structure constants say, and a drawing has the same bytes each time."""

from __future__ import annotations

from pathlib import Path

import networkx as nx
import sympy as sp
from algebra_cases import entry, generators_of

from invarieq.algebra import bracket_graph, close_algebra, draw, ideal_graph, to_table
from invarieq.jets import Field, JetSpace, VectorField, coordinates

KDV = close_algebra(*generators_of(entry("kdv")))
HEAT = close_algebra(*generators_of(entry("heat_1d")))


def test_the_table_in_text() -> None:
    rows = [line.split("  ") for line in to_table(KDV).splitlines()]
    cells = [[cell.strip() for cell in row if cell.strip()] for row in rows]
    assert cells[0] == ["v1", "v2", "v3", "v4"]
    assert cells[1] == ["v1", "0", "0", "v2", "3*v1"]
    assert cells[4] == ["v4", "-3*v1", "-v2", "2*v3", "0"]


def test_the_table_in_latex() -> None:
    text = to_table(KDV, latex=True)
    assert text.startswith("\\begin{array}{c|cccc}") and text.endswith("\\end{array}")
    assert r"v_{1} & 0 & 0 & v_{2} & 3 v_{1}" in text
    assert text.count(r"\\") == 4


def test_brackets_that_leave_the_span_are_fields_in_the_table() -> None:
    t, x = coordinates("t x")
    space = JetSpace((t, x), (Field("u", t, x),))
    algebra = close_algebra([VectorField({t: 1}), VectorField({x: t})], space)
    assert "[∂_x]" in to_table(algebra) and "-[∂_x]" in to_table(algebra)
    assert bracket_graph(algebra).number_of_edges() == 0


def test_an_arrow_for_each_structure_constant() -> None:
    graph = bracket_graph(HEAT)
    assert set(graph) == set(HEAT.labels)
    for (i, j), row in HEAT.structure.items():
        for k, c in enumerate(row):
            for actor, start in ((i, j), (j, i)):
                by = graph.get_edge_data(HEAT.labels[start], HEAT.labels[k], {"by": ()})["by"]
                assert (HEAT.labels[actor] in by) == (c != 0) or c == 0


def test_ideals_lie_in_one_another() -> None:
    graph = ideal_graph(KDV)
    assert nx.is_directed_acyclic_graph(graph)
    dimensions = {name: data["dimension"] for _, data in graph.nodes(data=True) for name in data["names"]}
    assert {n: dimensions[n] for n in ("L", "L^(1)", "L^(2)", "L^(3)", "nil L", "rad L", "Z(L)")} == {
        "L": 4,
        "L^(1)": 3,
        "L^(2)": 1,
        "L^(3)": 0,
        "nil L": 3,
        "rad L": 4,
        "Z(L)": 0,
    }
    assert all(graph.nodes[a]["dimension"] > graph.nodes[b]["dimension"] for a, b in graph.edges)


def test_a_drawing_is_the_same_each_time(tmp_path: Path) -> None:
    for name, graph in (("brackets", bracket_graph(HEAT)), ("ideals", ideal_graph(HEAT))):
        first, second = (draw(graph, tmp_path / f"{name}{k}.svg", title="heat").read_bytes() for k in (1, 2))
        assert first == second and b"</svg>" in first


def test_coefficients_with_signs_read_well() -> None:
    from invarieq.algebra.tables import linear_combination

    a = sp.Symbol("a", real=True)
    assert linear_combination([-sp.S.One, a - 1, sp.Rational(-1, 2)], ["v1", "v2", "v3"]) == "-v1 + (a - 1)*v2 - 1/2*v3"
