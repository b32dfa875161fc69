"""Claim: further equations of the literature have their known dimensions and families, with symbolic parameters too.

Sources beside the cases. LO: the classifications of second- and third-order equations by Lie, as in Olver, Equivalence, Invariants and
Symmetry (1995), table 7, and Ibragimov (ed.), CRC Handbook of Lie Group Analysis 1–3 (1994–96), where most of the other results are.
"""

from __future__ import annotations

import pytest
import sympy as sp
from symmetry_cases import Case, equation
from test_known_symmetry_algebras_are_found_whole import found, jets_at_a_point

from invarieq.jets import VectorField
from invarieq.symmetry.families import Family
from invarieq.symmetry.verify import is_symmetry

ORDINARY = [  # (equations, parameters, dimension); x is the variable
    (["y_xx + y_x**2"], "", 8),  # exp(y) is linear
    (["y_xx + 2*b*y_x + a**2*y"], "a b", 8),  # damped oscillator
    (["y_xx + a*y"], "a", 8),
    (["y_xx + 0.5*y_x + 4*y"], "", 8),
    (["x**2*y_xx + y"], "", 8),  # Euler, complex irrational exponents
    (["x**2*y_xx + a*x*y_x + b*y"], "a b", 8),
    (["y_xx - y**n"], "n", 2),
    (["y_xx + a*y_x + b*y**n"], "a b n", 1),
    (["y_xx + x**m*y**n"], "m n", 1),  # Emden–Fowler, generic
    (["y_xx - x**(-n - 3)*y**n"], "n", 2),  # its special exponents: Leach 1985
    (["y_xx - x**(-15/7)*y**2"], "", 2),
    (["y_xx - x**(-20/7)*y**2"], "", 2),
    (["y_xx + y_x/x + exp(y)"], "", 2),
    (["y_xx - y_x**n"], "n", 3),  # LO
    (["y_xx - exp(y_x)"], "", 3),  # LO
    (["x*y_xx - y_x**3 + y_x/2"], "", 3),  # LO: sl(2)
    (["y_xx - 6*y*y_x + 4*y**3 - C*(y_x - y**2)**(3/2)"], "C", 3),  # LO: sl(2)
    (["y_xx + 3*y*y_x + y**3 + w**2*y"], "w", 8),  # Chandrasekar, Senthilvelan & Lakshmanan 2005
    (["y_xx + 3*a*y_x + 2*a**2*y + b*y**3"], "a b", 2),  # Duffing with the friction that is integrable
    (["y_xx + sin(y)"], "", 1),
    (["y_xx - 6*y**2 - x"], "", 0),  # Painlevé I
    (["y_xxx + y_x"], "", 7),
    (["y_xxx - a**3*y"], "a", 5),
    (["y_xxxx + 10*y_xx + 9*y"], "", 8),  # the square of the square of y'' + y: maximal
    (["y_xxxx + y"], "", 6),
    (["y_xxxx - a**4*y"], "a", 6),
    (["y_x*y_xxx - 3/2*y_xx**2 - 2*y_x**4"], "", 6),  # Schwarzian of tan: sl(2) + sl(2)
    (["(1 + y_x**2)*y_xxx - 3*y_x*y_xx**2"], "", 6),  # circles: so(3, 1)
    (["y_x*y_xxx - 3*y_xx**2"], "", 7),  # x'''(y) = 0
    (["y_xxx - y_xx**n"], "n", 4),  # LO
    (["y_xxx - 2*y*y_xx + 3*y_x**2 - a*(6*y_x - y**2)**2"], "a", 3),  # Chazy XII
    (["9*y_xx**2*y_xxxxx - 45*y_xx*y_xxx*y_xxxx + 40*y_xxx**3"], "", 8),  # Monge's conics: sl(3)
    (["y_xxx + y*y_xx/2"], "", 2),  # Blasius
]
SYSTEMS = [  # (fields, equations, parameters, dimension); t is the variable
    ("x y", ["x_tt + a**2*x", "y_tt + b**2*y"], "a b", 7),
    ("x y", ["x_tt - B*y_t", "y_tt + B*x_t"], "B", 15),  # charge in a magnetic field: sl(4)
    ("x y", ["x_tt + 2*x - y", "y_tt + 2*y - x"], "", 7),
    ("x y z", ["x_tt", "y_tt", "z_tt"], "", 24),  # sl(5)
    ("x y", ["x_tt + x/(x**2 + y**2)**2", "y_tt + y/(x**2 + y**2)**2"], "", 4),
    ("x y", ["x_tt - 2/(x - y)**3", "y_tt + 2/(x - y)**3"], "", 6),  # Calogero
    ("x y z", ["x_tt + exp(x - y)", "y_tt - exp(x - y) + exp(y - z)", "z_tt - exp(y - z)"], "", 5),  # Toda
    ("x y", ["x_tt + x + 2*x*y", "y_tt + y + x**2 - y**2"], "", 1),  # Hénon & Heiles
]
PARTIAL = [  # (coordinates, equation, parameters, dimension, families)
    ("t x", "u_t + a*u*u_x + b*u_xxx + c*u_x", "a b c", 4, 0),
    ("t x", "u_t + a*u*u_x + b*u**2*u_x + u_xxx", "a b", 3, 0),  # Gardner
    ("t x", "u_t + u*u_x + u_xxx + u/(2*t)", "", 4, 0),  # cylindrical KdV
    ("t x", "u_t + u*u_x + u_xxx + u/t", "", 3, 0),  # spherical KdV: log(t)
    ("t x", "u_t - u_txx + 4*u**2*u_x - 3*u*u_x*u_xx - u**2*u_xxx", "", 5, 0),  # Novikov: Bozhkov, Freire & Ibragimov 2014
    ("t x", "u_t - u_txx + 2*k*u_x + 3*u*u_x - 2*u_x*u_xx - u*u_xxx", "k", 3, 0),  # Camassa & Holm
    ("t x", "u_t + u_xxxxx + 10*u*u_xxx + 25*u_x*u_xx + 20*u**2*u_x", "", 3, 0),  # Kaup & Kupershmidt
    ("t x y", "u_t + u*u_x + u_xxx + u_xyy", "", 5, 0),
    ("t x y", "u_tx + u_x**2 + u*u_xx + u_yy", "", 1, 3),  # Khokhlov & Zabolotskaya
    ("t x", "u_t - D*u_xx - k*x*u_x - k*u", "D k", 6, 1),  # Ornstein & Uhlenbeck
    ("t x", "u_t - u_xx - x*u", "", 6, 1),
    ("t x", "u_t - u_xx - x**2*u", "", 6, 1),
    ("t x", "u_t - u_xx - u/x**2", "", 4, 1),  # Lie 1881
    ("t r", "u_t - u_rr - 2*u_r/r", "", 6, 1),
    ("t x", "u_t - x**2*u_xx", "", 6, 1),
    ("t x", "u_t - u**n*u_xx - n*u**(n - 1)*u_x**2 - u**m", "n m", 3, 0),  # Dorodnitsyn 1982, as the next ones
    ("t x", "u_t - u**(-4/3)*u_xx + 4/3*u**(-7/3)*u_x**2 + u**(-1/3)", "", 5, 0),
    ("t x", "u_t - u**(-4/3)*u_xx + 4/3*u**(-7/3)*u_x**2 - u", "", 5, 0),
    ("t x", "u_t - exp(u)*u_xx - exp(u)*u_x**2 - 1", "", 4, 0),
    ("t x", "u_t - u_xx - a*u*log(u)", "a", 4, 0),
    ("t x", "u_t - u_xx/u_x**2", "", 6, 1),  # a hodograph of the heat equation
    ("t x", "u_t*(1 + u_x**2) - u_xx", "", 5, 0),  # curve shortening
    ("t x y", "u_t - u_xx/u - u_yy/u + u_x**2/u**2 + u_y**2/u**2", "", 2, 1),  # Ricci flow in the plane: conformal maps
    ("t x", "u_t + u**n*u_xxxx + n*u**(n - 1)*u_x*u_xxx", "n", 4, 0),  # thin film
    ("t x", "u_tt - u_xx - u**n", "n", 4, 0),
    ("t x y", "u_tt - u_xx - u_yy - u**5", "", 10, 0),  # conformal power in 2+1
    ("t x y z", "u_tt - u_xx - u_yy - u_zz - u**3", "", 15, 0),  # conformal power in 3+1
    ("x y", "u_xx + u_yy - k*exp(a*u)", "k a", 0, 1),  # Liouville
    ("t r", "u_tt - u_rr - 2*u_r/r", "", 1, 3),  # f(r ± t)/r
    ("x y", "u_xx + u_yy + 1", "", 1, 2),
    ("x y", "y*u_xx + u_yy", "", 4, 1),  # Tricomi
    ("x y", "(1 + u_y**2)*u_xx - 2*u_x*u_y*u_xy + (1 + u_x**2)*u_yy", "", 7, 0),  # minimal surfaces
    ("x y", "u_xx*u_yy - u_xy**2 - 1", "", 9, 0),
    ("x y z", "u_x**2 + u_y**2 + u_z**2 - 1", "", 15, 0),  # eikonal: conformal group of 3+1
    ("t x", "u_t + u_x**2/2 + x**2/2", "", 10, 0),  # Hamilton–Jacobi of the oscillator
    ("t x", "u_tx - u - u*u_x**2 - u**2*u_xx/2", "", 3, 0),  # short pulse
    ("x y", "u_y*u_xy - u_x*u_yy - u_yyy", "", 4, 1),  # boundary layer
    ("t x y", "u_ty + u_y*u_xy - u_x*u_yy - u_yyy", "", 5, 1),  # unsteady: a function of t and x
    ("t x y", "u_tx + 3/2*u_x*u_xx + u_xxxx/4 + 3/4*u_yy", "", 0, 5),  # potential KP
    ("t x", "u_tt + u_t - u_xx", "", 4, 1),
    ("zeta Q", "u_zeta + gamma*u*u_Q - beta*u_Q_Q", "gamma beta", 5, 0),  # names of functions, coordinates of several letters
]
PARTIAL_SYSTEMS = [  # (coordinates, fields, equations, parameters, dimension, families)
    ("t x", "u v", ["u_t + v_xx - x**2*v", "v_t - u_xx + x**2*u"], "", 7, 1),  # Niederer 1973
    ("t x", "u v", ["u_t + v_xx + (3*u**2 + v**2)*u_x + 2*u*v*v_x", "v_t - u_xx + (u**2 + 3*v**2)*v_x + 2*u*v*u_x"], "", 4, 0),
    ("t x", "u v", ["u_t + u_xxx + 6*u*u_x + 2*v*v_x", "v_t + 2*u*v_x + 2*v*u_x"], "", 3, 0),  # Ito
    ("t x", "u v", ["u_t + u*u_x + v_x", "v_t + u*v_x + v*u_x + u_xxx"], "", 4, 0),  # Broer & Kaup
    ("t x y", "u v", ["u_t + u*u_x + v*u_y - u_xx - u_yy", "v_t + u*v_x + v*v_y - v_xx - v_yy"], "", 8, 0),
    ("t x y", "u v", ["u_t + u*u_x + v*u_y - u_yy", "u_x + v_y"], "", 5, 1),  # Prandtl: f(t, x)
    ("t x", "h u", ["h_t + u*h_x + h*u_x", "u_t + u*u_x + h_x - h**2*(u_txx + u_x*u_xx + u*u_xxx - 2*u_x*u_xx)/3"
                    " - h*h_x*(u_tx + u*u_xx - u_x**2)"], "", 4, 0),  # Green & Naghdi: Bagderina & Chupakhin 2005
    ("t x", "u v", ["u_t - d*u_xx - A + (B + 1)*u - u**2*v", "v_t - D*v_xx - B*u + u**2*v"], "A B d D", 2, 0),  # Brusselator
    ("t x", "u v", ["u_t - u_xx + chi*u*v_xx + chi*u_x*v_x", "v_t - v_xx - u"], "chi", 4, 0),  # Keller & Segel
    ("x y", "u", ["u_xx", "u_xy", "u_yy"], "", 15, 0),  # planes: sl(4)
    ("t x", "u v", ["u_t + u_x - m*v", "v_t - v_x + m*u"], "m", 4, 1),  # Dirac
]  # fmt: skip


def cases() -> list[tuple[Case, int, int]]:
    result = [(equation("x", "y", law, "", p), n, 0) for law, p, n in ORDINARY]
    result += [(equation("t", fields, law, "", p), n, 0) for fields, law, p, n in SYSTEMS]
    result += [(equation(x, "u", [law], "", p), n, m) for x, law, p, n, m in PARTIAL]
    return result + [(equation(x, u, law, "", p), n, m) for x, u, law, p, n, m in PARTIAL_SYSTEMS]


@pytest.mark.parametrize(("case", "dimension", "families"), cases(), ids=lambda c: c.name[:40] if isinstance(c, Case) else None)
def test_the_known_dimension_and_families(case: Case, dimension: int, families: int) -> None:
    answer = found(case)
    assert (answer.dimension, len(answer.families), answer.complete) == (dimension, families, True), answer.note


MEMBERS = [  # (coordinates, fields, equations, known generators) of infinite algebras and of those with functions
    ("t x y", "u v", ["u_t + u*u_x + v*u_y - u_yy", "u_x + v_y"], [{"y": "x**2*t**2", "v": "2*x**2*t + 2*x*t**2*u"}]),
    ("t x y", "u", ["u_ty + u_y*u_xy - u_x*u_yy - u_yyy"], [{"y": "3*x**2*t", "u": "-x**3"}]),
    ("t r", "u", ["u_tt - u_rr - 2*u_r/r"], [{"t": "2*t*r", "r": "t**2 + r**2", "u": "-u*(t**2 + r**2)/r"}, {"u": "exp(t - r)/r"}]),
    ("t x", "u", ["u_t - u_xx - x*u"], [{"x": "2*t", "u": "(t**2 - x)*u"}]),
    ("x", "y", ["x**2*y_xx + y"], [{"y": "sqrt(x)*cos(sqrt(3)/2*log(x))"}]),
]  # fmt: skip


@pytest.mark.parametrize(("coordinates", "fields", "law", "known"), MEMBERS, ids=lambda c: str(c)[:30])
def test_known_members_lie_in_what_is_found(coordinates: str, fields: str, law: list[str], known: list[dict[str, str]]) -> None:
    case = equation(coordinates, fields, law)
    answer = found(case)
    members = [VectorField({case.space.names[z]: case.read(c) for z, c in g.items()}) for g in known]
    assert answer.complete
    assert all(is_symmetry(v, answer.equations) for v in members)
    ours, with_theirs = jets_at_a_point(answer, members)
    assert with_theirs == ours


def test_a_function_of_two_variables_is_one_family() -> None:
    answer = found(equation("t x y", "u", ["u_ty + u_y*u_xy - u_x*u_yy - u_yyy"]))
    (family,) = answer.families
    assert isinstance(family, Family)
    assert [str(a) for a in family.arguments[0]] == ["t", "x"]
    assert not family.conditions


def test_generators_do_not_depend_on_the_sign_of_a_root() -> None:
    case = equation("t", "y", ["y_tt + 2*b*y_t + a**2*y"], "", "a b")
    a, b = case.space.parameters
    root, w = sp.sqrt(a**2 - b**2), sp.Dummy("w", real=True)
    for v in found(case).generators:
        for _, component in v.components:
            at = component.subs(root, w)
            assert sp.expand(at - at.subs(w, -w)) == 0


def test_a_leading_derivative_that_cannot_be_one_is_replaced() -> None:
    answer = found(equation("t x", "u", ["u_t + u_x + u*u_x - u_txx"], "u_t"))
    assert [str(s) for s in answer.equations.leading] == ["u_txx"]
    assert (answer.dimension, answer.complete) == (3, True)
