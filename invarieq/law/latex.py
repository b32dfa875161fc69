"""LaTeX of a law: derivatives as subscripts, the leading one on the left, coefficients with their uncertainty."""

from __future__ import annotations

import math

import sympy as sp
from sympy.printing.latex import LatexPrinter

from invarieq.jets import JetSpace
from invarieq.law.certificate import Certificate
from invarieq.law.law import Kind, Law

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


def symbol(name: str) -> str:
    """A name as LaTeX: one letter as it is, Greek names as letters, others upright and escaped."""
    if name.lower() in _GREEK:
        return f"\\{name}" if name.islower() else f"\\mathrm{{{name}}}"
    head = name.rstrip("0123456789")
    if len(head) == 1 and head != name:
        return f"{head}_{{{name[len(head) :]}}}"
    return name if len(name) == 1 else f"\\mathrm{{{escape(name)}}}"


def escape(text: str) -> str:
    """Text that LaTeX prints as it stands; nothing in it is a command."""
    return "".join(r"\textbackslash{}" if c == "\\" else _SPECIAL.get(c, c) for c in text)


def number(value: float, error: float | None = None) -> str:
    """A number in LaTeX, with the error in its last digits as in 5.998(12); six digits without one."""
    exponent = math.floor(math.log10(abs(value))) if value else 0
    scale = exponent if not -4 <= exponent < 6 else 0
    power = f" \\cdot 10^{{{scale}}}" if scale else ""
    shown = value / 10.0**scale
    if error is not None and math.isfinite(error) and 0 < error < abs(value):
        places = 1 - math.floor(math.log10(error / 10.0**scale))
        if 0 <= places <= MOST_DIGITS:
            return f"{shown:.{places}f}({round(error / 10.0**scale * 10**places)}){power}"
        if places > MOST_DIGITS:
            return f"{shown:.{MOST_DIGITS}f}".rstrip("0").rstrip(".") + power
    return f"{shown:.6g}{power}"


def latex(law: Law, kind: Kind = "fitted") -> str:
    """The law in LaTeX; systems as an `aligned` block."""
    lines = [_line(law, a, kind) for a in range(len(law.leading))]
    if len(lines) == 1:
        return lines[0].replace("&=", "=")
    return "\\begin{aligned}\n" + " \\\\\n".join(lines) + "\n\\end{aligned}"


def _line(law: Law, a: int, kind: Kind) -> str:
    signs = {c.symbol: -1 if c.value < 0 else 1 for c in law.coefficients}
    texts = {c.symbol: number(abs(c.value), c.error) for c in law.coefficients}
    printer = _Printer(law.space, texts if kind == "fitted" else {})
    side = law.right[a] if kind != "rounded" else law.right_sides("rounded")[a]
    if kind == "symbolic":
        return f"{printer.doprint(law.leading[a])} &= {printer.doprint(side)}"
    parts = []
    for term in sorted(sp.Add.make_args(sp.expand(side)) if side != 0 else [], key=lambda t: _order(law, t)):
        used = [s for s in law.coefficients if term.has(s.symbol)] if kind == "fitted" else []
        factor, rest = term.as_coeff_Mul()
        sign = (-1 if factor < 0 else 1) * math.prod(signs[s.symbol] for s in used)
        body = _product(printer, abs(factor), rest, [s.symbol for s in used])
        parts.append(("-" if sign < 0 else "+", body))
    text = " ".join(f"{sign} {body}" for sign, body in parts).removeprefix("+ ") or "0"
    return f"{printer.doprint(law.leading[a])} &= {text}"


def _product(printer: _Printer, factor: sp.Expr, rest: sp.Expr, used: list[sp.Symbol]) -> str:
    for s in used:
        rest = rest / s
    numbers = ([] if factor == 1 else [printer.doprint(factor)]) + [printer.coefficients[s] for s in used]
    body = "" if rest == 1 else printer.doprint(rest)
    return " \\, ".join([*numbers, *([body] if body else [])]) or "1"


def _order(law: Law, term: sp.Expr) -> tuple[int, str]:
    return (law.space.order(term), str(term))


def latex_document(law: Law, certificate: Certificate | None = None, *, title: str = "") -> str:
    """A complete LaTeX document with the law, its rounded form, the coefficients and the certificate."""
    rows = [f"${symbol(c.symbol.name)}$ & ${number(c.value, c.error)}$ & ${sp.latex(c.rounded)}$ \\\\" for c in law.coefficients]
    table = ["\\begin{tabular}{lll}", "coefficient & value & rounded \\\\ \\hline", *rows, "\\end{tabular}"] if rows else []
    proof = []
    if certificate is not None:
        outcome = {True: "is certified", False: "is NOT certified", None: "is not decided"}[certificate.certified]
        proof = [f"\n\\paragraph{{Symmetry}} Invariance {outcome} ({escape(certificate.method)}).", "\\begin{itemize}"]
        proof += [
            f"\\item {escape(_ascii(label))}: left over {', '.join(f'${sp.latex(e)}$' for e in left)}"
            for label, left in certificate.residuals
        ]
        proof += ["\\end{itemize}"] if certificate.residuals else []
        proof = proof if certificate.residuals else proof[:1]
    return "\n".join(
        [
            "\\documentclass{article}",
            "\\usepackage{amsmath}",
            "\\begin{document}",
            f"\\section*{{{escape(_ascii(title or 'The law'))}}}",
            f"\\[\n{latex(law)}\n\\]",
            "Rounded within the uncertainty:",
            f"\\[\n{latex(law, 'rounded')}\n\\]",
            *table,
            *proof,
            "\\end{document}",
            "",
        ]
    )


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
    return "".join(c if c.isascii() else spelled.get(c, "?") for c in text)
