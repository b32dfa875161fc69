"""Systems: what the user knows, in Python and in TOML."""

from invarieq.system.load import load_system, shipped_systems
from invarieq.system.simulation import Grid, Simulation
from invarieq.system.system import System, Terms
from invarieq.system.toml import read_toml, write_toml

__all__ = ["Grid", "Simulation", "System", "Terms", "load_system", "read_toml", "shipped_systems", "write_toml"]
