"""Data made from a declared law."""
