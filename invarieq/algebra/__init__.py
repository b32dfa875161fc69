"""Lie algebras: closure, structure constants, and what follows from them alone."""

from invarieq.algebra.adjoint import adjoint_action, adjoint_matrix, adjoint_table
from invarieq.algebra.algebra import LieAlgebra, close_algebra, combination, generate_algebra
from invarieq.algebra.cleanbasis import clean_basis
from invarieq.algebra.constants import StructureConstants, structure_constants
from invarieq.algebra.directsum import direct_summands
from invarieq.algebra.graph import bracket_graph, draw, ideal_graph
from invarieq.algebra.identify import algebra_type
from invarieq.algebra.killing import is_semisimple, killing_form, killing_rank, killing_signature
from invarieq.algebra.levi import LeviDecomposition, levi_decomposition
from invarieq.algebra.naming import AlgebraType
from invarieq.algebra.optimal import OptimalSystem, Representative, optimal_system
from invarieq.algebra.radical import nilradical, radical
from invarieq.algebra.report import AlgebraReport, analyse
from invarieq.algebra.series import derived_series, is_abelian, is_nilpotent, is_soluble, lower_central_series
from invarieq.algebra.subspaces import centralizer, centre, is_ideal, is_subalgebra, normalizer
from invarieq.algebra.tables import to_table

__all__ = [
    "AlgebraReport",
    "AlgebraType",
    "LeviDecomposition",
    "LieAlgebra",
    "OptimalSystem",
    "Representative",
    "StructureConstants",
    "adjoint_action",
    "adjoint_matrix",
    "adjoint_table",
    "algebra_type",
    "analyse",
    "bracket_graph",
    "centralizer",
    "centre",
    "clean_basis",
    "close_algebra",
    "combination",
    "derived_series",
    "direct_summands",
    "draw",
    "generate_algebra",
    "ideal_graph",
    "is_abelian",
    "is_ideal",
    "is_nilpotent",
    "is_semisimple",
    "is_soluble",
    "is_subalgebra",
    "killing_form",
    "killing_rank",
    "killing_signature",
    "levi_decomposition",
    "lower_central_series",
    "nilradical",
    "normalizer",
    "optimal_system",
    "radical",
    "structure_constants",
    "to_table",
]
