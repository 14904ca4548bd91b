"""What all call sites of a worker share: Osprey makes one instance of a function for each place that calls it."""

from __future__ import annotations

from functools import lru_cache

from grooming_risk import RiskScorer
from grooming_risk_osprey.service import Service
from grooming_risk_osprey.settings import Settings, read_settings


@lru_cache(maxsize=1)
def scorer() -> RiskScorer:
    """Return the scorer of this worker; its model is loaded once, and uses one thread."""
    return RiskScorer(threads=1)


@lru_cache(maxsize=1)
def settings() -> Settings:
    """Return the settings of this worker."""
    return read_settings()


@lru_cache(maxsize=1)
def service() -> Service:
    """Return the service that GROOMING_RISK_URL names.

    Raises:
        ValueError: It names none.
    """
    url = settings().url
    if url is None:
        raise ValueError("GROOMING_RISK_URL is not set; give the address of a grooming-risk service")
    return Service(url, settings().token)
