"""The order of searches, tests and verdicts."""
