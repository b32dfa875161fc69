"""The weak form as a regression: moments, honest problem, path, choice, sureness."""
