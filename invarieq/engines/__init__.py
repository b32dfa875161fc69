"""Engines: what searches the library for a law."""
