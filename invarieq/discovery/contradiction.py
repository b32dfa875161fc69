"""Do the data contradict the declared symmetry? A law sought without it answers."""

from __future__ import annotations

from dataclasses import replace

from invarieq.budget import Meter
from invarieq.data.records import Records
from invarieq.discovery.orders import SUSPICIOUS, doubtful
from invarieq.engines.engine import Engine, run
from invarieq.engines.found import Found
from invarieq.engines.registry import engine_of
from invarieq.engines.weak.engine import Regression
from invarieq.expressions import write_expression
from invarieq.jets import VectorField
from invarieq.law import Law
from invarieq.progress import Progress
from invarieq.space.searchspace import SearchSpace
from invarieq.symmetry.check import residuals
from invarieq.symmetry.discrete import Discrete, discrete_residuals

DOUBTFUL = 0.5  # a law that leaves more than this contradicts nothing
ASKED = 1500  # candidates without the symmetry up to which the data are asked whether they contradict it


def contradiction(
    space: SearchSpace, records: Records, found: Found | None, *, engine: Engine, seed: int, progress: Progress, budget: Meter
) -> str:
    """What to say when the data contradict the declared symmetry, else nothing.

    They do when a law for the same derivative, sought without the symmetry, explains them, while the best symmetric law does
    not, or is both longer and worse by half. Of more than `ASKED` candidates without the symmetry no law is sought.
    """
    if found is not None and found.explains and (found.relations is not None or found.size <= SUSPICIOUS):
        return ""
    if found is not None and found.unrestricted > ASKED:
        return ""
    asked = engine if isinstance(engine, Regression) else engine_of("sparse")
    free = replace(space, restricted=False)
    other = run(asked, free, records, seed=seed, progress=progress, budget=budget)
    if not isinstance(other, Found) or doubtful(other) or other.residual > DOUBTFUL:
        return ""
    if found is not None and found.explains:
        better = other.size < found.size and other.residual < found.residual / 1.5
        if not better:
            return ""
    return _said(space, found, other.law)


def _said(space: SearchSpace, found: Found | None, law: Law) -> str:
    """The sentence, if the law breaks a declared symmetry."""
    broken = [g.label for g in (*space.system.symmetry, *space.system.discrete) if not _admits(law, g)]
    if not broken:
        return ""
    left = "no law of these candidates admits it"
    if found is not None:
        left = f"the best law that admits it leaves {100 * found.residual:.2g} % of the left-hand side"
    return (
        f"the data contradict the declared symmetry ({'; '.join(broken)}): {left}, while {_rounded(law)} leaves "
        f"{100 * law.score:.2g} % and does not admit it. Drop or correct the generator, or search without it (--no-symmetry)"
    )


def _rounded(law: Law) -> str:
    """The equations with their rounded coefficients, as `show` lists them."""
    return "; ".join(f"{write_expression(e)} = 0" for e in law.equations("rounded"))


def _admits(law: Law, generator: VectorField | Discrete) -> bool:
    equations = law.equations("rounded")
    if isinstance(generator, Discrete):
        return all(e == 0 for e in discrete_residuals(generator, law.space, equations, law.leading))
    return all(e == 0 for e in residuals(generator, law.space, equations, law.leading))
