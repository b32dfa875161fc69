"""Data: reading, simulating, noise, derivatives, weak form."""

from invarieq.data.dataset import Dataset, check_dataset
from invarieq.data.derivatives import differentiate
from invarieq.data.evaluate import compile_expression, evaluate
from invarieq.data.measured import measured
from invarieq.data.noise import add_noise, estimate_noise
from invarieq.data.periodic import detect_periodic
from invarieq.data.read import read_dataset
from invarieq.data.simulate import simulate
from invarieq.data.write import write_dataset

__all__ = [
    "Dataset",
    "add_noise",
    "check_dataset",
    "compile_expression",
    "detect_periodic",
    "differentiate",
    "estimate_noise",
    "evaluate",
    "measured",
    "read_dataset",
    "simulate",
    "write_dataset",
]
