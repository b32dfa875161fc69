"""A law as LaTeX, as SymPy code, as NumPy code, as JSON."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence

import sympy as sp
from sympy.printing.pycode import PythonCodePrinter

from invarieq.errors import DeclarationError, suggestion
from invarieq.jets import symbols_of
from invarieq.law.certificate import Certificate
from invarieq.law.latex import latex_document
from invarieq.law.law import Law
from invarieq.law.record import law_record


def export(law: Law, to: str, certificate: Certificate | None = None, search_space: Mapping[str, int] | None = None) -> str:
    """The law as text.

    latex: a document that compiles; sympy: a program that makes `equations`, expressions that vanish; python: a NumPy module
    with `right_side(...)`, the leading derivatives from jets, and for ordinary differential equations `rhs(t, y)` for
    scipy's solve_ivp, or of an implicit law with `residual(...)`, the values that vanish; json: what `law_from_json` reads.
    `search_space` counts the candidates ("restricted" and "unrestricted") of the search that found the law: every form says it.
    Raises `DeclarationError` for any other `to`.
    """
    told = _origin(certificate, search_space)
    writers: dict[str, Callable[[], str]] = {
        "latex": lambda: latex_document(law, certificate, told=told[:1] if search_space else ()),
        "sympy": lambda: _sympy(law, told),
        "python": lambda: _python(law, told),
        "json": lambda: json.dumps(_record(law, certificate, search_space), indent=2, ensure_ascii=False, allow_nan=False) + "\n",
    }
    if to not in writers:
        raise DeclarationError(f"a law cannot be written as {to!r}{suggestion(to, writers)}")
    return writers[to]()


def _record(law: Law, certificate: Certificate | None, search_space: Mapping[str, int] | None) -> dict[str, object]:
    record = law_record(law, certificate)
    return {**record, "search_space": dict(search_space)} if search_space else record


def _origin(certificate: Certificate | None, search_space: Mapping[str, int] | None) -> list[str]:
    """In words: how many candidates there were, and what is proved."""
    lines = []
    if search_space:
        lines.append(
            f"Found among {search_space['restricted']} candidate terms with the symmetry, {search_space['unrestricted']} without."
        )
    if certificate is not None:
        verdict = {True: "every declared generator leaves it invariant", False: "FAILS", None: "none"}[certificate.certified]
        lines.append(f"Certificate: {verdict}" + (f" ({_plain(certificate.method)})." if certificate.method else "."))
    return lines


def _plain(text: str) -> str:
    """Text that may stand in a docstring of a program."""
    return text.encode("ascii", "backslashreplace").decode().replace("\\", "/").replace('"', "'")


def _opening(first: str, told: Sequence[str]) -> list[str]:
    return [f'"""{first}', "", *told, '"""'] if told else [f'"""{first}"""']


class _Code(PythonCodePrinter):
    """Plain arithmetic with functions of a named module; numbers with all their digits."""

    def __init__(self, module: str, names: Mapping[sp.Symbol, str]) -> None:
        super().__init__({"fully_qualified_modules": False})
        self.module, self.names = module, names

    def _print_Symbol(self, expr: sp.Symbol) -> str:
        return self.names[expr]

    def _print_Float(self, expr: sp.Float) -> str:
        return repr(float(expr))

    def _print_Rational(self, expr: sp.Rational) -> str:
        return f"sp.Rational({expr.p}, {expr.q})" if self.module == "sp" else f"({expr.p}/{expr.q})"

    def _print_Pi(self, expr: sp.Expr) -> str:
        return f"{self.module}.pi"

    def _print_Exp1(self, expr: sp.Expr) -> str:
        return f"{self.module}.exp(1)"

    def _print_Function(self, expr: sp.Function) -> str:  # pyright: ignore[reportIncompatibleMethodOverride, reportAssignmentType]
        names = {"asin": "arcsin", "acos": "arccos", "atan": "arctan", "Abs": "abs"} if self.module == "np" else {}
        name = type(expr).__name__
        return f"{self.module}.{names.get(name, name)}({', '.join(self._print(a) for a in expr.args)})"

    def _print_Pow(self, expr: sp.Pow, rational: bool = False) -> str:
        exponent = self._print(expr.exp)
        if expr.exp.is_Integer and expr.exp < 0 and self.module == "np":
            exponent = f"{exponent}.0"  # NumPy refuses negative powers of whole numbers
        if self.module == "sp" and expr.base.is_Integer:
            return f"sp.Integer({expr.base})**({exponent})"
        return f"({self._print(expr.base)})**({exponent})"

    # SymPy's own table of known functions would print math.sin and the like; `_print` asks for these names first
    _print_exp = _print_sin = _print_cos = _print_tan = _print_log = _print_tanh = _print_sinh = _print_cosh = _print_Function
    _print_Abs = _print_asin = _print_acos = _print_atan = _print_Function
    _print_sign = _print_Function  # pyright: ignore[reportAssignmentType]


def _arguments(law: Law) -> list[sp.Symbol]:
    """What the right sides depend on: fields, jets and coordinates by name, then parameters by name."""
    fitted = {c.symbol for c in law.coefficients}
    used = {s for side in law.right for s in symbols_of(side)} | {f.symbol for f in law.space.fields}
    return sorted(used - fitted, key=lambda s: (s in law.space.parameters, s.name))


def _safe(symbols: Iterable[sp.Symbol], reserved: Sequence[str]) -> dict[sp.Symbol, str]:
    """A name in the program for each symbol: its own, with underscores where the program needs that name itself."""
    listed = list(symbols)
    taken = {*reserved, *(s.name for s in listed)}
    names: dict[sp.Symbol, str] = {}
    for symbol in listed:
        name = symbol.name
        while name in reserved or (name != symbol.name and name in taken):
            name += "_"
        names[symbol] = name
        taken.add(name)
    return names


def _sympy(law: Law, told: Sequence[str]) -> str:
    symbols = sorted({*_arguments(law), *law.leading}, key=lambda s: s.name)
    names = _safe(symbols, ("sp", "equations"))
    printer = _Code("sp", names)
    lines = [*_opening("A law found by invarieq, as SymPy expressions that vanish.", told), "", "import sympy as sp", ""]
    lines += [f'{names[s]} = sp.Symbol("{s.name}", real=True)' for s in symbols]
    lines += ["", "equations = ["] + [f"    {printer.doprint(e)}," for e in law.equations()] + ["]", ""]
    return "\n".join(lines)


def _python(law: Law, told: Sequence[str]) -> str:
    arguments = _arguments(law)
    names = _safe(
        dict.fromkeys((*law.space.coordinates, *arguments, *_state(law))),
        ("np", "right_side", "residual", "rhs", "state", "leading"),
    )
    printer = _Code("np", names)
    function, says = "right_side", f"Values of {', '.join(s.name for s in law.leading)}."
    if law.is_implicit:
        function, says = "residual", "What vanishes where the law holds."
    lines = [*_opening("A law found by invarieq, as NumPy code.", told), "", "import numpy as np", "", ""]
    lines += [
        f"def {function}({', '.join(names[s] for s in arguments)}):",
        f'    """{says}"""',
        "    return (",
    ]
    sides = law.equations() if law.is_implicit else law.right_sides()
    lines += [f"        {printer.doprint(side)}," for side in sides] + ["    )", ""]
    return "\n".join(lines + _rhs(law, arguments, names))


def _state(law: Law) -> list[sp.Symbol]:
    """For ordinary differential equations: each field with its derivatives below the leading one; else nothing."""
    if len(law.space.coordinates) > 1:
        return []
    found = [law.space.index(leading) for leading in law.leading]
    return [law.space.jet(at[0], (n,)) for at in found if at is not None for n in range(at[1][0])]


def _rhs(law: Law, arguments: Sequence[sp.Symbol], names: Mapping[sp.Symbol, str]) -> list[str]:
    """`rhs(t, y)` for scipy's solve_ivp, where the law determines the motion; parameters follow as `args`."""
    state, time = _state(law), law.space.coordinates[0]
    known = {*state, time, *law.space.parameters}
    if not state or len(set(state)) < len(state) or any(s not in known for s in arguments):
        return []
    rates: list[str] = []
    for number, leading in enumerate(law.leading):
        own = [s for s in state if law.space.index(s)[0] == law.space.index(leading)[0]]  # type: ignore[index]
        rates += [*(names[s] for s in own[1:]), f"leading[{number}]"]
    extra = "".join(f", {names[s]}" for s in arguments if s in law.space.parameters)
    return [
        "",
        f"def rhs({names[time]}, state{extra}):",
        f'    """Time derivative of the state ({", ".join(s.name for s in state)}), for scipy.integrate.solve_ivp."""',
        f"    {', '.join(names[s] for s in state)}, = state",
        f"    leading = right_side({', '.join(names[s] for s in arguments)})",
        f"    return np.array([{', '.join(rates)}])",
        "",
    ]
