"""Evaluate expressions on arrays (the home is `invarieq.expressions.arrays`)."""

from invarieq.expressions.arrays import compile_expression, compile_expressions, evaluate

__all__ = ["compile_expression", "compile_expressions", "evaluate"]
