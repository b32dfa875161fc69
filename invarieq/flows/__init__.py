"""Finite flows exp(εv): on points, jets and solutions, in closed form where there is one, by numbers otherwise."""

from invarieq.flows.flow import Flow, flow
from invarieq.flows.numeric import Moved
from invarieq.flows.prolonged import move_jets, prolonged_flow
from invarieq.flows.solutions import Solution, move_solution

__all__ = ["Flow", "Moved", "Solution", "flow", "move_jets", "move_solution", "prolonged_flow"]
