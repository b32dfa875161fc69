"""Which coordinate is time: the one that a law is solved for, wherever the user wrote it."""

from __future__ import annotations

from invarieq.jets import Field, JetSpace, substitute, symbols_of
from invarieq.system.simulation import Simulation
from invarieq.system.system import System, changed

CLOCKS = ("t", "time", "T", "tau")


def time_first(system: System) -> System:
    """The same system with time as its first coordinate.

    Time is the coordinate of a usual name (t, time, T, tau); where none or several have one, the first coordinate is taken.
    Derivatives of the law are renamed with it (u_xt becomes u_tx).
    """
    clocks = [c for c in system.coordinates if c.name in CLOCKS]
    if len(clocks) != 1 or clocks[0] == system.coordinates[0]:
        return system
    order = (clocks[0], *(c for c in system.coordinates if c != clocks[0]))
    fields = tuple(Field(f.name, *(c for c in order if c in f.arguments)) for f in system.unknowns)
    space = JetSpace(order, fields, system.parameters)
    jets = {s: space.name(s.name) for e in (*system.law, *system.leading) for s in symbols_of(e)}
    start = system.simulation
    return changed(
        system,
        unknowns=fields,
        law=[substitute(e, jets) for e in system.law],
        leading=[space.name(s.name) for s in system.leading],
        simulation=start and Simulation(start.grid, {space.name(s.name): v for s, v in start.start}),
    )
