"""Similarity variables and similarity forms of one generator: its orbits in closed form.

For v = ξ(x)∂_x + φ(x, u)∂_u the orbits are followed by a parameter s: x = X(s, ω), u = U(s, ω, F) with dX/ds = ξ/ξ^s and
dU/ds = φ/ξ^s. The ω and F label the orbits, so they are the invariants of order 0 (Olver 1993, section 3.1), and
u = U(s, F(ω)) is the general invariant function. Fields are integrated one variable after another where they are
triangular and affine, in blocks where they are linear; no differential equation is handed to a solver.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import cast

import sympy as sp

from invarieq.conservation.euler import factored
from invarieq.errors import DeclarationError, Undecided
from invarieq.jets import Field, JetSpace, VectorField, substitute, symbols_of
from invarieq.reduction.quadrature import antiderivative, growth, linear_matrix


@dataclass(frozen=True, slots=True)
class Similarity:
    """The orbits of a generator.

    `parameter`: s. `coordinates`: x^i = X^i(s, ω); `fields`: u^a = U^a(s, ω, F). `reduced`: the jet space of F(ω).
    `variables`: ω_j(x) and `along`: s(x); `amplitudes`: F^a(x, u), the invariants themselves;
    `forms`: u^a in the coordinates x, with F^a standing for F^a(ω(x)).
    """

    space: JetSpace
    reduced: JetSpace
    parameter: sp.Symbol
    coordinates: tuple[sp.Expr, ...]
    fields: tuple[sp.Expr, ...]
    variables: tuple[sp.Expr, ...]
    along: sp.Expr
    amplitudes: tuple[sp.Expr, ...]
    forms: tuple[sp.Expr, ...]


def similarity(generator: VectorField, space: JetSpace) -> Similarity:
    """Similarity variables and form of one generator whose ξ depends on the coordinates only.

    Raises `DeclarationError` for a generator that moves no coordinate or whose ξ depends on fields, `Undecided` where its orbits
    have no closed form that was found.
    """
    xi = {x: sp.expand(generator.component(x)) for x in space.coordinates}
    names = [f.symbol for f in space.fields]
    if any(c.has(*names) for c in xi.values()):
        raise DeclarationError(f"the generator {generator.label} moves coordinates by fields; such reductions are not made")
    if all(c == 0 for c in xi.values()):
        raise DeclarationError(f"the generator {generator.label} moves no coordinate, so that it does not reduce their number")
    orbit = _coordinates(xi, space)
    fields, amplitudes, symbols = _fields(generator, space, orbit)
    reduced = _reduced_space(space, orbit, symbols)
    rename = dict(zip(orbit.labels, reduced.coordinates, strict=True)) | {
        old: f.symbol for old, f in zip(symbols, reduced.fields, strict=True)
    }
    return Similarity(
        space,
        reduced,
        orbit.parameter,
        tuple(substitute(orbit.values[x], rename) for x in space.coordinates),
        tuple(substitute(u, rename) for u in fields),
        tuple(orbit.invariants),
        orbit.along,
        tuple(amplitudes),
        tuple(substitute(sp.powsimp(orbit.back(u)), rename) for u in fields),
    )


@dataclass
class _Orbit:
    """The part of the orbit that is known: coordinates by (s, labels), and back."""

    parameter: sp.Symbol
    speed: sp.Expr  # ξ^s as a function of s and the labels
    along: sp.Expr  # s(x)
    values: dict[sp.Symbol, sp.Expr]
    labels: list[sp.Symbol]
    invariants: list[sp.Expr]  # what each label is, in x
    kept: list[str]  # the name of a coordinate that is its own label, else ""
    turns: dict[sp.Expr, sp.Expr] = field(default_factory=dict["sp.Expr", "sp.Expr"])  # cos s and sin s in x, where s is an angle

    def add(self, variable: sp.Symbol, value: sp.Expr, label: sp.Symbol, invariant: sp.Expr) -> None:
        """One more coordinate."""
        self.values[variable] = value
        self.labels.append(label)
        self.invariants.append(invariant)
        self.kept.append(variable.name if invariant == variable else "")

    def back(self, expr: sp.Expr) -> sp.Expr:
        """A function of s and the labels in terms of x."""
        values = {self.parameter: self.along} | dict(zip(self.labels, self.invariants, strict=True))
        return substitute(substitute(expr, self.turns), values)


def _coordinates(xi: dict[sp.Symbol, sp.Expr], space: JetSpace) -> _Orbit:
    fixed = [x for x, c in xi.items() if c == 0]
    moving = [x for x, c in xi.items() if c != 0]
    starts = [x for x in moving if not any(y in symbols_of(xi[x]) for y in moving if y != x)]
    reason = "its components depend on each other in a way that is not integrated"
    for start in starts:
        orbit = _begin(start, xi[start], fixed)
        try:
            _complete(orbit, xi, [x for x in moving if x != start])
        except Undecided as error:
            reason = str(error)
            continue
        return orbit
    if len(moving) >= 2 and not starts:
        return _turning(xi, moving, fixed)
    raise Undecided(f"the orbits of {', '.join(f'd{x}/dε = {c}' for x, c in xi.items())} were not found: {reason}")


def _label(k: int) -> sp.Symbol:
    return sp.Dummy(f"omega{k}", positive=True)


def _begin(start: sp.Symbol, speed: sp.Expr, fixed: Sequence[sp.Symbol]) -> _Orbit:
    s = sp.Dummy("s", positive=True)
    orbit = _Orbit(s, speed, start, {start: s}, [], [], [])
    for x in fixed:
        label = _label(len(orbit.labels))
        orbit.add(x, label, label, x)
    orbit.speed = substitute(speed, orbit.values)
    return orbit


def _complete(orbit: _Orbit, xi: dict[sp.Symbol, sp.Expr], rest: list[sp.Symbol]) -> None:
    """Integrate the remaining coordinates: single ones where they are affine in themselves, else all together as a block."""
    left = list(rest)
    while left:
        ready = [x for x in left if not any(y in symbols_of(xi[x]) for y in left if y != x)]
        if ready:
            _single(orbit, ready[0], xi[ready[0]])
            left.remove(ready[0])
            continue
        _block(orbit, left, [xi[x] for x in left])
        left = []


def _single(orbit: _Orbit, variable: sp.Symbol, component: sp.Expr) -> None:
    value, label, invariant = _affine(orbit, variable, component, _label(len(orbit.labels)))
    orbit.add(variable, value, label, invariant)


def _affine(orbit: _Orbit, variable: sp.Symbol, component: sp.Expr, label: sp.Symbol) -> tuple[sp.Expr, sp.Symbol, sp.Expr]:
    """dz/ds = (a z + b)/ξ^s: z = m (label + ∫ b/(m ξ^s)) with m = exp ∫ a/ξ^s."""
    here = substitute(component, orbit.values)
    found = linear_matrix([here], [variable])
    if found is None:
        raise Undecided(f"d{variable}/dε = {component} is not linear in {variable}")
    a, b = found[0][0, 0], found[1][0, 0]
    growth = exponent_of(antiderivative(factored(a / orbit.speed), orbit.parameter)) if a != 0 else sp.S.One
    drift = antiderivative(sp.powsimp(factored(b / orbit.speed) / growth), orbit.parameter) if b != 0 else sp.S.Zero
    value = sp.expand(growth * (label + drift))
    invariant = sp.powsimp(sp.expand(variable / orbit.back(growth) - orbit.back(drift)))
    return value, label, invariant


def exponent_of(expr: sp.Expr) -> sp.Expr:
    """exp(expr) with logarithms taken out: exp(a log s + b) = s^a exp(b)."""
    powers, rest = list[sp.Expr](), sp.S.Zero
    for term in sp.Add.make_args(sp.expand(expr)):
        logs = [f for f in sp.Mul.make_args(term) if isinstance(f, sp.log)]
        if len(logs) == 1:
            powers.append(logs[0].args[0] ** (term / logs[0]))
        else:
            rest += term
    return sp.Mul(*powers) * sp.exp(rest)


def _block(orbit: _Orbit, variables: Sequence[sp.Symbol], components: Sequence[sp.Expr]) -> None:
    labels = [_label(len(orbit.labels) + k) for k in range(len(variables))]
    values, invariants = _linear(orbit, variables, components, labels)
    for x, value, label, invariant in zip(variables, values, labels, invariants, strict=True):
        orbit.add(x, value, label, invariant)


def _linear(
    orbit: _Orbit, variables: Sequence[sp.Symbol], components: Sequence[sp.Expr], labels: Sequence[sp.Symbol]
) -> tuple[list[sp.Expr], list[sp.Expr]]:
    """dz/ds = g(s) (M z + b) with constant M: z = e^{Mτ}(label + ∫ e^{−Mτ} b g ds), τ = ∫ g ds."""
    here = [substitute(c, orbit.values) for c in components]
    found = linear_matrix(here, variables)
    if found is None:
        raise Undecided(f"the components of {', '.join(map(str, variables))} are not linear in them")
    matrix, offset = found
    common = cast("sp.Expr", next(e for e in matrix.flat() if e != 0))
    constant = (matrix / common).applyfunc(sp.cancel)
    if constant.has(orbit.parameter):
        raise Undecided(f"the components of {', '.join(map(str, variables))} turn at rates that change along the orbit")
    if common.is_number:
        constant, common = constant * common, sp.S.One
    time = antiderivative(factored(common / orbit.speed), orbit.parameter)
    forward, backward = growth(constant, time), growth(constant, -time)
    pushed = (backward * offset / orbit.speed).applyfunc(lambda e: antiderivative(e, orbit.parameter) if e != 0 else e)
    values = forward * (sp.Matrix(labels) + pushed)
    invariants = backward * sp.Matrix(variables) - pushed
    return [sp.expand(v) for v in values], [sp.expand(orbit.back(i)) for i in invariants]


def _turning(xi: dict[sp.Symbol, sp.Expr], moving: Sequence[sp.Symbol], fixed: Sequence[sp.Symbol]) -> _Orbit:
    """A linear field without a coordinate to begin with: a rotation (polar coordinates) or a boost (eigenvectors) of two of them."""
    block = next(
        (
            (a, b)
            for i, a in enumerate(moving)
            for b in moving[i + 1 :]
            if not any(y in symbols_of(xi[z]) for z in (a, b) for y in moving if y not in (a, b))
        ),
        None,
    )
    found = None if block is None else linear_matrix([xi[z] for z in block], block)
    if block is None or found is None or found[0].has(*xi) or any(found[1].flat()):
        raise Undecided("the orbits were not found: the field is neither triangular nor linear in two of its coordinates")
    matrix = found[0]
    half = cast("sp.Expr", matrix.trace()) / 2
    square = factored(half**2 - cast("sp.Expr", matrix.det()))
    if square.is_negative or square.could_extract_minus_sign():
        orbit = _rotating(matrix, block, fixed)
    else:
        orbit = _stretching(matrix, block, fixed, (half, sp.sqrt(square)))
    _complete(orbit, xi, [x for x in moving if x not in block])
    return orbit


def _rotating(matrix: sp.Matrix, block: tuple[sp.Symbol, sp.Symbol], fixed: Sequence[sp.Symbol]) -> _Orbit:
    """s the angle, label = r e^{−κ s} with r² a quadratic form that the field only scales."""
    a, b = block
    half = cast("sp.Expr", matrix.trace()) / 2
    p, q = cast("sp.Expr", matrix[0, 0]), cast("sp.Expr", matrix[0, 1])
    rate = sp.sqrt(factored(cast("sp.Expr", matrix.det()) - half**2))
    # In the coordinates (a, (half − p) a − q b)/rate the field turns: da' = half a' − rate b', db' = rate a' + half b'.
    turned = ((half - p) * a - q * b) / rate
    s, label = sp.Dummy("s", positive=True), _label(0)
    growth = exponent_of(half / rate * s)
    first, second = label * growth * sp.cos(s), label * growth * sp.sin(s)
    radius = sp.sqrt(sp.expand(a**2 + turned**2))
    angle = 2 * sp.atan(turned / (radius + a))
    orbit = _Orbit(s, rate, angle, {a: first, b: sp.expand(((half - p) * first - rate * second) / q)}, [], [], [])
    orbit.turns = {sp.cos(s): a / radius, sp.sin(s): turned / radius}
    orbit.labels, orbit.invariants, orbit.kept = [label], [radius * exponent_of(-half / rate * angle)], [""]
    for x in fixed:
        extra = _label(len(orbit.labels))
        orbit.add(x, extra, extra, x)
    return orbit


def _stretching(
    matrix: sp.Matrix, block: tuple[sp.Symbol, sp.Symbol], fixed: Sequence[sp.Symbol], spectrum: tuple[sp.Expr, sp.Expr]
) -> _Orbit:
    """Eigenvectors p, q of rates λ, μ: s = p and the label q p^{−μ/λ}."""
    a, b = block
    half, spread = spectrum
    rates = [half + spread, half - spread]
    if rates[0] == 0 or spread == 0:
        rates.reverse()
    if rates[0] == 0 or spread == 0:
        raise Undecided("the orbits were not found: the linear part of the field has no two different rates")
    # left eigenvectors of M = (p q; r t): (r, λ − p) · (a, b) grows at the rate λ
    forms = [matrix[1, 0] * a + (rate - matrix[0, 0]) * b for rate in rates]
    s, label = sp.Dummy("s", positive=True), _label(0)
    power = sp.cancel(rates[1] / rates[0])
    wanted = sp.Matrix([s, label * s**power])
    table = sp.Matrix([[sp.diff(f, z) for z in (a, b)] for f in forms])
    solved = table.inv() * wanted
    orbit = _Orbit(s, rates[0] * s, forms[0], {a: sp.expand(solved[0]), b: sp.expand(solved[1])}, [], [], [])
    invariant = sp.expand(forms[1] * forms[0] ** (-power)) if power.is_integer and power < 0 else forms[1] * forms[0] ** (-power)
    orbit.labels, orbit.invariants, orbit.kept = [label], [invariant], [""]
    for x in fixed:
        extra = _label(len(orbit.labels))
        orbit.add(x, extra, extra, x)
    return orbit


def _fields(generator: VectorField, space: JetSpace, orbit: _Orbit) -> tuple[list[sp.Expr], list[sp.Expr], list[sp.Symbol]]:
    """u^a = U^a(s, labels, F) and F^a(x, u), one field after another, or in a block where they are linear together."""
    symbols: list[sp.Symbol] = [sp.Dummy(f.name, real=True) for f in space.fields]
    phi = {f.symbol: sp.expand(generator.component(f)) for f in space.fields}
    names = list(phi)
    values: dict[sp.Symbol, sp.Expr] = {}
    amplitudes: dict[sp.Symbol, sp.Expr] = {}
    left = list(names)
    whole = _Orbit(
        orbit.parameter, orbit.speed, orbit.along, dict(orbit.values), list(orbit.labels), list(orbit.invariants), [], orbit.turns
    )
    while left:
        ready = [u for u in left if not any(y in symbols_of(phi[u]) for y in left if y != u)]
        group = ready[:1] or left
        labels = [symbols[names.index(u)] for u in group]
        if ready:
            value, _, amplitude = _affine(whole, group[0], phi[group[0]], labels[0])
            found = [value], [amplitude]
        else:
            found = _linear(whole, group, [phi[u] for u in group], labels)
        for u, value, amplitude, label in zip(group, *found, labels, strict=True):
            values[u], amplitudes[u] = value, amplitude
            whole.values[u] = value
            whole.labels.append(label)
            whole.invariants.append(amplitude)
        left = [u for u in left if u not in group]
    return [values[u] for u in names], [amplitudes[u] for u in names], symbols


def _reduced_space(space: JetSpace, orbit: _Orbit, symbols: Sequence[sp.Symbol]) -> JetSpace:
    taken = {s.name for s in (*space.coordinates, *space.parameters)} | {f.name for f in space.fields}
    pool = [n for n in ("z", "r", "w", "q", "s", "m", "n", "k", "Z", "R") if n not in taken]
    names = [kept or pool.pop(0) for kept in orbit.kept]
    coordinates = tuple(sp.Symbol(n, real=True) for n in names)
    fields: list[Field] = []
    used = taken | set(names)
    for f, _ in zip(space.fields, symbols, strict=True):
        options = (f.name.upper(), f"{f.name}0", f"{f.name}1", f"{f.name}new")
        name = next(n for n in options if n not in used)
        used.add(name)
        fields.append(Field(name, *coordinates))
    return JetSpace(coordinates, tuple(fields), space.parameters)
