"""A law as LaTeX, as SymPy code, as NumPy code, as JSON."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, cast

import sympy as sp
from sympy.printing.pycode import PythonCodePrinter

from invarieq.errors import DeclarationError, ReadError, suggestion
from invarieq.expressions.alphabet import OF_CLASS, RECIPROCALS, Op
from invarieq.jets import symbols_of
from invarieq.law.certificate import Certificate
from invarieq.law.latex import latex_document
from invarieq.law.law import Law
from invarieq.law.record import law_record
from invarieq.terminal import shown, shown_json


def export(law: Law, to: str, certificate: Certificate | None = None, search_space: Mapping[str, int] | None = None) -> str:
    """The law as text.

    latex: a document that compiles; sympy: a program that makes `equations`, expressions that vanish; python: a NumPy module
    with `right_side(...)`, the leading derivatives from jets, and for ordinary differential equations `rhs(t, y)` for
    scipy's solve_ivp, or of an implicit law with `residual(...)`, the values that vanish; json: what `law_from_json` reads.
    `search_space` counts the candidates ("restricted" and "unrestricted") of the search that found the law: every form says it. Raises
    `DeclarationError` for any other `to`, `ReadError` for counts that are none.
    """
    search_space = counted(search_space) if search_space else None
    told = _origin(certificate, search_space)
    writers: dict[str, Callable[[], str]] = {
        "latex": lambda: latex_document(law, certificate, told=told[:1] if search_space else ()),
        "sympy": lambda: _sympy(law, told),
        "python": lambda: _python(law, told),
        "json": lambda: shown_json(
            json.dumps(_record(law, certificate, search_space), indent=2, ensure_ascii=False, allow_nan=False) + "\n"
        ),
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
        lines.append(f"Certificate: {verdict}" + (f" ({certificate.method})." if certificate.method else "."))
    return lines


def counted(search_space: object) -> dict[str, int]:
    """The counts of candidates as a run stores them; raises `ReadError` for anything but whole numbers, which a program could run."""
    found = dict(search_space) if isinstance(search_space, Mapping) else {}
    for name in ("restricted", "unrestricted"):
        if not isinstance(found.get(name), int) or isinstance(found[name], bool):
            raise ReadError(
                f"this is not a result that invarieq wrote: its search space has {str(found.get(name))[:80]!r} {name} candidates "
                "instead of a whole number; start the discovery again"
            )
    return {name: found[name] for name in ("restricted", "unrestricted")}


def plain(text: str) -> str:
    """Text that may stand in a docstring or a comment of a program: printable ASCII on one line, no backslash, no double quote."""
    return shown(text).encode("ascii", "backslashreplace").decode().replace("\\", "/").replace('"', "'")


def _opening(first: str, told: Sequence[str]) -> list[str]:
    return [f'"""{first}', "", *map(plain, told), '"""'] if told else [f'"""{first}"""']


class _Code(PythonCodePrinter):
    """Plain arithmetic with functions of a named module; numbers with all their digits."""

    def __init__(self, module: str, names: Mapping[sp.Symbol, str]) -> None:
        super().__init__({"fully_qualified_modules": False})
        self.module, self.names = module, names

    def _print(self, expr: sp.Basic, **settings: Any) -> str:
        # SymPy's own table of known functions would print math.sin and the like
        return self._print_Function(expr) if isinstance(expr, sp.Function) else str(super()._print(expr, **settings))

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
        kind = type(expr)
        if kind in RECIPROCALS:
            return f"(1/{self._call(RECIPROCALS[kind], expr)})"
        if kind not in OF_CLASS:
            what = f"{kind.__name__} is none of the functions that laws are written with"
            raise DeclarationError(f"{expr} cannot be exported: {what}")
        return self._call(OF_CLASS[kind], expr)

    def _call(self, function: Op, expr: sp.Function) -> str:
        name = function.numpy if self.module == "np" else cast("type", function.sympy).__name__
        return f"{self.module}.{name}({self._print(expr.args[0])})"

    def _print_Pow(self, expr: sp.Pow, rational: bool = False) -> str:
        base, exponent = self._print(expr.base), self._print(expr.exp)
        if self.module == "np" and isinstance(expr.exp, sp.Rational) and expr.exp.q % 2:
            base = _odd_root(base, int(expr.exp.q))
            exponent = f"{expr.exp.p}.0" if expr.exp < 0 else f"{expr.exp.p}"  # NumPy refuses negative powers of whole numbers
        if self.module == "sp" and expr.base.is_Integer:
            return f"sp.Integer({expr.base})**({exponent})"
        return base if exponent == "1" else f"({base})**({exponent})"


def _odd_root(base: str, degree: int) -> str:
    """The real root in NumPy, which knows that of a negative number for degree 3 only."""
    if degree <= 3:
        return f"np.cbrt({base})" if degree == 3 else base
    return f"(np.sign({base})*np.abs({base})**(1/{degree}))"


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
        f'    """{plain(says)}"""',
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
        f'    """Time derivative of the state ({plain(", ".join(s.name for s in state))}), for scipy.integrate.solve_ivp."""',
        f"    {', '.join(names[s] for s in state)}, = state",
        f"    leading = right_side({', '.join(names[s] for s in arguments)})",
        f"    return np.array([{', '.join(rates)}])",
        "",
    ]
