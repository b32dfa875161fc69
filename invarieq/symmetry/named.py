"""The named symmetries of physics as vector fields.

Each function takes coordinates or fields (both may be translated, scaled or rotated) and returns one generator.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence

import sympy as sp

from invarieq.errors import DeclarationError
from invarieq.jets import Field, VectorField, variable_of

Variable = sp.Symbol | Field
Number = int | float | sp.Expr


def _symbol(variable: Variable, where: str) -> sp.Symbol:
    symbol = variable_of(variable)
    if not isinstance(symbol, sp.Symbol):
        raise DeclarationError(f"{where}: {variable!r} is not a coordinate or a field")
    return symbol


def translation(variable: Variable) -> VectorField:
    """∂_z: the law does not depend on where z starts."""
    z = _symbol(variable, "translation")
    return VectorField({z: 1}, name=f"translation in {z}")


def rotation(first: Variable, second: Variable) -> VectorField:
    """a ∂_b − b ∂_a: rotation in the plane of two coordinates or of two fields."""
    a, b = _symbol(first, "rotation"), _symbol(second, "rotation")
    if a == b:
        raise DeclarationError(f"rotation({a}, {b}): a plane needs two different variables")
    return VectorField({b: a, a: -b}, name=f"rotation in the plane {a}, {b}")


def rotations(places: Sequence[Variable], vectors: Sequence[Sequence[Variable]] = ()) -> list[VectorField]:
    """x_i ∂_{x_j} − x_j ∂_{x_i} + u_i ∂_{u_j} − u_j ∂_{u_i} in every plane: space is turned, and vectors of fields turn with it.

    `rotations((x, y, z), vectors=[(u, v, w)])` gives the three generators of rotations; each of `vectors` names as many fields as there are
    coordinates, in their order. Fields that are not named are scalars.
    """
    axes = [_symbol(p, "rotations") for p in places]
    rows = [axes, *([_symbol(f, "rotations") for f in vector] for vector in vectors)]
    if (
        len(axes) < 2
        or any(len(row) != len(axes) for row in rows)
        or len({s for row in rows for s in row}) < len(rows) * len(axes)
    ):
        raise DeclarationError(
            f"rotations({', '.join(map(str, axes))}; {vectors}): expected at least two coordinates, and vectors of {len(axes)} fields each, all "
            "different"
        )
    result = []
    for i, j in itertools.combinations(range(len(axes)), 2):
        parts = {row[j]: row[i] for row in rows} | {row[i]: -row[j] for row in rows}
        result.append(VectorField(parts, name=f"rotation in the plane {axes[i]}, {axes[j]}"))
    return result


def galilean_boost(time: Variable, place: Variable, velocity: Variable | None = None, *, rate: Number = 1) -> VectorField:
    """rate·t ∂_x + ∂_u: a moving observer, who sees the velocity-like field `velocity` shifted.

    For u_t + c u u_x = …, rate = c. Without a field: t ∂_x alone (a mechanical boost of a trajectory x(t)).
    """
    t, x = _symbol(time, "galilean_boost"), _symbol(place, "galilean_boost")
    components: dict[Variable, Number] = {x: rate * t}
    if velocity is not None:
        components[_symbol(velocity, "galilean_boost")] = 1
    return VectorField(components, name=f"Galilean boost in {x}")


def scaling(weights: Mapping[Variable, Number]) -> VectorField:
    """Σ w_z z ∂_z: z ↦ λ^{w_z} z leaves the law as it is."""
    if not weights:
        raise DeclarationError("scaling({}): expected weights, e.g. scaling({t: 2, x: 1})")
    symbols = {_symbol(z, "scaling"): w for z, w in weights.items()}
    label = ", ".join(f"{z}: {w}" for z, w in symbols.items())
    return VectorField({z: w * z for z, w in symbols.items()}, name=f"scaling ({label})")


def lorentz_boost(time: Variable, place: Variable, *, speed: Number = 1) -> VectorField:
    """t ∂_x + x/c² ∂_t: a boost that keeps x² − c²t²."""
    t, x = _symbol(time, "lorentz_boost"), _symbol(place, "lorentz_boost")
    return VectorField({x: t, t: x / sp.sympify(speed, strict=True) ** 2}, name=f"Lorentz boost in {x}")


def projective(time: Variable, place: Variable, components: Mapping[Variable, sp.Expr]) -> VectorField:
    """t² ∂_t + t x ∂_x + φ ∂_u: the projective (expansion) generator; `components` gives φ for each field.

    Burgers: `projective(t, x, {u: x - t*u})`; heat: `projective(t, x, {u: -(x**2/4 + t/2)*u})`.
    """
    t, x = _symbol(time, "projective"), _symbol(place, "projective")
    fields = {_symbol(z, "projective"): c for z, c in components.items()}
    return VectorField({t: t**2, x: t * x, **fields}, name=f"projective in {t}, {x}")
