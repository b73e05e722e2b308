"""What has to be known of a version for it to be registered?"""

from typing import Any

from model_store.reading.network import CELLS

SHARED_CARD: dict[str, Any] = {"temperature": 1.5, "operating_point": 0.4, "network": CELLS}
"""The least that `Registry.register` has to be told of a version whose network answers for every cell."""
