"""Claim: what a user knows of a law, terms with their numbers or ranges of coefficients, holds in what is found, or is refused."""

from __future__ import annotations

from typing import Any

import pytest
import sympy as sp
from asked import answer_to, find, recovered, truth_of

from invarieq import Field, System, Terms, coordinates, galilean_boost, load_system, rotation, translation
from invarieq.budget import Meter
from invarieq.data import Dataset, add_noise, simulate
from invarieq.data.records import Records, prepare
from invarieq.discovery.discover import discover
from invarieq.engines.engine import run
from invarieq.engines.found import Found, Refused
from invarieq.errors import DeclarationError
from invarieq.jets import substitute
from invarieq.law import Law
from invarieq.progress import Progress
from invarieq.space.searchspace import SearchSpace
from invarieq.system.system import changed

t, x = coordinates("t x")
u = Field("u", t, x)
H, L = Field("H", t), Field("L", t)
SHIFTS = [translation(t), translation(x)]
ADVECTION = {u: -6 * u * u[x]}
SIGNS = {(H, H): (0, None), (H, H * L): (None, 0), (L, L): (None, 0), (L, H * L): (0, None)}


@pytest.fixture(scope="module")
def data() -> dict[str, Dataset]:
    return {name: simulate(load_system(name)) for name in ("kdv", "heat", "lotka_volterra")}


def knowing(name: str, *, symmetry: list[Any] | None = None, **terms: Any) -> System:
    """A shipped system with what is known of its law."""
    system = load_system(name)
    return changed(system, terms=Terms(**terms), symmetry=system.symmetry if symmetry is None else symmetry)


def coefficient(law: Law, monomial: sp.Expr, equation: int = 0) -> float:
    """The fitted coefficient of a monomial in an equation solved for its leading derivative."""
    values = {c.symbol: sp.Float(c.value) for c in law.coefficients}
    return float(sp.expand(substitute(law.right[equation], values)).as_coefficients_dict()[monomial])


@pytest.mark.parametrize("noise", [0.0, 0.01])
def test_beside_the_advection_of_kdv_only_dispersion_is_sought(data: dict[str, Dataset], noise: float) -> None:
    answer = discover(knowing("kdv", symmetry=SHIFTS, order=3, known=ADVECTION), add_noise(data["kdv"], noise, 1))
    assert recovered(answer)
    assert len(answer.law.coefficients) == 1
    assert answer.law.right[0].coeff(u * u[x]) == -6  # exact, not fitted
    assert answer.law.right[0].has(u[x, x, x])
    assert "6*u*u_x" in repr(answer)


def test_known_terms_stand_beside_a_symmetry_that_admits_them(data: dict[str, Dataset]) -> None:
    boost = [*SHIFTS, galilean_boost(t, x, u, rate=6)]
    assert recovered(discover(knowing("kdv", symmetry=boost, order=3, known=ADVECTION), data["kdv"]))
    refused = answer_to(knowing("kdv", symmetry=boost, order=3, known={u: -5 * u * u[x]}).searchable(), data["kdv"])
    assert isinstance(refused, Refused)
    assert "that holds the known terms (-5*u*u_x in u_t) can admit 'Galilean boost in x'" in refused.reason


def test_a_law_that_is_known_whole_is_found_to_be_whole(data: dict[str, Dataset]) -> None:
    system = knowing("heat", symmetry=SHIFTS, order=3, degree=2, known={u: u[x, x]})
    for noise in (0.0, 0.05):
        found = find(system, add_noise(data["heat"], noise, 1))
        assert found.explains
        assert found.size == 0
        assert found.law.right == (u[x, x],)


def test_known_terms_of_another_derivative_are_refused(data: dict[str, Dataset]) -> None:
    answer = answer_to(knowing("heat", known={u[t, t]: u[x, x]}), data["heat"])
    assert isinstance(answer, Refused)
    assert answer.reason == "terms.known says what u_tt is, and a law for u_t is sought"


@pytest.mark.parametrize("engine", ["sparse", "stlsq"])
def test_a_coefficient_never_leaves_its_range(data: dict[str, Dataset], engine: str) -> None:
    wrong = knowing("heat", symmetry=SHIFTS, order=2, degree=2, bounds={(u, u[x, x]): (None, 0)})
    for noise in (0.0, 0.02):
        answer = answer_to(wrong, add_noise(data["heat"], noise, 1), engine=engine)
        if isinstance(answer, Found):
            assert not (answer.explains and noise == 0)
            assert all(coefficient(law, u[x, x]) <= 0 for law in answer.laws)


def test_a_term_whose_sign_is_forbidden_is_said_to_be_left_out(data: dict[str, Dataset]) -> None:
    wrong = knowing("heat", symmetry=SHIFTS, order=2, degree=1, bounds={(u, u[x, x]): (None, 0)})
    found = find(wrong, data["heat"])
    assert not found.explains
    assert "u_xx is left out of u_t: its coefficient stands at its bound 0" in found.remarks


def test_a_bound_that_holds_a_coefficient_back_is_said(data: dict[str, Dataset]) -> None:
    bounded = knowing("heat", symmetry=SHIFTS, order=2, degree=1, bounds={(u, u[x, x]): (0, 0.999)})
    found = find(bounded, add_noise(data["heat"], 0.02, 1))
    (c,) = found.law.coefficients
    assert c.value == pytest.approx(0.999, rel=1e-12)
    assert (c.error, c.rounded) == (0.0, sp.Rational(999, 1000))
    assert "c1 stands at its bound 0.999" in found.remarks
    free = find(knowing("heat", symmetry=SHIFTS, order=2, degree=1, bounds={(u, u[x, x]): (0, 2)}), data["heat"])
    assert not [r for r in free.remarks if "bound" in r]


def test_signs_of_predator_and_prey_stay_right_under_heavy_noise(data: dict[str, Dataset]) -> None:
    system = knowing("lotka_volterra", degree=2, bounds=SIGNS)
    for seed in (0, 1):
        found = find(system, add_noise(data["lotka_volterra"], 0.2, seed), seed=seed)
        for (field, monomial), (low, _) in SIGNS.items():
            value = coefficient(
                found.law, sp.sympify(monomial.symbol if isinstance(monomial, Field) else monomial), [H, L].index(field)
            )
            assert value > 0 if low == 0 else value < 0
        assert truth_of(load_system("lotka_volterra"), found.law).recovered


def test_trajectories_do_not_undo_a_bound(data: dict[str, Dataset]) -> None:
    """The likelihood of the trajectories asks for 2/3 H; 0.6 is declared."""
    system = knowing("lotka_volterra", degree=2, bounds={(H, H): (0, 0.6)})
    found = find(system, add_noise(data["lotka_volterra"], 0.1, 0))
    assert all(coefficient(law, H.symbol) <= 0.6 * (1 + 1e-9) for law in found.laws)


@pytest.mark.parametrize("terms", [{"known": ADVECTION}, {"bounds": {(u, u[x, x]): (0, None)}}])
def test_an_engine_or_a_mode_that_cannot_refuses(data: dict[str, Dataset], terms: dict[str, Any]) -> None:
    system, (what,) = knowing("kdv", symmetry=SHIFTS, order=3, **terms), terms
    with pytest.raises(DeclarationError, match=f"engine 'invariants' cannot honour terms.{what} of system 'kdv'"):
        discover(system, data["kdv"], engine="invariants")
    for mode in ("auto", "relaxed"):
        with pytest.raises(DeclarationError, match=f"auto, relaxed and regularized cannot honour terms.{what}"):
            discover(system, data["kdv"], symmetry=mode)


def test_a_regularized_search_refuses(data: dict[str, Dataset]) -> None:
    system = knowing("lotka_volterra", degree=2, bounds=SIGNS)
    turned = changed(system, law=[], symmetry=[translation(t), rotation(H, L)])
    with pytest.raises(DeclarationError, match=r"auto, relaxed and regularized cannot honour terms\.bounds"):
        discover(turned, data["lotka_volterra"], symmetry="regularized")


class Stranger:
    """An engine that says nothing of what it honours."""

    name = "stranger"

    def search(self, space: SearchSpace, records: Records, *, seed: int, progress: Progress, budget: Meter) -> Found | Refused:
        return Refused(f"asked for {space.time_order}")


def test_an_engine_of_others_is_not_asked_for_what_it_does_not_honour(data: dict[str, Dataset]) -> None:
    system = knowing("kdv", symmetry=SHIFTS, known=ADVECTION)
    records = prepare(data["kdv"], system.space)
    with pytest.raises(DeclarationError, match=r"engine 'stranger' cannot honour terms\.known"):
        run(Stranger(), SearchSpace(system), records, seed=0)
    assert run(Stranger(), SearchSpace(knowing("kdv")), records, seed=0) == Refused("asked for 1")
