"""Claim: on a coarse grid too, the weak form of a derivative is that derivative, not a multiple of it."""

from __future__ import annotations

import numpy as np
import pytest

from invarieq.data.weak import bump_degree, quadrature_error, test_functions


@pytest.mark.parametrize(("order", "halfwidth"), [(s, m) for s in (1, 2, 3, 4) for m in range(s + 3, 14)])
def test_a_derivative_of_its_power_has_its_exact_moment(order: int, halfwidth: int) -> None:
    grid = np.linspace(-1.0, 1.0, 4 * halfwidth + 1)
    tests = test_functions([grid], [False], [halfwidth], [order])
    power = tests.moment([order], grid**order)
    assert np.allclose(power, float(np.prod(np.arange(1, order + 1))), rtol=2e-2)
    assert np.allclose(tests.moment([0], np.ones_like(grid)), 1.0, rtol=1e-4)


@pytest.mark.parametrize("halfwidth", range(4, 13))
def test_first_derivatives_are_good_to_five_digits_from_four_steps_on(halfwidth: int) -> None:
    assert quadrature_error(halfwidth, bump_degree(halfwidth, 1), 1) < 2e-5
