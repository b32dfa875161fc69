"""The search space: candidate terms that the symmetry allows."""

from invarieq.space.library import Library, build_library

__all__ = ["Library", "build_library"]
