"""Engines of others behind our interfaces."""
