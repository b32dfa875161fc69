"""A law in motion, held beside data."""
