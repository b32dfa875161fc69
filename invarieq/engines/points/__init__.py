"""Laws as relations at points: between differential invariants, values against known columns."""
