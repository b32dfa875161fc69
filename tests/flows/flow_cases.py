"""Generators of classical equations, with their spaces, for the claims about flows."""

from __future__ import annotations

import functools

import sympy as sp

from invarieq.expressions import read_expression
from invarieq.flows import Flow, flow
from invarieq.jets import Field, JetSpace, VectorField

# label: (coordinates, fields, parameters, components)
CASES: dict[str, tuple[str, str, str, dict[str, str]]] = {
    "translation": ("t x", "u", "", {"t": "1"}),
    "rotation": ("x y", "u v", "", {"x": "-y", "y": "x", "u": "-v", "v": "u"}),
    "scaling with a parameter": ("x", "y", "a b", {"x": "(1-b)*x", "y": "(a+2)*y"}),
    "boost of KdV": ("t x", "u", "", {"x": "6*t", "u": "1"}),
    "Lorentz boost": ("t x", "u", "c", {"t": "x/c**2", "x": "t"}),
    "damped boost of the telegraph equation": ("t x", "u", "", {"t": "x", "x": "t", "u": "-x*u/2"}),
    "boost of the heat equation": ("t x", "u", "", {"x": "2*t", "u": "-x*u"}),
    "projective, Burgers": ("t x", "u", "", {"t": "t**2", "x": "t*x", "u": "x-t*u"}),
    "projective, heat": ("t x", "u", "", {"t": "4*t**2", "x": "4*t*x", "u": "-(x**2+2*t)*u"}),
    "projective, Schrödinger": ("t x", "u v", "", {"t": "4*t**2", "x": "4*t*x", "u": "-2*t*u-x**2*v", "v": "-2*t*v+x**2*u"}),
    "projective plane": ("x", "y", "", {"x": "x*y", "y": "y**2"}),
    "special conformal": ("t x y", "u", "", {"x": "x**2-y**2+t**2", "y": "2*x*y", "t": "2*x*t", "u": "-x*u"}),
    "conformal, Laplace": ("x y z", "u", "", {"x": "x**2-y**2-z**2", "y": "2*x*y", "z": "2*x*z", "u": "-x*u"}),
    "roots of t": ("t x", "u", "", {"t": "4*t**(3/2)", "x": "2*sqrt(t)*x", "u": "x/sqrt(t)-4*sqrt(t)*u"}),
    "logarithms, Black–Scholes": ("t x", "u", "a b c", {"t": "2*t", "x": "(log(x)+(b-a**2/2)*t)*x", "u": "2*c*t*u"}),
    "exponential shift": ("x y", "u", "", {"u": "u + exp(4*(x**2+y**2))/16"}),
    "quadratic with real roots": ("x", "y", "", {"y": "y**2-1"}),
    "quadratic without real roots": ("x", "y", "", {"y": "y**2+1"}),
    "Bernoulli": ("x", "y", "", {"y": "y**3-y"}),
    "exponential of the field": ("x", "y", "", {"y": "exp(2*y)"}),
    "hidden projective, y'' + 3yy' + y³ = 0": ("x", "y", "", {"x": "2*x**2-x**3*y", "y": "x**3*y**3-3*x**2*y**2+2*x*y"}),
    "half angles": ("x", "y", "", {"y": "sin(2*y)/2"}),
    "a first integral": ("x", "y", "", {"x": "x*y", "y": "-x*y"}),
    "spiral": ("x", "y z", "", {"y": "y/5-2*z", "z": "2*y+z/5"}),
    "Jordan block": ("x", "y z", "", {"x": "1", "y": "y+z+x", "z": "z"}),
}


def case(label: str) -> tuple[VectorField, JetSpace]:
    """The generator and its space."""
    coordinates, fields, parameters, components = CASES[label]
    places = tuple(sp.Symbol(name, real=True) for name in coordinates.split())
    space = JetSpace(
        places, tuple(Field(n, *places) for n in fields.split()), tuple(sp.Symbol(n, real=True) for n in parameters.split())
    )
    return VectorField({space.name(z): read_expression(c, space.names) for z, c in components.items()}), space


@functools.cache
def flow_of(label: str) -> Flow:
    """The flow of the generator, found once."""
    return flow(*case(label))
