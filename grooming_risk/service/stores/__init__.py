"""Where live conversations are kept: SQLite for one process, PostgreSQL for several."""

from grooming_risk.service.stores.opening import open_store
from grooming_risk.service.stores.store import Kept, Store, StoreError

__all__ = ["Kept", "Store", "StoreError", "open_store"]
