"""Claim: TOML and Python say the same: any system, written and read, is equal to what it was."""

from __future__ import annotations

import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from invarieq import Field, Grid, Simulation, System, Terms, VectorField, coordinates, read_toml, write_toml

t, x, long = coordinates("t x place")
a, E = sp.symbols("a E", real=True)
numbers = st.one_of(
    st.integers(-(10**45), 10**45).map(sp.Integer),
    st.fractions(max_denominator=10**20).map(lambda f: sp.Rational(f.numerator, f.denominator)),
    st.floats(-1e300, 1e300).filter(lambda v: v == 0 or abs(v) > 1e-300).map(sp.Float),
)
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)


def expressions(symbols: list[sp.Symbol]) -> st.SearchStrategy[sp.Expr]:
    """Sums of products of a number, powers and functions of the symbols."""
    power = st.tuples(st.sampled_from(symbols), st.integers(1, 4)).map(lambda p: p[0] ** p[1])
    function = st.tuples(st.sampled_from([sp.exp, sp.sin, sp.tanh, sp.Abs]), st.sampled_from(symbols)).map(lambda p: p[0](p[1]))
    product = st.tuples(numbers, st.lists(st.one_of(power, function), max_size=3)).map(lambda p: p[0] * sp.Mul(*p[1]))
    return st.lists(product, min_size=1, max_size=4).map(lambda p: sp.Add(*p))


@st.composite
def systems(draw: st.DrawFn) -> System:
    """A system in one or two coordinates, with one or two fields."""
    place = draw(st.sampled_from([x, long]))
    arguments = draw(st.sampled_from([(t,), (t, place)]))
    fields = [Field(n, *arguments) for n in draw(st.sampled_from([["u"], ["S", "I"], ["beta", "u2"]]))]
    symbols = [*arguments, *(f.symbol for f in fields), a]
    jets = [f[c] for f in fields for c in arguments] + [fields[0][arguments[-1], arguments[-1]]]
    axes = {c: (draw(st.integers(-5, 5)), draw(st.integers(6, 9)) * sp.pi, draw(st.integers(4, 50))) for c in arguments}
    start = {f: draw(st.lists(expressions([*arguments[1:], a]), min_size=2, max_size=2)) for f in fields}
    components = {
        s: draw(expressions(symbols)) for s in draw(st.sets(st.sampled_from([*arguments, *(f.symbol for f in fields)])))
    }
    return System(
        name=draw(st.from_regex(r"[A-Za-z][A-Za-z0-9_-]{0,10}", fullmatch=True)),
        unknowns=fields,
        law=[f[t] + draw(expressions(symbols + jets[-1:])) for f in fields] if not components else [],
        symmetry=[VectorField(components, name=draw(texts))] if components else [],
        parameters=[a, E],
        values={a: draw(numbers)} if draw(st.booleans()) else {},
        title=draw(texts),
        source=draw(texts),
        data=draw(st.none() | texts.filter(bool)),
        terms=Terms(
            order=draw(st.none() | st.integers(0, 9)),
            degree=draw(st.none() | st.integers(1, 9)),
            functions=tuple(draw(st.lists(expressions([fields[0].symbol]), max_size=2))),
            powers=draw(st.none() | st.lists(st.integers(-9, 9), max_size=3).map(tuple)),
        ),
        simulation=draw(st.none() | st.just(Simulation(Grid(axes, list(arguments[1:])), start))),
    )


@settings(max_examples=60, deadline=None)
@given(systems())
def test_written_and_read_it_is_the_same(system: System) -> None:
    text = write_toml(system)
    assert read_toml(text) == system
    assert write_toml(read_toml(text)) == text
