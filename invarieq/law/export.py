"""A law as LaTeX, as SymPy code, as NumPy code, as JSON."""

from __future__ import annotations

import json
from collections.abc import Callable

import sympy as sp
from sympy.printing.pycode import PythonCodePrinter

from invarieq.errors import DeclarationError, suggestion
from invarieq.jets import symbols_of
from invarieq.law.certificate import Certificate
from invarieq.law.latex import latex_document
from invarieq.law.law import Law
from invarieq.law.record import law_record


def export(law: Law, to: str, certificate: Certificate | None = None) -> str:
    """The law as text; `to` is one of latex, sympy, python, json."""
    writers: dict[str, Callable[[], str]] = {
        "latex": lambda: latex_document(law, certificate),
        "sympy": lambda: _sympy(law),
        "python": lambda: _python(law),
        "json": lambda: json.dumps(law_record(law, certificate), indent=2, ensure_ascii=False) + "\n",
    }
    if to not in writers:
        raise DeclarationError(f"a law cannot be written as {to!r}{suggestion(to, writers)}")
    return writers[to]()


class _Code(PythonCodePrinter):
    """Plain arithmetic with functions of a named module; numbers with all their digits."""

    def __init__(self, module: str) -> None:
        super().__init__({"fully_qualified_modules": False})
        self.module = module

    def _print_Float(self, expr: sp.Float) -> str:
        return repr(float(expr))

    def _print_Rational(self, expr: sp.Rational) -> str:
        return f"sp.Rational({expr.p}, {expr.q})" if self.module == "sp" else f"({expr.p}/{expr.q})"

    def _print_Function(self, expr: sp.Function) -> str:  # pyright: ignore[reportIncompatibleMethodOverride, reportAssignmentType]
        names = {"asin": "arcsin", "acos": "arccos", "atan": "arctan", "Abs": "abs"} if self.module == "np" else {}
        name = type(expr).__name__
        return f"{self.module}.{names.get(name, name)}({', '.join(self._print(a) for a in expr.args)})"

    def _print_Pow(self, expr: sp.Pow, rational: bool = False) -> str:
        exponent = f"{self._print(expr.exp)}" if expr.exp.is_Integer else f"({self._print(expr.exp)})"
        return f"({self._print(expr.base)})**{exponent if not exponent.startswith('-') else f'({exponent})'}"

    # SymPy's own table of known functions would print math.sin and the like; `_print` asks for these names first
    _print_exp = _print_sin = _print_cos = _print_tan = _print_log = _print_tanh = _print_sinh = _print_cosh = _print_Function
    _print_Abs = _print_asin = _print_acos = _print_atan = _print_Function
    _print_sign = _print_Function  # pyright: ignore[reportAssignmentType]


def _used(law: Law) -> list[sp.Symbol]:
    known = {c.symbol for c in law.coefficients}
    symbols = {s for side in law.right for s in symbols_of(side)} | {f.symbol for f in law.space.fields}
    return sorted(symbols - known, key=lambda s: s.name)


def _sympy(law: Law) -> str:
    printer = _Code("sp")
    names = sorted({*_used(law), *law.leading}, key=lambda s: s.name)
    lines = ['"""A law found by invarieq, as SymPy expressions that vanish."""', "", "import sympy as sp", ""]
    lines += [f'{s.name} = sp.Symbol("{s.name}", real=True)' for s in names]
    lines += ["", "equations = ["] + [f"    {printer.doprint(e)}," for e in law.equations()] + ["]", ""]
    return "\n".join(lines)


def _python(law: Law) -> str:
    printer = _Code("np")
    names = [s.name for s in _used(law)]
    lines = ['"""A law found by invarieq, as NumPy code."""', "", "import numpy as np", "", ""]
    lines += [
        f"def right_side({', '.join(names)}):",
        f'    """Values of {", ".join(s.name for s in law.leading)}."""',
        "    return (",
    ]
    lines += [f"        {printer.doprint(side)}," for side in law.right_sides()] + ["    )", ""]
    if len(law.space.coordinates) == 1:
        lines += _rhs(law, names)
    return "\n".join(lines)


def _rhs(law: Law, names: list[str]) -> list[str]:
    """`rhs(t, y)` for scipy's solve_ivp: the state is each field with its derivatives below the leading one."""
    t = law.space.coordinates[0].name
    state: list[str] = []
    rates: list[str] = []
    for a, leading in enumerate(law.leading):
        field, (order,) = law.space.index(leading)  # type: ignore[misc]
        own = [law.space.jet(field, (n,)).name for n in range(order)]
        state += own
        rates += [*own[1:], f"leading[{a}]"]
    missing = [n for n in names if n not in state and n != t]
    if missing:
        return []
    return [
        "",
        f"def rhs({t}, state):",
        f'    """Time derivative of the state ({", ".join(state)}), for scipy.integrate.solve_ivp."""',
        f"    {', '.join(state)}, = state",
        f"    leading = right_side({', '.join(names)})",
        f"    return np.array([{', '.join(rates)}])",
        "",
    ]
