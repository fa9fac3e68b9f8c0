"""Values of rows as JSON holds them."""

from __future__ import annotations

import base64
from datetime import datetime


def plain(value: object) -> str:
    """What `json.dumps` is to write for a value that JSON has no form for: bytes as base64, times as ISO 8601.

    Raises:
        TypeError: If it is neither.
    """
    match value:
        case bytes():
            return base64.b64encode(value).decode("ascii")
        case datetime():
            return value.isoformat()
    raise TypeError(f"no JSON for {type(value).__name__}")
