"""Music that a piece goes on from: in its row while it is to be composed, and no longer."""

from __future__ import annotations

import json
import zlib
from typing import Any

from composer.music.given import Theme

GONE: dict[str, Any] = {"theme": None}
"""Values of a row whose piece is composed, or will not be."""


def theme_columns(theme: Theme | None) -> dict[str, Any]:
    """What a row holds of the music that a piece goes on from."""
    if theme is None:
        return {}
    return {
        "treatment": str(theme.treatment),
        "alone": theme.alone,
        "theme": zlib.compress(json.dumps(theme.to_plain(), separators=(",", ":")).encode()),
    }


def unpack_theme(data: bytes | None) -> Theme | None:
    """The music in a row; None where it holds none."""
    return None if data is None else Theme.from_plain(json.loads(zlib.decompress(data)))
