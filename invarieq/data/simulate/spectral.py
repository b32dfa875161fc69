"""An evolution equation on a periodic grid, in Fourier space: v' = L v + N(t, v).

L holds the linear terms with constant coefficients, N the rest, evaluated on the grid. Terms such as u_txx on the right
side divide both by 1 − m(k). Real transforms: the last direction keeps the waves k ≥ 0 only.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import scipy.fft
import sympy as sp
from numpy.typing import NDArray

from invarieq.data.simulate.diagnostic import diagnosis
from invarieq.data.simulate.etdrk4 import Coefficient, Integrator, Spectrum
from invarieq.data.simulate.evolution import Evolution
from invarieq.data.simulate.pressure import check_start, constraint_matrix, free_fields, multipliers
from invarieq.errors import SimulationError
from invarieq.expressions import compile_expressions, evaluate
from invarieq.jets import symbols_of
from invarieq.jets.space import MultiIndex

Array = NDArray[np.float64]


def wave_numbers(counts: Sequence[int], lengths: Sequence[float]) -> tuple[Array, ...]:
    """Angular wave numbers of each direction, shaped to broadcast over the real transform of a grid."""
    waves = []
    for d, (n, length) in enumerate(zip(counts, lengths, strict=True)):
        frequencies = np.fft.rfftfreq if d == len(counts) - 1 else np.fft.fftfreq
        shape = [1] * len(counts)
        shape[d] = -1
        waves.append((2 * np.pi * frequencies(n, d=length / n)).reshape(shape))
    return tuple(waves)


class SpectralEquation:
    """The equation with its grid; `integrator()` solves it from `start(number)`."""

    def __init__(self, problem: Evolution) -> None:
        self.problem = problem
        self.grids = [problem.axis(c) for c in problem.space.coordinates[1:]]
        self.shape = tuple(len(g) for g in self.grids)
        self.axes = tuple(range(1, 1 + len(self.shape)))
        self.waves = wave_numbers(self.shape, [float(g[1] - g[0]) * len(g) for g in self.grids])
        self.meshes = [g.reshape([-1 if e == d else 1 for e in range(len(self.grids))]) for d, g in enumerate(self.grids)]
        self.diagnostic = [f.symbol for f, order in zip(problem.space.fields, problem.orders, strict=True) if order == 0]
        self.keeping = free_fields(problem)
        follows = len(self.diagnostic) > len(self.keeping)
        self.diagnosis = diagnosis(problem, self.derivative) if follows else None
        self.constraint = None if follows or not problem.constraints else constraint_matrix(problem, self.derivative)
        self._split()
        self._compile()

    def derivative(self, index: MultiIndex) -> Spectrum:
        """(ik)^index over the waves; odd derivatives drop the unpaired wave of an even grid."""
        factor: Spectrum = np.ones([k.size for k in self.waves], dtype=np.complex128)
        for k, n, count in zip(self.waves, index[1:], self.shape, strict=True):
            own = k.copy()
            if n % 2 and count % 2 == 0:
                own.flat[count // 2] = 0.0
            factor *= (1j * own) ** n
        return factor

    def _place(self, symbol: sp.Symbol) -> tuple[int, MultiIndex]:
        """(number of the state or of the field that follows from it, which is differentiated in space; multi-index) of a jet."""
        space = self.problem.space
        known = (*self.problem.state, *self.diagnostic)
        a, index = space.index(symbol)  # type: ignore[misc]
        base = space.jet(a, (index[0], *(0 for _ in self.shape)))
        if base not in known:
            raise SimulationError(
                f"{symbol} on the right side of the law of {self.problem.name!r} is not in the state; solve the law otherwise"
            )
        return known.index(base), index

    def _split(self) -> None:
        """Sort the terms of every rate into L (matrices where derivatives couple fields), mass, and the rest."""
        count = len(self.problem.state)
        waves = tuple(k.size for k in self.waves)
        matrix = np.zeros((count, count, *waves), dtype=complex)
        mass = np.ones((count, *waves), dtype=complex)
        crossed: list[tuple[int, sp.Expr]] = []
        rest: list[sp.Expr] = [sp.S.Zero] * count
        forces: list[sp.Expr] = [sp.S.Zero] * count
        coupled = False
        for k, rate in enumerate(self.problem.rates):
            for term in sp.Add.make_args(sp.expand(rate)):
                slope, jet = self._linear(term)
                if self._is_kept(term):
                    forces[k] += term
                elif jet is None or self._follows(jet):
                    rest[k] += term
                elif self._is_leading(jet, k):
                    mass[k] -= slope * self.derivative(self.problem.space.index(jet)[1])  # type: ignore[index]
                else:
                    j, index = self._place(jet)
                    matrix[k, j] += slope * self.derivative(index)
                    coupled |= j != k and sum(index[1:]) > 0
                    crossed += [(k, term)] if j != k else []
        self.coupled, self.rest = coupled, rest
        self.multipliers = multipliers(self.problem, self.keeping, forces, self.derivative) if self.keeping else None
        if not coupled:
            for k, term in crossed:
                rest[k] += term
        self._settle(matrix if coupled else np.stack([matrix[k, k] for k in range(count)]), mass)

    def _settle(self, linear: Spectrum, mass: Spectrum) -> None:
        if np.any(np.abs(mass) < 1e-12):
            raise SimulationError(
                f"the law of {self.problem.name!r} does not determine the rate of some waves of this grid; check the signs of "
                "its mixed derivatives"
            )
        linear = linear / (mass[:, None] if self.coupled else mass)
        self._refuse_ill_posed(linear)
        self.linear: Coefficient = linear if np.any(linear.imag) else np.ascontiguousarray(linear.real)
        self.mass = None if np.all(mass == 1) else mass

    def _linear(self, term: sp.Expr) -> tuple[float, sp.Symbol | None]:
        """(number, jet) of a term number·jet; the jet is None for other terms."""
        number, factor = term.as_coeff_Mul() if not term.is_Mul else term.as_independent(sp.Symbol, as_Add=False)
        if isinstance(factor, sp.Symbol) and self.problem.space.index(factor) and number.is_number:
            return float(number), factor
        return 0.0, None

    def _follows(self, jet: sp.Symbol) -> bool:
        """Whether a jet belongs to a field that follows from the others."""
        return self.problem.orders[self.problem.space.index(jet)[0]] == 0  # type: ignore[index]

    def _is_kept(self, term: sp.Expr) -> bool:
        """Whether a term holds a field that keeps the constraints."""
        found = [self.problem.space.index(s) for s in symbols_of(term)] if self.keeping else []
        return any(f is not None and f[0] in self.keeping for f in found)

    def _is_leading(self, jet: sp.Symbol, k: int) -> bool:
        space = self.problem.space
        a, index = space.index(jet)  # type: ignore[misc]
        top, own = self.problem.orders[a], space.index(self.problem.state[k])
        return index[0] == top and own == (a, (top - 1, *(0 for _ in self.shape)))

    def _refuse_ill_posed(self, linear: Coefficient) -> None:
        """Waves that grow the faster the shorter they are turn rounding into the solution."""
        rates = np.moveaxis(np.linalg.eigvals(np.moveaxis(linear, (0, 1), (-2, -1))), -1, 0) if self.coupled else linear
        growth = rates.real.max(0)
        size = np.sqrt(sum(k**2 for k in self.waves))
        short = size > size.max() / 2
        first = self.problem.space.coordinates[0]
        times = self.problem.axis(first)
        if growth[short].max() > growth[~short].max() and growth[short].max() * (times[-1] - times[0]) > 40:
            raise SimulationError(
                f"the law of {self.problem.name!r} is ill posed along {first}: the shortest waves grow fastest, at "
                f"rate {growth[short].max():.3g}; check the signs of its highest derivatives"
            )

    def _compile(self) -> None:
        space = self.problem.space
        found = {s for r in self.rest for s in r.free_symbols if isinstance(s, sp.Symbol)}
        jets = sorted((s for s in found if space.index(s)), key=lambda s: s.name)
        self.active = [k for k, r in enumerate(self.rest) if r != 0]
        self.run = compile_expressions([self.rest[k] for k in self.active], (*space.coordinates, *jets))
        places = [self._place(s) for s in jets]
        self.sources = [k for k, _ in places]
        self.factors = np.stack([self.derivative(index) for _, index in places]) if places else None

    def nonlinear(self, time: float, v: Spectrum) -> Spectrum:
        """N(t, v): derivatives by factors, products on the grid; with it what the fields that keep the constraints add."""
        result = self._products(time, v)
        if self.multipliers is None:
            return result
        return result + np.einsum("ij...,j...->i...", self.multipliers.force, self._kept(result, v))

    def _kept(self, rates: Spectrum, v: Spectrum) -> Spectrum:
        """The fields that keep the constraints, from the nonlinear rates without them."""
        assert self.multipliers is not None
        linear = np.einsum("ij...,j...->i...", self.linear, v) if self.coupled else self.linear * v
        return np.einsum("ij...,j...->i...", self.multipliers.values, rates + linear)

    def _products(self, time: float, v: Spectrum) -> Spectrum:
        if not self.active:
            return np.zeros_like(v)
        values: list[Array] = [np.float64(time), *self.meshes]  # type: ignore[list-item]
        if self.factors is not None:
            values += list(self.back(self.factors * self.extended(v)[self.sources]))
        rows = np.empty((len(self.active), *self.shape))
        for row, found in zip(rows, self.run(values), strict=True):
            row[...] = found
        spectra = self.forth(rows)
        if len(self.active) == len(v):
            result = spectra
        else:
            result = np.zeros_like(v)
            result[self.active] = spectra
        return result if self.mass is None else result / self.mass

    def extended(self, v: Spectrum) -> Spectrum:
        """The state with the fields that follow from it."""
        return v if self.diagnosis is None else np.concatenate([v, np.einsum("ij...,j...->i...", self.diagnosis, v)])

    def fields(self, time: float, v: Spectrum) -> Spectrum:
        """Spectra of all fields in their order."""
        known = (*self.problem.state, *self.diagnostic)
        whole = self.extended(v)
        if self.multipliers is not None:
            whole = np.concatenate([whole, self._kept(self._products(time, v), v)])
        return whole[[known.index(f.symbol) for f in self.problem.space.fields]]

    def forth(self, rows: Array) -> Spectrum:
        """Spectra of values on the grid, `any × grid`."""
        if len(self.shape) == 1:  # NumPy's has the smaller overhead
            return np.fft.rfft(rows)
        return np.asarray(scipy.fft.rfftn(rows, axes=self.axes, workers=1))

    def back(self, spectra: Spectrum) -> Array:
        """Values on the grid of spectra `any × waves`."""
        if len(self.shape) == 1:
            return np.fft.irfft(spectra, n=self.shape[0])
        return np.asarray(scipy.fft.irfftn(spectra, s=self.shape, axes=self.axes, workers=1))

    def start(self, number: int) -> Spectrum:
        """The spectra of the declared start."""
        places = dict(zip(self.problem.space.coordinates[1:], self.meshes, strict=True))
        rows = []
        for symbol in self.problem.state:
            values = evaluate(self.problem.start(symbol, number), places)
            if not np.all(np.isfinite(values)):
                at = np.argwhere(~np.isfinite(values))[0]
                where = ", ".join(f"{c} = {g[i]:g}" for c, g, i in zip(places, self.grids, at, strict=True))
                raise SimulationError(
                    f"the start of {symbol} in {self.problem.name!r} is not finite at {where}; correct it in `start`"
                )
            rows.append(values)
        spectra = self.forth(np.stack(rows))
        if self.constraint is not None:
            check_start(self.problem, self.constraint, spectra)
        return spectra

    def integrator(self) -> Integrator:
        """A fresh integrator of this equation."""
        linear = not self.active and self.multipliers is None
        return Integrator(self.linear, None if linear else self.nonlinear, self.coupled, {})
