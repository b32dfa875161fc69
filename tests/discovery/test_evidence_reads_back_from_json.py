"""Claim: every value of a discovery is what its JSON says, and a document that says something else is refused."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

import pytest
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st
from swings import SYSTEM, data

from invarieq.data.records import Gaps
from invarieq.discovery import constraints, evidence, verdict
from invarieq.discovery.answer import Answer, Candidates, NamedExponent, TruthRecord
from invarieq.discovery.discover import discover
from invarieq.documents import from_document, to_document
from invarieq.engines import found
from invarieq.errors import ReadError
from invarieq.forecast.comparison import Beside, Comparison
from invarieq.jets import Field, JetSpace, coordinates
from invarieq.law import Coefficient, Law

(t,) = coordinates("t")
q = Field("q", t)
c = sp.Symbol("c1", real=True)
LAW = Law(JetSpace((t,), (q,)), (q[t],), (c * q.symbol,), (Coefficient(c, 0.1, 0.01, "q", 0.9, (0.05, 0.2)),), 0.5, 1)
KINDS: list[type[Any]] = [
    evidence.Generator,
    evidence.Tested,
    evidence.TestedReflection,
    evidence.AlgebraName,
    evidence.Automatic,
    evidence.Relaxed,
    evidence.Alignment,
    evidence.HeldBackLoss,
    evidence.Regularized,
    evidence.Searched,
    found.Exponent,
    found.Trajectories,
    found.RelationBasis,
    found.FunctionConstant,
    found.Relation,
    found.Relations,
    found.Found,
    found.Refused,
    verdict.Verdict,
    constraints.ConstraintRecord,
    Gaps,
    Candidates,
    NamedExponent,
    TruthRecord,
    Beside,
    Comparison,
]
PLAIN: dict[Any, st.SearchStrategy[Any]] = {
    float: st.floats(allow_nan=False, allow_infinity=False),
    int: st.integers(),
    str: st.text(max_size=8),
    bool: st.booleans(),
    NoneType: st.none(),
    Law: st.just(LAW),
}


def values(kind: Any) -> st.SearchStrategy[Any]:
    """Values of a type that evidence is made of."""
    if kind in PLAIN:
        return PLAIN[kind]
    if is_dataclass(kind):
        assert isinstance(kind, type)
        hints = get_type_hints(kind)
        return st.builds(kind, **{f.name: values(hints[f.name]) for f in fields(kind)})
    origin, inner = get_origin(kind), get_args(kind)
    if origin is Literal:
        return st.sampled_from(inner)
    if origin in (Union, UnionType):
        return st.one_of(*map(values, inner))
    if origin is Mapping:
        return st.dictionaries(values(inner[0]), values(inner[1]), max_size=2)
    assert origin is tuple, kind
    if inner[-1] is Ellipsis:
        return st.lists(values(inner[0]), max_size=2).map(tuple)
    return st.tuples(*map(values, inner))


@pytest.mark.parametrize("kind", KINDS, ids=lambda k: k.__name__)
@settings(max_examples=25, deadline=None)
@given(drawn=st.data())
def test_a_value_is_what_its_document_says(kind: type[Any], drawn: st.DataObject) -> None:
    value = drawn.draw(values(kind))
    document = json.loads(json.dumps(to_document(value), allow_nan=False))
    assert from_document(kind, document) == value


def wrong(kind: type[Any]) -> list[Any]:
    """Documents of no value of this class."""
    needed = [f.name.rstrip("_") for f in fields(kind) if f.default is MISSING and f.default_factory is MISSING]
    odd: list[Any] = [None, 7, "text", [], [1, 2], {"strange": 1}]
    return [*odd, dict.fromkeys(needed, object()), {name: [[{}]] for name in needed}] if needed else odd


@pytest.mark.parametrize("kind", KINDS, ids=lambda k: k.__name__)
def test_another_document_is_refused(kind: type[Any]) -> None:
    for document in wrong(kind):
        with pytest.raises(ReadError, match="invarieq"):
            from_document(kind, document)


@pytest.mark.parametrize("mode", ["declared", "auto", "relaxed", "regularized", "none"])
def test_an_answer_reads_back_to_the_same_document(mode: str) -> None:
    document = discover(SYSTEM, data(), symmetry=mode).to_json()
    answer = Answer.from_json(json.loads(json.dumps(document)))
    assert answer.to_json() == document
    assert json.dumps(answer.to_json()) == json.dumps(document)


def test_a_document_that_is_no_answer_is_refused() -> None:
    whole = discover(SYSTEM, data()).to_json()
    broken: list[Any] = [
        {},
        {"laws": []},
        {**whole, "laws": []},
        {**whole, "laws": 3},
        {**whole, "laws": [{}]},
        {**whole, "noise": "loud"},
        {**whole, "search_space": {"restricted": "many", "unrestricted": 1}},
        {**whole, "truth": {"recovered": "yes", "coefficient_error": None, "largest_error": None}},
        {k: v for k, v in whole.items() if k != "symmetry"},
        [],
        None,
    ]
    for document in broken:
        with pytest.raises(ReadError):
            Answer.from_json(document)
