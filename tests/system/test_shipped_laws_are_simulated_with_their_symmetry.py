"""Claim: every shipped law is simulated from its file, and the computed symmetry algebra holds the declared generators."""

from __future__ import annotations

import numpy as np
import pytest
import sympy as sp

from invarieq import Grid, Simulation, System, VectorField, load_system, point_symmetries, shipped_systems
from invarieq.data import check_dataset, simulate
from invarieq.symmetry.check import residuals
from invarieq.system.system import changed

SHORT = 0.1  # of the declared span of time
LONG_AXIS = 64
PLANE_AXIS = 24
SOLID_AXIS = 12
KNOWN = [name for name in shipped_systems() if load_system(name).law]


def smaller(system: System) -> System:
    """The same start on a coarser grid, over the beginning of the span of time, two trajectories at most."""
    simulation = system.simulation
    assert simulation is not None
    most = {2: LONG_AXIS, 3: PLANE_AXIS, 4: SOLID_AXIS}.get(len(system.coordinates), LONG_AXIS)
    axes = {}
    for symbol, start, stop, count in simulation.grid.axes:
        is_time = symbol.name == "t" and len(system.coordinates) > 1
        axes[symbol] = (start, start + (stop - start) * (sp.Float(SHORT) if is_time else 1), 9 if is_time else min(count, most))
    starts = {symbol: list(values[:2]) for symbol, values in simulation.start}
    return changed(system, simulation=Simulation(Grid(axes, sorted(simulation.grid.periodic, key=str)), starts))


@pytest.mark.parametrize("name", KNOWN)
def test_a_shipped_law_is_simulated(name: str) -> None:
    system = smaller(load_system(name))
    dataset = simulate(system)
    check_dataset(dataset, system.space)
    for segment in dataset.segments:
        assert all(np.std(segment[f.name].values) > 0 for f in system.unknowns)


def spanned(system: System, field: VectorField) -> bool:
    """Whether `field` is a combination, with constant coefficients, of the generators that are computed without its help."""
    found = point_symmetries(system.space, system.law, system.leading, budget=30)
    names = sp.symbols(f"k0:{len(found.generators)}")
    base = [*system.coordinates, *(f.symbol for f in system.unknowns)]
    conditions = []
    for symbol in base:
        mixed = sp.Add(*[k * v.component(symbol) for k, v in zip(names, found.generators, strict=True)])
        parts: dict[sp.Expr, sp.Expr] = {}
        for term in sp.Add.make_args(sp.expand(mixed - field.component(symbol))):
            number, function = term.as_independent(*base, as_Add=False)
            parts[function] = parts.get(function, sp.S.Zero) + number
        conditions += list(parts.values())
    return bool(sp.linsolve(conditions, *names) if names else not any(conditions))


@pytest.mark.parametrize("name", [n for n in KNOWN if load_system(n).space.order(load_system(n).law[0]) > 1])
def test_the_computed_algebra_holds_what_is_declared(name: str) -> None:
    system = load_system(name)
    if len(system.unknowns) > 2 or len(system.coordinates) > 2:  # minutes of symbolic work: verified by prolongation instead
        assert all(left == 0 for v in system.symmetry for left in residuals(v, system.space, system.law, system.leading))
        return
    assert all(spanned(system, v) for v in system.symmetry)


TEACHING = {
    "damped_oscillator": "rotation",
    "growth": "scaling",
    "seir": "everybody",
}


@pytest.mark.parametrize("name", TEACHING)
def test_the_symmetry_of_a_trajectory_is_computed(name: str) -> None:
    """Laws of first order have infinitely many symmetries; those without time and affine in the fields hold the declared one."""
    system = load_system(name)
    (declared,) = [v for v in system.symmetry if v.label.startswith(TEACHING[name])]
    assert spanned(system, declared)
