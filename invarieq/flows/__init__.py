"""Finite flows exp(εv): on points, jets and solutions, in closed form where there is one, by numbers otherwise."""

from invarieq.flows.flow import Flow, flow
from invarieq.flows.numeric import Moved

__all__ = ["Flow", "Moved", "flow"]
