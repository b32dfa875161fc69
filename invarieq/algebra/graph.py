"""Algebras as graphs: which generator moves which, and how the ideals lie in one another."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from invarieq.algebra.algebra import LieAlgebra
from invarieq.algebra.radical import nilradical, radical
from invarieq.algebra.series import derived_series, lower_central_series
from invarieq.algebra.subspaces import Subspace, centre
from invarieq.algebra.tables import linear_combination
from invarieq.errors import MissingExtra
from invarieq.exact.sparse import Span
from invarieq.files import write_figure

if TYPE_CHECKING:
    import networkx as nx

    Graph = nx.DiGraph[str]


def bracket_graph(algebra: LieAlgebra) -> Graph:
    """A node for each generator, an arrow from v_j to v_k where some [v_i, v_j] holds v_k.

    Nodes carry `field` (text); arrows carry `by` (the v_i that do it) and `label`. Brackets that leave the span have no
    arrow.
    """
    import networkx as nx

    graph: Graph = nx.DiGraph()
    for label, v in zip(algebra.labels, algebra.generators, strict=True):
        graph.add_node(label, field=v.label)
    moves: dict[tuple[str, str], list[str]] = {}
    for (i, j), row in sorted(algebra.structure.items()):
        for k, c in enumerate(row):
            if c != 0:
                for actor, start in ((i, j), (j, i)):
                    moves.setdefault((algebra.labels[start], algebra.labels[k]), []).append(algebra.labels[actor])
    for (start, end), actors in moves.items():
        graph.add_edge(start, end, by=tuple(actors), label=", ".join(actors))
    return graph


def ideal_graph(algebra: LieAlgebra) -> Graph:
    """The ideals L, derived and lower central series, radical, nilradical, centre; an arrow from each to those it covers.

    Nodes carry `dimension`, `names` and `basis` (texts). Equal ideals are one node. Raises `AlgebraError` for generators
    that do not close.
    """
    import networkx as nx

    constants = algebra.constants
    named: list[tuple[str, Subspace]] = [("L", constants.units), ("0", [])]
    named += [(f"L^({k})", term) for k, term in enumerate(derived_series(constants)) if k]
    named += [(f"L^{k + 1}", term) for k, term in enumerate(lower_central_series(constants)) if k]
    soluble = radical(constants)
    named += [("rad L", soluble), ("nil L", nilradical(constants, soluble)), ("Z(L)", centre(constants))]
    spans: list[tuple[list[str], Span]] = []
    for name, vectors in named:
        span = Span(constants.domain, vectors)
        equal = next((names for names, other in spans if other.rows == span.rows), None)
        if equal is None:
            spans.append(([name], span))
        else:
            equal.append(name)
    graph: Graph = nx.DiGraph()
    for names, span in spans:
        basis = tuple(linear_combination(constants.expressions(v), algebra.labels) for v in span.basis)
        graph.add_node(" = ".join(names), names=tuple(names), dimension=span.dimension, basis=basis)
    for upper, high in spans:
        for lower, low in spans:
            if low.dimension < high.dimension and all(v in high for v in low.basis):
                graph.add_edge(" = ".join(upper), " = ".join(lower))
    return _reduced(graph)


def _reduced(graph: Graph) -> Graph:
    """Arrows that follow from others left out; nodes keep what they carry."""
    import networkx as nx

    result = nx.transitive_reduction(graph)
    result.add_nodes_from(graph.nodes(data=True))
    return result


def draw(graph: Graph, path: str | Path, *, title: str = "") -> Path:
    """Draw a graph of this file to an image (SVG, PDF or PNG by the ending), the same bytes for the same graph.

    Raises `MissingExtra` where matplotlib is not installed.
    """
    try:
        import matplotlib as mpl
        from matplotlib.figure import Figure
    except ImportError:
        raise MissingExtra("drawing an algebra", "matplotlib", "draw") from None
    import networkx as nx

    layered = all("dimension" in data for _, data in graph.nodes(data=True))
    if layered:
        layers = nx.DiGraph(graph)
        for _, data in layers.nodes(data=True):
            data["layer"] = data["dimension"]
        places = nx.multipartite_layout(layers, subset_key="layer", align="horizontal")
    else:
        places = nx.circular_layout(graph)
    target = Path(path)
    with mpl.rc_context({"svg.hashsalt": "invarieq", "svg.fonttype": "path"}):
        figure = Figure(figsize=(7, 7))
        axes = figure.add_subplot()
        axes.set_axis_off()
        axes.set_title(title, parse_math=False)
        texts = {n: f"{n}\n{_short(str(data.get('dimension', data.get('field', ''))))}" for n, data in graph.nodes(data=True)}
        nx.draw_networkx_edges(graph, places, ax=axes, node_size=1800, edge_color="0.45", connectionstyle="arc3,rad=0.08")
        nx.draw_networkx_labels(
            graph, places, texts, ax=axes, font_size=8, bbox={"fc": "white", "ec": "0.6", "boxstyle": "round"}
        )
        marks = {(a, b): d["label"] for a, b, d in graph.edges(data=True) if "label" in d}
        if marks and len(marks) <= 40:
            nx.draw_networkx_edge_labels(graph, places, marks, ax=axes, font_size=7, connectionstyle="arc3,rad=0.08")
        axes.margins(0.2)
        write_figure(target, figure, bbox_inches="tight")
    return target


def _short(text: str) -> str:
    return text if len(text) <= 28 else text[:27] + "…"
