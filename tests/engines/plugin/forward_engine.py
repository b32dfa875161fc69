"""An engine of somebody else's: forward selection in the weak form, one term a step, so that it can be stopped between any two."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from invarieq import Found, Records, Refused, SearchSpace, State
from invarieq.budget import Meter
from invarieq.engines.weak.engine import found_of
from invarieq.engines.weak.problem import build_problem
from invarieq.engines.weak.select import Fit, Selection
from invarieq.engines.weak.sparse import measure
from invarieq.progress import Progress

ENOUGH = 0.01  # what a law may leave, or two of the noise


def solved(x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.float64]:
    """The least-squares coefficients of y on the columns of x."""
    return np.asarray(np.linalg.lstsq(x, y, rcond=None)[0], dtype=np.float64)


class Forward:
    """Takes the term that lowers the residual most, until little is left."""

    name = "forward"

    def search(self, space: SearchSpace, records: Records, *, seed: int, progress: Progress, budget: Meter) -> Found | Refused:
        """All steps at once."""
        state = self.init(space, records, seed=seed)
        while state.found is None:
            state = self.step(state, space, records, progress=progress, budget=budget)
        return state.found

    def init(self, space: SearchSpace, records: Records, *, seed: int) -> State:
        """No term yet."""
        return State({"support": [], "seed": seed})

    def step(self, state: State, space: SearchSpace, records: Records, *, progress: Progress, budget: Meter) -> State:
        """One term more, or the end."""
        library = space.library()
        measured = measure(library, records.segments, seed=state.document["seed"])
        problem = build_problem(library, measured.parts, measured.effects)
        support: list[int] = list(state.document["support"])
        trials = [solved(problem.right[:, [*support, k]], problem.left) for k in range(problem.size)]
        budget.evaluate(problem.size)
        left = [problem.residual([*support, k], c) if k not in support else np.inf for k, c in enumerate(trials)]
        best = int(np.argmin(left))
        support.append(best)
        noise, scaled = problem.noise_residual(support, trials[best]), trials[best] / problem.scales[support]
        if left[best] > max(ENOUGH, 2 * noise) and len(support) < problem.size:
            return State({**state.document, "support": support})
        order = np.argsort(support)
        fit = Fit(tuple(sorted(support)), scaled[order], np.abs(scaled[order]) * noise, 0.0, problem.rows, left[best], noise)
        return State(found=found_of(library, Selection(fit, (fit,)), records, measurement=measured, undetermined=0))
