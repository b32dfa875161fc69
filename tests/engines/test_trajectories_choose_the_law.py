"""Claim: where the weak form errs, likelihood on the trajectories finds the law, with honest errors, and nothing blows up."""

from __future__ import annotations

import numpy as np
import pytest
import sympy as sp
import xarray as xr
from asked import find, truth_of
from scipy.integrate import solve_ivp

from invarieq import Field, Grid, Simulation, System, Terms, coordinates, load_system, translation
from invarieq.data import Dataset, add_noise, simulate
from invarieq.data.clean.coarsen import block_means, block_size
from invarieq.data.records import prepare
from invarieq.discovery.discover import discover
from invarieq.engines.trajectories.dynamics import dynamics
from invarieq.engines.trajectories.refine import Refinement, refine
from invarieq.engines.trajectories.shooting import inaccuracy, merged, shoot, windows
from invarieq.engines.trajectories.variational import Lanes, flow
from invarieq.engines.weak.path import threshold_path
from invarieq.engines.weak.sparse import measure, solve
from invarieq.space import Library
from invarieq.space.searchspace import SearchSpace

(t,) = coordinates("t")
x, y = Field("x", t), Field("y", t)


def van_der_pol(count: int = 2, points: int = 601) -> System:
    """x' = y, y' = (1 − x²) y − x."""
    return System(
        "van_der_pol",
        [x, y],
        symmetry=[translation(t)],
        law=[x[t] - y.symbol, y[t] - (1 - x.symbol**2) * y.symbol + x.symbol],
        simulation=Simulation(Grid({t: (0, 12, points)}), {x: [1, -0.5, 2, 0.3][:count], y: [0, 1, 1, -1][:count]}),
        terms=Terms(degree=3),
    )


def asked(system: System, data: Dataset) -> tuple[Library, tuple[int, ...], Refinement | None]:
    """(library, support of the weak form, what the trajectories make of it)."""
    library = SearchSpace(system).library()
    pieces = prepare(data, system.space).segments
    measurement = measure(library, pieces, seed=0)
    selection, _ = solve(library, measurement, threshold_path)
    return library, selection.chosen.support, refine(library, measurement, selection, pieces, seed=0)


def test_the_trajectories_mend_what_the_weak_form_gets_wrong() -> None:
    """An epidemic with 25 % noise without its symmetry: 60 candidates, 8 true terms."""
    system = System("seir", load_system("seir").unknowns, symmetry=[translation(t)], terms=Terms(degree=2))
    data = add_noise(simulate(load_system("seir")), 0.25, 0)
    library, before, found = asked(system, data)
    assert found is not None and found.changed and found.summary.changed
    s, e, i, _ = (f.symbol for f in system.unknowns)
    true = {(0, sp.S.One), (0, s * i), (1, s * i), (1, e), (2, e), (2, i), (3, i), (3, sp.S.One)}

    def named(support: tuple[int, ...]) -> set[tuple[int, sp.Expr]]:
        return {(a, side) for k in support for a, side in enumerate(library.terms[k]) if side != 0}

    assert named(before) != true
    assert named(found.selection.chosen.support) == true
    assert min(found.stability.inclusion) > 0.5 and 0.8 < found.dispersion < 1.2


def test_standard_errors_cover_the_truth() -> None:
    """Over four draws at 10 % noise the deviations in standard errors have an rms between 0.6 and 1.6."""
    system = van_der_pol(2, 301)
    clean, deviations = simulate(system), []
    true = {(0, y.symbol): 1.0, (1, y.symbol): 1.0, (1, x.symbol): -1.0, (1, x.symbol**2 * y.symbol): -1.0}
    for seed in range(4):
        library, _, found = asked(system, add_noise(clean, 0.1, seed))
        assert found is not None
        fit = found.selection.chosen
        rows = zip(fit.support, fit.coefficients, fit.errors, strict=True)
        for k, c, error in rows:
            a, side = next((a, side) for a, side in enumerate(library.terms[k]) if side != 0)
            deviations.append((c - true[a, side]) / error)
    assert len(deviations) == 16
    assert 0.6 < np.sqrt(np.mean(np.square(deviations))) < 1.6


def test_equal_data_give_equal_answers() -> None:
    system = van_der_pol(1, 301)
    data = add_noise(simulate(system), 0.1, 3)
    first, second = (find(system, data, seed=3) for _ in range(2))
    assert first == second
    assert first.trajectories is not None and first.trajectories.misfit < 1.3


def test_a_law_that_blows_up_is_a_bad_law_and_no_error() -> None:
    system = van_der_pol(1, 301)
    library = SearchSpace(system).library()
    law = dynamics(library)
    assert law is not None
    cubic = next(k for k, term in enumerate(library.terms) if term[0] == x.symbol**3)
    pieces = prepare(add_noise(simulate(system), 0.1, 0), system.space).segments
    data = windows(pieces, 2, 301)
    assert shoot(law, (cubic,), np.array([50.0]), data) is None  # x' = 50 x³ is infinite at 1/(100 x₀²)
    assert shoot(law, (cubic,), np.array([1e-3]), data) is not None


def test_sensitivities_are_derivatives_of_the_flow() -> None:
    """Against differences of trajectories by another integrator, a thousand times more accurate."""
    library = SearchSpace(van_der_pol()).library()
    law = dynamics(library)
    assert law is not None
    wanted = [(0, y.symbol), (1, x.symbol), (1, y.symbol), (1, x.symbol**2 * y.symbol)]
    support = [next(k for k, term in enumerate(library.terms) if term[a] == side) for a, side in wanted]
    start, coefficients = np.array([1.0, 0.5]), np.array([1.0, -1.0, 1.0, -1.0])
    lanes = Lanes(start[:, None], np.zeros(1), np.array([0.05]))
    found = flow(law, support, coefficients, lanes, 41, substeps=8)
    assert found.sensitivities is not None

    def end(parameters: np.ndarray) -> np.ndarray:
        a, b, c, d = parameters[:4]
        rate = lambda _, s: [a * s[1], b * s[0] + c * s[1] + d * s[0] ** 2 * s[1]]  # noqa: E731
        return solve_ivp(rate, (0, 2), parameters[4:], "DOP853", rtol=1e-12, atol=1e-12).y[:, -1]

    point = np.concatenate([coefficients, start])
    assert np.allclose(found.states[-1, :, 0], end(point), atol=1e-7)
    for k in range(6):
        shift = 1e-5 * np.eye(6)[k]
        slope = (end(point + shift) - end(point - shift)) / 2e-5
        assert np.allclose(found.sensitivities[-1, :, k, 0], slope, atol=1e-5)


def test_blocks_lose_nothing_that_noise_has_left() -> None:
    times = np.arange(0, 40, 0.002)
    wave = np.sin(times)
    noisy = wave + np.random.default_rng(0).standard_normal(len(times))
    size = block_size([[noisy]], [1.0], unbiased=True)
    assert 20 < size < 120  # between 0.04 and 0.24 radians
    assert np.max(np.abs(block_means(wave, size) - np.sin(block_means(times, size)))) < 0.25 / np.sqrt(size)
    assert block_size([[wave]], [1e-12], unbiased=True) == 1


@pytest.mark.parametrize("parts", [2, 3, 5])
def test_joined_windows_hold_every_sample_once(parts: int) -> None:
    system = van_der_pol(2, 301)
    pieces = prepare(add_noise(simulate(system), 0.02, 0), system.space).segments
    short = windows(pieces, 2, len(pieces[0].grids[0]) // parts)
    joined = short
    while len(joined.times) > 2:
        joined = merged(joined)
    whole = windows(pieces, 2, len(pieces[0].grids[0]))
    assert np.array_equal(joined.values, whole.values) and np.array_equal(joined.times, whole.times)
    assert np.array_equal(joined.starts, whole.starts)


def test_steps_are_as_short_as_the_noise_asks() -> None:
    """Halving the step changes nothing: what the integration leaves out of χ² is far below one."""
    system = van_der_pol(1, 301)
    library, _, found = asked(system, add_noise(simulate(system), 0.01, 0))
    law = dynamics(library)
    assert found is not None and law is not None
    pieces = prepare(add_noise(simulate(system), 0.01, 0), system.space).segments
    fit = found.selection.chosen
    shot = shoot(law, fit.support, fit.coefficients, windows(pieces, 2, found.samples))
    assert shot is not None and inaccuracy(law, shot)[0] < 1.0


def test_a_kept_total_is_found_in_short_vectors() -> None:
    """With S + E + I + R kept as a symmetry the true law has four terms, found among vectors that depend on each other."""
    system = load_system("seir")
    library = SearchSpace(system).library()
    assert library.restricted == 34 and library.further > 0
    found = find(system, add_noise(simulate(system), 0.05, 0))
    assert truth_of(system, found.law).recovered and len(found.law.coefficients) == 4


def test_noise_that_grows_with_the_values_is_weighted() -> None:
    """y' = y with 5 % multiplicative noise: the error is near that of the logarithms, where the noise is uniform."""
    system = System("growing", [y], symmetry=[translation(t)], terms=Terms(degree=2), law=[y[t] - y.symbol])
    generator = np.random.default_rng(5)
    times = np.linspace(0, 3, 121)
    pieces = [
        xr.Dataset({"y": ("t", start * np.exp(times) * (1 + 0.05 * generator.standard_normal(121)))}, coords={"t": times})
        for start in generator.uniform(0.2, 1.0, 20)
    ]
    _, _, found = asked(system, Dataset(tuple(pieces), frozenset(), "growing"))
    assert found is not None
    fit = found.selection.chosen
    bound = 0.05 / np.sqrt(20 * np.sum((times - times.mean()) ** 2))  # of a straight line through each logarithm
    assert fit.support == (next(k for k, v in enumerate(SearchSpace(system).library().terms) if v[0] == y.symbol),)
    assert 0.8 * bound < fit.errors[0] < 1.4 * bound and abs(fit.coefficients[0] - 1) < 4 * bound


@pytest.mark.parametrize("size", [0.2, 0.3])
def test_what_follows_only_short_pieces_is_no_explanation_where_the_weak_form_speaks_against_it(size: float) -> None:
    """x_t = c·x² follows eight noisy samples at a time and leaves more of x_t than there is; the law is of second order."""
    times = np.linspace(0, 20, 400)
    noisy = np.exp(-0.1 * times) * np.cos(times) + size * np.random.default_rng(0).standard_normal(len(times))
    found = discover(data={"t": times, "x": noisy})
    assert found.best.verdict.status == "explained"
    assert [str(s) for s in found.law.leading] == ["x_tt"]
    assert str(found.law.right[0]) == "c1*x + c2*x_t"
    for coefficient, true in zip(found.law.coefficients, (-1.01, -0.2), strict=True):
        assert abs(coefficient.value - true) < 3 * coefficient.error
