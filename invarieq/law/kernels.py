"""Exact zeros and comparable terms (the home is `invarieq.jets.kernels`)."""

from invarieq.jets.kernels import normal, terms, vanishes

__all__ = ["normal", "terms", "vanishes"]
