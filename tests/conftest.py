"""One profile for all random tests: the same examples everywhere, and none that fails because a machine is slow or busy."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

settings.register_profile("invarieq", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("invarieq")
