"""Similarity reduction of a law by its symmetries, and invariant solutions."""

from invarieq.reduction.reduce import Reduction, reduce_by
from invarieq.reduction.similarity import Similarity, similarity
from invarieq.reduction.solve import InvariantSolution, Solutions, invariant_solutions
from invarieq.reduction.verify import holds

__all__ = ["InvariantSolution", "Reduction", "Similarity", "Solutions", "holds", "invariant_solutions", "reduce_by", "similarity"]
