"""Text of an expression ⇄ SymPy, without running code."""

from invarieq.expressions.read import FUNCTIONS, check_name, read_expression
from invarieq.expressions.write import write_expression

__all__ = ["FUNCTIONS", "check_name", "read_expression", "write_expression"]
