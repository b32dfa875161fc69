"""LaTeX of a law: derivatives as subscripts, the leading one on the left, coefficients with their uncertainty."""

from __future__ import annotations

import math
from collections.abc import Sequence
from decimal import Decimal

import sympy as sp
from sympy.printing.latex import LatexPrinter

from invarieq.jets import JetSpace, substitute
from invarieq.law.shown import Kind, ShownLaw, ShownProof
from invarieq.terminal import shown

_SPECIAL = {
    "&": r"\&",
    "%": r"\%",
    "$": r"\$",
    "#": r"\#",
    "_": r"\_",
    "{": r"\{",
    "}": r"\}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
}
MOST_DIGITS = 12
LARGEST_DENOMINATOR = 100  # fractions with a larger one are shown as decimals
_GREEK = {
    "alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa", "lambda", "mu", "nu", "xi", "pi", "rho",
    "sigma", "tau", "upsilon", "phi", "chi", "psi", "omega",
}  # fmt: skip


class _Printer(LatexPrinter):
    """SymPy's printer with jets as subscripts and coefficients with their uncertainty."""

    def __init__(self, space: JetSpace, coefficients: dict[sp.Symbol, str]) -> None:
        super().__init__({"order": "none"})
        self.space, self.coefficients = space, coefficients

    def _print_Symbol(self, expr: sp.Symbol, style: str = "plain") -> str:
        if expr in self.coefficients:
            return self.coefficients[expr]
        found = self.space.index(expr)
        if found is None or not any(found[1]):
            return symbol(expr.name)
        letters = [symbol(c.name) for c, n in zip(self.space.coordinates, found[1], strict=True) for _ in range(n)]
        return f"{{{symbol(self.space.fields[found[0]].name)}}}_{{{' '.join(letters)}}}"

    def _print_Float(self, expr: sp.Float) -> str:
        return number(float(expr))

    def _print_Rational(self, expr: sp.Rational) -> str:
        return super()._print_Rational(expr) if expr.q <= LARGEST_DENOMINATOR else number(float(expr), digits=15)


def symbol(name: str) -> str:
    """A name as LaTeX: one letter as it is, Greek names as letters, others upright and escaped."""
    if name.lower() in _GREEK:
        return f"\\{name}" if name.islower() else f"\\mathrm{{{name}}}"
    head = name.rstrip("0123456789")
    if len(head) == 1 and head.isascii() and head.isalpha():
        return head if head == name else f"{head}_{{{name[1:]}}}"
    return f"\\mathrm{{{escape(_ascii(name))}}}"


def escape(text: str) -> str:
    """Text that LaTeX prints as it stands; nothing in it is a command."""
    return "".join(r"\textbackslash{}" if c == "\\" else _SPECIAL.get(c, c) for c in text)


def number(value: float, error: float | None = None, *, digits: int = 6) -> str:
    """A number in LaTeX, with the error in its last digits as in 5.998(12); `digits` significant ones without an error.

    Powers of ten are split off below 1e-4, from 1e6 on, and where the error is ten or more.
    """
    if not math.isfinite(value):
        return "\\mathrm{nan}" if math.isnan(value) else "\\infty" if value > 0 else "-\\infty"
    if error is None or not math.isfinite(error) or error <= 0:
        shown = Decimal(f"{value:.{digits}g}")
        scale = _scale(shown)
        return _plain(shown.scaleb(-scale)) + _power(scale)
    shown, spread = Decimal(repr(float(value))), Decimal(f"{error:.1e}")
    scale = _scale(shown)
    if spread.scaleb(-scale).adjusted() > 1:
        scale = max(shown.adjusted() if shown else 0, spread.adjusted())
    shown, spread = shown.scaleb(-scale), spread.scaleb(-scale)
    places = 1 - spread.adjusted()
    if places > MOST_DIGITS:
        return _plain(round(shown, MOST_DIGITS)) + _power(scale)
    return f"{shown:.{places}f}({int(spread.scaleb(places))}){_power(scale)}"


def _scale(value: Decimal) -> int:
    exponent = value.adjusted() if value else 0
    return exponent if not -4 <= exponent < 6 else 0


def _plain(value: Decimal) -> str:
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _power(scale: int) -> str:
    return f" \\cdot 10^{{{scale}}}" if scale else ""


def latex_expression(expr: sp.Expr, space: JetSpace) -> str:
    """Any expression over a jet space as LaTeX, with derivatives as subscripts."""
    return str(_Printer(space, {}).doprint(expr))


def latex(law: ShownLaw, kind: Kind = "fitted") -> str:
    """The law in LaTeX, an implicit one as F = 0; systems as an `aligned` block."""
    lines = [_line(law, a, kind) for a in range(len(law.right))]
    if len(lines) == 1:
        return lines[0].replace("&=", "=")
    return "\\begin{aligned}\n" + " \\\\\n".join(lines) + "\n\\end{aligned}"


def _line(law: ShownLaw, a: int, kind: Kind) -> str:
    printer = _Printer(law.space, {c.symbol: number(abs(c.value), c.error) for c in law.coefficients} if kind == "fitted" else {})
    if law.is_implicit:
        return f"{_sum(law, printer, law.equations('rounded' if kind == 'rounded' else 'symbolic')[a], kind)} &= 0"
    left = printer.doprint(law.leading[a])
    if kind == "symbolic":
        return f"{left} &= {printer.doprint(law.right[a])}"
    return f"{left} &= {_sum(law, printer, sp.expand(law.right[a] if kind == 'fitted' else law.right_sides('rounded')[a]), kind)}"


def _sum(law: ShownLaw, printer: _Printer, side: sp.Expr, kind: Kind) -> str:
    terms = sorted(sp.Add.make_args(side), key=lambda term: _order(law, term)) if side != 0 else []
    return " ".join(_term(law, printer, term, kind) for term in terms).removeprefix("+ ") or "0"


def _term(law: ShownLaw, printer: _Printer, term: sp.Expr, kind: Kind) -> str:
    """Sign and body; a coefficient that is a plain factor, or stands in a function, an exponent or a sum, is shown with its error, a
    power of one by its value.
    """
    held = [c for c in law.coefficients if kind == "fitted" and term.has(c.symbol)]
    used = [c for c in held if not (term / c.symbol).has(c.symbol)]
    inside = {c.symbol: c.symbol if c.value >= 0 else -c.symbol for c in held if _stands_inside(term, c.symbol)}
    rest = substitute(term, {c.symbol: sp.S.One if c in used else inside.get(c.symbol, sp.Float(c.value)) for c in held})
    factor, body = rest.as_coeff_Mul()
    negative = (factor < 0) != (math.prod(-1 if c.value < 0 else 1 for c in used) < 0)
    numbers = [] if abs(factor) == 1 else [printer.doprint(abs(factor))]
    numbers += [shown for c in used if (shown := printer.coefficients[c.symbol]) != "1"]
    parts = ([" \\cdot ".join(numbers)] if numbers else []) + ([printer.doprint(body)] if body != 1 else [])
    return ("- " if negative else "+ ") + (" \\, ".join(parts) or "1")


def _stands_inside(term: sp.Expr, symbol: sp.Symbol) -> bool:
    factors = [f for f in sp.Mul.make_args(term) if f.has(symbol)]
    return any(f != symbol and not (isinstance(f, sp.Pow) and f.base == symbol and f.exp.is_number) for f in factors)


def _order(law: ShownLaw, term: sp.Expr) -> tuple[int, str]:
    return (law.space.order(term), str(term))


def latex_document(law: ShownLaw, certificate: ShownProof | None = None, *, title: str = "", told: Sequence[str] = ()) -> str:
    """A complete LaTeX document (it needs amsmath only): the law, its rounded form, the coefficients, what is `told`, the certificate."""
    return "\n".join(
        [
            "\\documentclass{article}",
            "\\usepackage{amsmath}",
            "\\begin{document}",
            f"\\section*{{{escape(_ascii(title or 'The law'))}}}",
            f"\\[\n{latex(law)}\n\\]",
            "Rounded within the uncertainty:",
            f"\\[\n{latex(law, 'rounded')}\n\\]",
            *_table(law),
            *(f"\\par {escape(_ascii(line))}" for line in told),
            *(_proof(law, certificate) if certificate is not None else []),
            "\\end{document}",
            "",
        ]
    )


def _table(law: ShownLaw) -> list[str]:
    printer = _Printer(law.space, {})
    rows = [
        f"${symbol(c.symbol.name)}$ & ${number(c.value, c.error)}$ & ${printer.doprint(c.rounded)}$ \\\\"
        for c in law.coefficients
    ]
    head = ["\\begin{tabular}{lll}", "coefficient & value & rounded \\\\ \\hline"]
    return [*head, *rows, "\\end{tabular}"] if rows else []


def _proof(law: ShownLaw, certificate: ShownProof) -> list[str]:
    outcome = {True: "is certified", False: "is NOT certified", None: "is not decided"}[certificate.certified]
    head = f"\n\\paragraph{{Symmetry}} Invariance {outcome} ({escape(_ascii(certificate.method))})."
    if not certificate.residuals:
        return [head]
    printer = _Printer(law.space, {})
    items = [
        f"\\item {escape(_ascii(label))}: left over {', '.join(f'${printer.doprint(e)}$' for e in left)}"
        for label, left in certificate.residuals
    ]
    return [head, "\\begin{itemize}", *items, "\\end{itemize}"]


def _ascii(text: str) -> str:
    """Text for plain pdflatex: letters outside ASCII are spelled out or dropped."""
    spelled = {
        "–": "--",
        "λ": "lambda",
        "ω": "omega",
        "∂": "d",
        "é": "e",
        "ö": "o",
        "ä": "a",
        "ü": "u",
        "−": "-",
        "→": "->",
        "³": "3",
        "²": "2",
    }
    return "".join(c if c.isascii() else spelled.get(c, "?") for c in shown(text))
